package io.daybook.systemtests;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills programs that work on a store in all ways, two beside each other. Property {@code kills}:
 * how often, together. Property {@code seed}: repeats the choices of a run, though not its timing.
 */
@Tag("long")
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 200);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void whatWasAcknowledgedIsThereAfterEachKill() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    new KillHarness(KILLS, seed, folder, System.out).run(2);
  }
}
