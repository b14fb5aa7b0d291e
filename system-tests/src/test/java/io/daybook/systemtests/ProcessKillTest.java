package io.daybook.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.engine.ProgressListener;
import io.daybook.engine.VerifyReport;
import io.daybook.examples.bank.TransferProgram;
import io.daybook.examples.bank.Transfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a bank with {@code kill -9} while 32 clients transfer money, again and again. Each time
 * what it left behind is opened and verified here, and the next process recovers it and goes on.
 *
 * <p>Property {@code bankKills}: how often. Property {@code seed}: repeats the choices of a run,
 * though not its timing.
 */
@Tag("long")
class ProcessKillTest {
  private static final int KILLS = Integer.getInteger("bankKills", 50);
  private static final int KILLS_OF_A_STORE = 10;
  private static final int MOST_TRANSFERS = 200;
  private static final int MOST_MILLIS_OF_OPENING = 800;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  /** The ids of transfers, in the order in which they were acknowledged. */
  private final Set<String> acknowledged = new LinkedHashSet<>();

  private long seed;
  private int stores;
  private int transfers;

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ProcessKillTest: " + KILLS + " kills, seed " + seed);
    var random = new Random(seed);
    CompletableFuture<Void> verified = CompletableFuture.completedFuture(null);
    for (int round = 0; round < KILLS; round++) {
      try {
        runAndKill(round, random);
        verified.join();
        if (round == KILLS - 1 || round % KILLS_OF_A_STORE == KILLS_OF_A_STORE - 1) {
          verify(store(), List.copyOf(acknowledged));
          beginNewStore();
        } else if (random.nextInt(4) == 0) {
          verify(store(), List.copyOf(acknowledged));
        } else {
          verified = verifyMeanwhile(copy(), List.copyOf(acknowledged));
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "round " + round + " of seed " + seed + "; the store is in " + folder, e);
      }
    }
    assertThat(transfers).isGreaterThan(KILLS);
  }

  /** Since it takes the longer to verify one, the more was written to it. */
  private void beginNewStore() {
    transfers += acknowledged.size();
    acknowledged.clear();
    stores++;
  }

  private void runAndKill(int round, Random random) throws Exception {
    Path known = Files.write(folder.resolve("acknowledged"), acknowledged);
    Path errors = folder.resolve("errors-" + round);
    try (var child =
        ChildJvm.start(
            errors,
            List.of(),
            TransferProgram.class,
            store().toString(),
            known.toString(),
            Long.toString(seed),
            Boolean.toString(random.nextBoolean()))) {
      boolean alive;
      if (!acknowledged.isEmpty() && random.nextInt(6) == 0) {
        // while it starts, recovers or has just begun
        alive = !child.endsWithin(random.nextInt(MOST_MILLIS_OF_OPENING));
      } else {
        alive = awaitTransfers(child, 1 + random.nextInt(MOST_TRANSFERS));
      }
      child.kill();
      assertThat(alive).withFailMessage("it ended by itself: %s", child.errors()).isTrue();
      // what it said before it was killed
      String line = child.nextLine();
      while (line != null) {
        note(line);
        line = child.nextLine();
      }
    }
  }

  /** Whether so many transfers were made; if not, the process has ended. */
  private boolean awaitTransfers(ChildJvm child, int count) {
    int seen = 0;
    while (seen < count) {
      String line = child.nextLine();
      if (line == null) {
        return false;
      }
      seen += note(line) == null ? 0 : 1;
    }
    return true;
  }

  private @Nullable String note(String line) {
    if (!line.startsWith("done ")) {
      return null;
    }
    String transfer = line.substring("done ".length());
    acknowledged.add(transfer);
    return transfer;
  }

  private Path store() {
    return folder.resolve("store-" + stores);
  }

  /**
   * A copy of the store, so that the next process has to recover it, too, and not only this one.
   */
  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    try (var files = Files.exists(copy) ? Files.walk(copy) : Stream.<Path>empty()) {
      for (Path old : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(old);
      }
    }
    try (var files = Files.walk(store())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(store().relativize(file)));
      }
    }
    return copy;
  }

  /** Verifies while the next process runs. */
  private CompletableFuture<Void> verifyMeanwhile(Path found, List<String> known) {
    return CompletableFuture.runAsync(() -> verify(found, known), Thread.ofPlatform()::start);
  }

  /** Opens what a process left behind, verifies it, and closes it cleanly. */
  private void verify(Path found, List<String> known) {
    verifyFiles(found);
    try (var store = EngineStore.open(found)) {
      new Transfers(store, seed).verify(known);
    }
    verifyFiles(found);
  }

  private static void verifyFiles(Path found) {
    VerifyReport report = EngineStore.verify(found, ProgressListener.none());
    assertThat(report.damages()).isEmpty();
  }
}
