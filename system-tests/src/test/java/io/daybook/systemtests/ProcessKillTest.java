package io.daybook.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.engine.ProgressListener;
import io.daybook.engine.VerifyReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process with {@code kill -9} while 32 threads transfer money in its store, again and
 * again; each next process, and now and then this one, verifies what it finds.
 *
 * <p>Property {@code kills}: how often. Property {@code seed}: repeats the choices of a run, though
 * not its timing.
 */
class ProcessKillTest {
  private static final int KILLS =
      Integer.getInteger("kills", Boolean.getBoolean("daybook.quick") ? 10 : 50);
  private static final int MOST_TRANSFERS = 300;
  private static final int MOST_MILLIS_OF_OPENING = 800;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final Set<String> acknowledged = new TreeSet<>();

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ProcessKillTest: " + KILLS + " kills, seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < KILLS; round++) {
      try {
        runAndKill(round, random);
        if (round == KILLS - 1 || random.nextInt(4) == 0) {
          verifyHere();
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "round " + round + " of seed " + seed + "; the store is in " + folder.resolve("store"),
            e);
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(KILLS);
  }

  private void runAndKill(int round, Random random) throws Exception {
    Path known = Files.write(folder.resolve("acknowledged"), acknowledged);
    Path errors = folder.resolve("errors-" + round);
    try (var child =
        ChildJvm.start(
            errors,
            List.of(),
            TransferProgram.class,
            folder.resolve("store").toString(),
            known.toString(),
            Integer.toString(round),
            Long.toString(random.nextLong()),
            Boolean.toString(random.nextBoolean()))) {
      boolean alive;
      if (round > 0 && random.nextInt(6) == 0) {
        // while it starts, recovers, verifies or has just begun
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

  /** Closes the store cleanly, too, so that the next process opens one that was. */
  private void verifyHere() {
    verifyFiles();
    try (var store = EngineStore.open(folder.resolve("store"))) {
      new Transfers(store).verify(acknowledged);
    }
    verifyFiles();
  }

  private void verifyFiles() {
    VerifyReport report = EngineStore.verify(folder.resolve("store"), ProgressListener.none());
    assertThat(report.damages()).isEmpty();
  }
}
