package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedDisk;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Some stories, each told once for every place at which something can go wrong in it: while the
 * store is written, and while it is opened again after that. The seeded stories of {@link
 * CrashTest} go further; these leave no place out.
 */
@Tag("long")
@ExtendWith(QuietEngine.class)
final class EveryFaultTest {
  private static final long FIRST_SEED = 40;
  private static final int STORIES = 1;

  /** Of so many places one is taken. */
  private static final int STEP = Boolean.getBoolean("daybook.quick") ? 5 : 1;

  /** What goes wrong, at the n-th place where it can. */
  enum Fault {
    CRASH {
      @Override
      long places(SimulatedDisk disk) {
        return disk.steps();
      }

      @Override
      void arrange(SimulatedDisk disk, long nth) {
        disk.crashIn(nth);
      }
    },
    /** A write, a sync, an open, a mapping, a rename, a listing: whatever is asked of a disk. */
    IO_ERROR {
      @Override
      long places(SimulatedDisk disk) {
        return disk.operations();
      }

      @Override
      void arrange(SimulatedDisk disk, long nth) {
        disk.failOperationIn(nth);
      }
    },
    NO_SPACE {
      @Override
      long places(SimulatedDisk disk) {
        return disk.allocations();
      }

      @Override
      void arrange(SimulatedDisk disk, long nth) {
        disk.fullAtAllocation(nth, false);
      }
    },
    NO_SPACE_FROM_THEN_ON {
      @Override
      long places(SimulatedDisk disk) {
        return disk.allocations();
      }

      @Override
      void arrange(SimulatedDisk disk, long nth) {
        disk.fullAtAllocation(nth, true);
      }
    };

    /** How many such places there were. */
    abstract long places(SimulatedDisk disk);

    abstract void arrange(SimulatedDisk disk, long nth);
  }

  /** One fault in one life; then, if it is told to go on, a crash in each of two more. */
  private static final class OneFault implements CrashRun.Faults {
    private final Fault fault;
    private final int inLife;
    private final int crashesAfter;
    private final long nth;
    private SimulatedDisk disk;
    private long before;

    OneFault(Fault fault, int inLife, int crashesAfter, long nth) {
      this.fault = fault;
      this.inLife = inLife;
      this.crashesAfter = crashesAfter;
      this.nth = nth;
    }

    @Override
    public int lives() {
      return inLife + crashesAfter + 1;
    }

    @Override
    public void arrange(int life, SimulatedDisk itsDisk) {
      if (life == inLife) {
        disk = itsDisk;
        before = fault.places(itsDisk);
        fault.arrange(itsDisk, nth);
      } else if (life > inLife) {
        itsDisk.crashIn(1 + (nth * 7 + life) % 9); // within what an opening does
      }
    }

    /** At how many places it could go wrong, if it did not. */
    long places() {
      return fault.places(disk) - before;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anywhereWhileItIsWritten(Fault fault) {
    for (int story = 0; story < STORIES; story++) {
      tellForEachPlace(FIRST_SEED + story, fault, 0, 0);
    }
  }

  /** The fault comes in the next life: in its opening, and then in what follows. */
  @ParameterizedTest
  @EnumSource
  void anywhereAfterItWasLeft(Fault fault) {
    for (int story = 0; story < STORIES; story++) {
      tellForEachPlace(FIRST_SEED + story, fault, 1, 0);
    }
  }

  /** And the opening after that crashes, and the one after that. */
  @ParameterizedTest
  @EnumSource
  void anywhereInARecoveryThatIsFollowedByOthers(Fault fault) {
    tellForEachPlace(FIRST_SEED, fault, 1, 2);
  }

  private static void tellForEachPlace(long seed, Fault fault, int inLife, int crashesAfter) {
    var without = new OneFault(fault, inLife, 0, Integer.MAX_VALUE);
    tell(seed, without);
    assertThat(without.places()).as("places for a fault").isPositive();
    LongStream.rangeClosed(1, without.places() / STEP)
        .parallel()
        .map(nth -> nth * STEP)
        .forEach(nth -> {
          try {
            tell(seed, new OneFault(fault, inLife, crashesAfter, nth));
          } catch (AssertionError e) {
            throw new AssertionError(fault + " number " + nth + ": " + e.getMessage(), e);
          }
        });
  }

  private static void tell(long seed, CrashRun.Faults faults) {
    new CrashRun(seed, new EngineOpener(), UnaryOperator.identity(), faults).run();
  }
}
