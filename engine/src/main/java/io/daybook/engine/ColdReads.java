package io.daybook.engine;

import io.daybook.engine.io.Looks;
import io.daybook.engine.log.FetchedFrames;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches events from the disk that a read is about to need, many at a time: a disk serves 32
 * requests in little more than the time of one, but a read that takes one event after another waits
 * for each. See ADR 0007 for what that is worth.
 *
 * <p>Thread-safe.
 */
final class ColdReads {
  /** How many fetch at a time. */
  static final int AT_ONCE = 64;

  private final Executor executor;

  private final Looks looks = new Looks();

  /** How many fetch now. */
  private final AtomicInteger callers = new AtomicInteger();

  ColdReads(Executor executor) {
    this.executor = executor;
  }

  /**
   * Whether any of the events is known not to be in memory. A look is a call of the system for each
   * that does not follow the one before.
   */
  boolean isAnyCold(Version version, long[] positions, int count) {
    if (!looks.isDue()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      boolean follows = i > 0 && Math.abs(positions[i] - positions[i - 1]) == 1;
      if (!follows && !version.isInMemory(positions[i])) {
        looks.foundCold();
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the frames of events at positions. The caller holds a lease on the version.
   *
   * <p>It has as many helpers as there are for each who fetches now, since to wake one costs as
   * much as a read. It reads itself, too, unless it is a virtual thread: that would keep others
   * from running while it waits for the disk.
   */
  FetchedFrames fetch(Version version, long[] positions, int count) {
    FetchedFrames frames = version.framesOf(positions, count);
    var work = new SharedWork(frames);
    boolean waits = Thread.currentThread().isVirtual();
    int share = Math.max(1, AT_ONCE / callers.incrementAndGet());
    try {
      boolean helped = work.start(executor, waits ? share : share - 1);
      work.finish(!(waits && helped));
    } finally {
      callers.decrementAndGet();
    }
    return frames;
  }

  /** Frames that each worker fetches one after another, until none is left. */
  private static final class SharedWork {
    private final FetchedFrames frames;
    private final AtomicInteger taken = new AtomicInteger();
    private final CountDownLatch undone;

    SharedWork(FetchedFrames frames) {
      this.frames = frames;
      this.undone = new CountDownLatch(frames.count());
    }

    /** Whether anybody helps, of so many at most. */
    boolean start(Executor executor, int helpers) {
      int started = 0;
      try {
        for (int most = Math.min(helpers, frames.count()); started < most; started++) {
          executor.execute(this::work);
        }
      } catch (RejectedExecutionException _) {
        // all others are busy
      }
      return started > 0;
    }

    /** Returns when all is done, by the caller, too, or by helpers alone. */
    void finish(boolean working) {
      if (working) {
        work();
      }
      await();
    }

    private void work() {
      for (int i = taken.getAndIncrement(); i < frames.count(); i = taken.getAndIncrement()) {
        try {
          frames.fetch(i);
        } finally {
          undone.countDown();
        }
      }
    }

    /** A helper's read ends soon; an interrupt is kept for the caller. */
    private void await() {
      boolean interrupted = false;
      while (true) {
        try {
          undone.await();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
