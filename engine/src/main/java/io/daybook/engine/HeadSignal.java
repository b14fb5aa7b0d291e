package io.daybook.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Wakes subscribers when the head moves, and costs a writer next to nothing when nobody waits. */
final class HeadSignal {
  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

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
    while (!condition.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      waiting.add(self);
      try {
        if (condition.getAsBoolean()) {
          return true;
        }
        if (timed) {
          long left = deadlineNanos - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          LockSupport.parkNanos(this, left);
        } else {
          LockSupport.park(this);
        }
      } finally {
        waiting.remove(self);
      }
    }
    return true;
  }
}
