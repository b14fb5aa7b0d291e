package io.daybook.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Wakes subscribers when the head moves, and costs a writer next to nothing when nobody waits.
 * Where the writer is another process, who waits looks again and again, ever more seldom.
 */
final class HeadSignal {
  private static final long SHORTEST_PARK_NANOS = 200_000;
  private static final long LONGEST_PARK_NANOS = 5_000_000;

  private final boolean polling;
  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

  /** For a head that is moved by this process. */
  HeadSignal() {
    this(false);
  }

  /** For a head that is moved by this process, or else has to be looked at. */
  HeadSignal(boolean polling) {
    this.polling = polling;
  }

  /** Wakes all who wait. What they wait for is visible already. */
  void signal() {
    Thread thread;
    while ((thread = waiting.poll()) != null) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits until the condition holds.
   *
   * @param deadlineNanos in terms of {@link System#nanoTime}; ignored if {@code timed} is false
   * @return whether the condition holds
   */
  boolean await(BooleanSupplier condition, boolean timed, long deadlineNanos)
      throws InterruptedException {
    Thread self = Thread.currentThread();
    long longest = polling ? SHORTEST_PARK_NANOS : Long.MAX_VALUE;
    while (!condition.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      waiting.add(self);
      try {
        if (condition.getAsBoolean()) {
          return true;
        }
        long left = timed ? deadlineNanos - System.nanoTime() : Long.MAX_VALUE;
        if (left <= 0) {
          return false;
        }
        park(Math.min(left, longest));
        longest = polling ? Math.min(2 * longest, LONGEST_PARK_NANOS) : longest;
      } finally {
        waiting.remove(self);
      }
    }
    return true;
  }

  private void park(long nanos) {
    if (nanos == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }
}
