package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.process.ProcessRunner.Status;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How a runner is, how far it has come, and who waits for it. May be used by any threads. */
final class RunnerProgress {
  /** How long a waiting thread relies on being woken before it looks for itself. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String process;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  /** Everything up to here was dealt with, but for what failed. Under the lock. */
  private long handled = Position.BEFORE_FIRST.value();

  /** Whether instances failed that are tried again. Under the lock. */
  private boolean trouble;

  private volatile Status status;
  private volatile @Nullable Throwable failure;

  RunnerProgress(String process, Status status) {
    this.process = process;
    this.status = status;
  }

  Status status() {
    return status;
  }

  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  Position handled() {
    lock.lock();
    try {
      return new Position(handled);
    } finally {
      lock.unlock();
    }
  }

  /** A turn begins after that position. */
  void began(Position position) {
    lock.lock();
    try {
      handled = position.value();
      trouble = false;
      status = Status.RUNNING;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Something was done.
   *
   * @param position the last that was dealt with; null if none was
   * @param isTrouble whether instances failed that are tried again
   */
  void arrived(@Nullable Position position, boolean isTrouble) {
    lock.lock();
    try {
      if (position != null) {
        handled = position.value();
      }
      trouble = isTrouble;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void became(Status newStatus) {
    status = newStatus;
    signal();
  }

  void failed(Throwable why) {
    failure = why;
    became(Status.FAILED);
  }

  void signal() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything is dealt with.
   *
   * @param deadline until when, by {@link System#nanoTime}: the end of that timeout
   * @param lastOfInterest the position of the last event that concerns the process
   */
  void awaitIdle(long deadline, Duration timeout, LongSupplier lastOfInterest) {
    while (true) {
      long before;
      boolean busy;
      lock.lock();
      try {
        before = handled;
        busy = trouble;
      } finally {
        lock.unlock();
      }
      // what is of interest is looked for after that: nothing that was led to is missed
      if (!busy && lastOfInterest.getAsLong() <= before) {
        return;
      }
      if (status != Status.RUNNING) {
        throw new ProcessException("the process " + process + " is " + status, failure);
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ProcessException(
            "the process "
                + process
                + " was not idle after "
                + timeout
                + ", but at position "
                + before,
            null);
      }
      awaitMove(before, busy, left);
    }
  }

  private void awaitMove(long before, boolean busy, long nanos) {
    lock.lock();
    try {
      long left = Math.min(nanos, LOOK_AGAIN_NANOS);
      while (left > 0 && handled == before && busy == trouble && status == Status.RUNNING) {
        left = moved.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the process " + process);
    } finally {
      lock.unlock();
    }
  }
}
