package io.daybook.systemtests;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.daybook.engine.EngineStore;
import io.daybook.engine.ProgressListener;
import io.daybook.engine.SmallFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program works on a store, on a device that loses its power: what was acknowledged is there.
 * Skipped where the system cannot make such a device. Property {@code losses}: how often.
 */
class PowerLossTest {
  private static final int LOSSES = Integer.getInteger("losses", 20);
  private static final int MOST_ANSWERS = 300;

  @TempDir private Path folder;

  @Test
  void whatWasAcknowledgedIsThereAfterAPowerLoss() throws Exception {
    Optional<String> missing = FlakeyDisk.missing();
    assumeTrue(missing.isEmpty(), () -> "no power is lost here, for want of " + missing.get());
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("PowerLossTest: " + LOSSES + " losses, seed " + seed);
    var random = new Random(seed);
    var check = new KillCheck(random.nextLong());
    try (FlakeyDisk disk = make()) {
      Path store = disk.folder().resolve("store");
      for (int loss = 0; loss < LOSSES; loss++) {
        workAndLosePower(disk, check, random);
        try (EngineStore opened = EngineStore.open(store, SmallFiles.options())) {
          check.check(opened);
          check.checkBackup(disk.folder().resolve("backup"), opened);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("loss " + loss + " of seed " + seed, e);
        }
        if (!EngineStore.verify(store, ProgressListener.none()).isIntact()) {
          throw new AssertionError("damaged after loss " + loss + " of seed " + seed);
        }
      }
    }
    System.out.println("PowerLossTest: " + check.summary());
  }

  private FlakeyDisk make() {
    try {
      return FlakeyDisk.make(folder);
    } catch (IOException e) {
      return abort("no power is lost here: " + e.getMessage());
    }
  }

  private void workAndLosePower(FlakeyDisk disk, KillCheck check, Random random) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                disk.folder().resolve("store").toString(),
                disk.folder().resolve("backup").toString(),
                Long.toString(check.seed()),
                Boolean.toString(random.nextBoolean())));
    arguments.addAll(check.goOn());
    try (var child =
        ChildJvm.start(
            folder.resolve("errors"),
            List.of("-Xmx128m", "--enable-native-access=ALL-UNNAMED"),
            KillProgram.class,
            arguments.toArray(String[]::new))) {
      String line = child.nextLine();
      for (int i = random.nextInt(MOST_ANSWERS); i > 0 && line != null; i--) {
        check.hear(line);
        line = child.nextLine();
      }
      if (line == null) {
        throw new AssertionError("it ended by itself: " + child.errors());
      }
      disk.losePower(child::kill);
      for (; line != null; line = child.nextLine()) {
        check.hear(line); // it said this before
      }
    }
  }
}
