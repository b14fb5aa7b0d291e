package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Looks again each time that a read model tells something, for what others lead to; and now and
 * then, for nobody is told that one build has taken the place of another.
 */
final class Heard implements ProjectionListener {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  private int parked;
  private int retried;
  private int lost;
  private int interrupted;
  private int caughtUp;

  /** Waits until that holds. */
  void until(BooleanSupplier condition) {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(60);
      while (!condition.getAsBoolean()) {
        assertThat(left).as("time left").isPositive();
        long look = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
        left -= look - Math.max(0, told.awaitNanos(look));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  /** How often work was given up or lost. */
  int lost() {
    return lost;
  }

  int interrupted() {
    return interrupted;
  }

  int caughtUp() {
    return caughtUp;
  }

  int parked() {
    return parked;
  }

  int retried() {
    return retried;
  }

  private void told(Runnable what) {
    lock.lock();
    try {
      what.run();
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void applied(String projection, int events, Position position, Duration waited) {
    told(() -> {});
  }

  @Override
  public void caughtUp(String projection, Position position) {
    told(() -> caughtUp++);
  }

  @Override
  public void retrying(
      String projection, RecordedEvent event, int failures, Duration pause, Throwable cause) {
    told(() -> retried++);
  }

  @Override
  public void parked(String projection, RecordedEvent event, Throwable cause) {
    told(() -> parked++);
  }

  @Override
  public void interrupted(String projection, Duration pause, Throwable cause) {
    told(() -> interrupted++);
  }

  @Override
  public void failed(String projection, ProjectionException failure) {
    told(() -> {});
  }

  @Override
  public void owned(String projection, boolean owned) {
    told(() -> lost += owned ? 0 : 1);
  }
}
