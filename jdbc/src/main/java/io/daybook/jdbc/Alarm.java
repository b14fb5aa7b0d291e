package io.daybook.jdbc;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes a thread before its time. May be rung by any number of threads. */
final class Alarm {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private boolean rings;

  /** Waits until it rings, if it has not since the last time, but not longer than that. */
  void await(Duration atMost) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (!rings && left > 0) {
        left = rung.awaitNanos(left);
      }
      rings = false;
    } catch (InterruptedException _) {
      // nobody has a reason to; who waits looks again all the same
    } finally {
      lock.unlock();
    }
  }

  void ring() {
    lock.lock();
    try {
      rings = true;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
