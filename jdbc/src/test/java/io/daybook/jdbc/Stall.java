package io.daybook.jdbc;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work that stands still, once, at a place that a test chooses, until it is told to go on. Closing
 * it lets it go on, too: to be closed before the read model whose work it is.
 */
final class Stall implements AutoCloseable {
  private final AtomicBoolean isArmed = new AtomicBoolean();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  /** Whoever comes by next stands still. */
  void arm() {
    isArmed.set(true);
  }

  /** The place. */
  void pass() {
    if (isArmed.getAndSet(false)) {
      reached.countDown();
      DatabaseSuite.await(goOn);
    }
  }

  /** Waits until somebody stands still. */
  void awaitReached() {
    DatabaseSuite.await(reached);
  }

  void goOn() {
    goOn.countDown();
  }

  @Override
  public void close() {
    goOn();
  }
}
