package io.daybook.systemtests;

import io.daybook.engine.EngineStore;
import io.daybook.engine.ProgressListener;
import io.daybook.engine.SmallFiles;
import io.daybook.engine.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Kills a program that works on a store with {@code kill -9}, again and again, at moments that a
 * seed chooses, and checks after each kill that the store holds what it acknowledged: {@link
 * KillProgram} says what that is, {@link KillCheck} checks it. A seed repeats the choices of a run,
 * though not its timing.
 *
 * <pre>system-tests/kill [--kills N] [--seed S] [--data FOLDER] [--beside N]</pre>
 */
final class KillHarness {
  private static final int KILLS_OF_A_STORE = 10;
  private static final int FEW_ANSWERS = 120;
  private static final int MANY_ANSWERS = 800;
  private static final int MOST_MILLIS_OF_OPENING = 400;
  private static final int PROGRESS_EACH = 20;

  private final int kills;
  private final long seed;
  private final Path folder;
  private final PrintStream progress;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger verified = new AtomicInteger();
  private final KillCheck total = new KillCheck(0);

  KillHarness(int kills, long seed, Path folder, PrintStream progress) {
    this.kills = kills;
    this.seed = seed;
    this.folder = folder;
    this.progress = progress;
  }

  /** Runs from a shell. */
  public static void main(String[] arguments) throws Exception {
    int kills = 200;
    long seed = System.nanoTime();
    int beside = 2;
    Path data = null;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--kills" -> kills = Integer.parseInt(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--data" -> data = Path.of(value);
        case "--beside" -> beside = Integer.parseInt(value);
        default -> usage();
      }
    }
    if (arguments.length % 2 != 0) {
      usage();
    }
    Path folder = data != null ? Files.createDirectories(data) : Files.createTempDirectory("kill");
    new KillHarness(kills, seed, folder, System.out).run(beside);
    if (data == null) {
      remove(folder);
    }
  }

  private static void usage() {
    System.err.println("usage: kill [--kills N] [--seed S] [--data FOLDER] [--beside N]");
    System.exit(2);
  }

  /**
   * Kills as often as it was told, with so many programs beside each other, each on a store of its
   * own, and says at the end what was seen.
   *
   * @throws AssertionError if a store did not keep what it acknowledged; its folder is still there
   */
  void run(int beside) throws InterruptedException {
    progress.println("kill: " + kills + " kills, seed " + seed + ", in " + folder);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int lane = 0; lane < beside; lane++) {
      int number = lane;
      int its = kills / beside + (lane < kills % beside ? 1 : 0);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  runLane(number, its);
                } catch (IOException | InterruptedException | RuntimeException | Error e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      var e = new AssertionError("seed " + seed + ": " + failures.getFirst().getMessage());
      failures.forEach(e::addSuppressed);
      throw e;
    }
    progress.println(
        "kill: "
            + done
            + " kills, "
            + (done.get() - total.openings())
            + " of them before it was open; "
            + total.summary()
            + "; "
            + verified
            + " verifications; nothing missing, nothing in part, nothing else");
  }

  private void runLane(int lane, int its) throws IOException, InterruptedException {
    var random = new Random(seed + lane);
    for (int first = 0; first < its; first += KILLS_OF_A_STORE) {
      Path place = folder.resolve("lane-" + lane);
      remove(place);
      Files.createDirectories(place);
      var check = new KillCheck(random.nextLong());
      runStore(place, check, Math.min(KILLS_OF_A_STORE, its - first), random);
      synchronized (total) {
        total.add(check);
      }
    }
  }

  private void runStore(Path place, KillCheck check, int its, Random random)
      throws IOException, InterruptedException {
    for (int kill = 0; kill < its; kill++) {
      try {
        runAndKill(place, check, random);
        if (kill == its - 1 || random.nextInt(4) > 0) { // else the next has to recover it
          check(place, check, kill == its - 1 || random.nextInt(5) == 0);
        }
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("kill " + kill + " of the store in " + place + ": " + e, e);
      }
      int count = done.incrementAndGet();
      if (count % PROGRESS_EACH == 0) {
        progress.println("kill: " + count + " of " + kills);
      }
    }
  }

  private void runAndKill(Path place, KillCheck check, Random random)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                place.resolve("store").toString(),
                place.resolve("backup").toString(),
                Long.toString(check.seed()),
                Boolean.toString(random.nextBoolean())));
    arguments.addAll(check.goOn());
    try (var child =
        ChildJvm.start(
            place.resolve("errors"),
            List.of("-Xmx128m", "-Xss512k", "--enable-native-access=ALL-UNNAMED"),
            KillProgram.class,
            arguments.toArray(String[]::new))) {
      boolean alive = true;
      if (random.nextInt(5) == 0) {
        alive = !child.endsWithin(random.nextInt(MOST_MILLIS_OF_OPENING));
      } else {
        int answers = 1 + random.nextInt(random.nextInt(5) == 0 ? MANY_ANSWERS : FEW_ANSWERS);
        for (int i = 0; i < answers && alive; i++) {
          alive = hear(child, check);
        }
      }
      child.kill();
      if (!alive) {
        throw new AssertionError("it ended by itself: " + child.errors());
      }
      while (hear(child, check)) {
        // it said this before it was killed
      }
    }
  }

  private static boolean hear(ChildJvm child, KillCheck check) {
    String line = child.nextLine();
    if (line != null) {
      check.hear(line);
    }
    return line != null;
  }

  /** Opens what was left behind, checks it, and closes it. */
  private void check(Path place, KillCheck check, boolean files) {
    Path folderOfStore = place.resolve("store");
    try (EngineStore store = EngineStore.open(folderOfStore, SmallFiles.options())) {
      check.check(store);
      check.checkBackup(place.resolve("backup"), store);
    }
    if (files) {
      VerifyReport report = EngineStore.verify(folderOfStore, ProgressListener.none());
      if (!report.isIntact()) {
        throw new AssertionError("damaged: " + report.damages());
      }
      verified.incrementAndGet();
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
