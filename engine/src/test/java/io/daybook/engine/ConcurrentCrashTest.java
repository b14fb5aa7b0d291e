package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.daybook.engine.io.LyingDisk;
import io.daybook.engine.io.SimulatedCrash;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The engine keeps its promises to threads that use it together, through crashes and failing disks.
 * The system property {@code concurrentSeeds} says how many stories are told, {@code seed} tells
 * the beginning of one again.
 */
@ExtendWith(QuietEngine.class)
final class ConcurrentCrashTest {
  private static final int SEEDS =
      Integer.getInteger("concurrentSeeds", Boolean.getBoolean("daybook.quick") ? 30 : 100);
  private static UncaughtExceptionHandler before;

  /** Crashes end threads of the engine. */
  @BeforeAll
  static void passOverCrashes() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, e) -> {
      if (!(e instanceof SimulatedCrash)) {
        e.printStackTrace();
      }
    });
  }

  @AfterAll
  static void beAsBefore() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  @Test
  void threadsAreToldWhatIsFoundAfterACrash() {
    Long one = Long.getLong("seed");
    for (long seed = one != null ? one : 0; seed < (one != null ? one + 1 : SEEDS); seed++) {
      new ConcurrentCrashRun(seed, UnaryOperator.identity()).run();
    }
  }

  @Test
  void aDiskThatForgetsWhatItSyncedIsFoundOut() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        long lieSeed = seed;
        new ConcurrentCrashRun(seed, disk -> new LyingDisk(disk, LyingDisk.Lie.SYNC_RANGE, lieSeed))
            .run();
      } catch (AssertionError e) {
        assertThat(e).hasMessageContaining("seed " + seed);
        return;
      }
    }
    fail("the lies were not found out");
  }
}
