package io.daybook.eventsourcing.tenancy;

import io.daybook.eventstore.EventStore;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open store that is not closed before this is; let go of once, however often it is closed. */
final class Hold implements AutoCloseable {
  private final EventStore store;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  Hold(EventStore store, Runnable release) {
    this.store = store;
    this.release = release;
  }

  EventStore store() {
    return store;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
