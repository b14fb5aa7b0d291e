package io.daybook.engine;

import io.daybook.engine.log.ActiveLog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Syncs the log a while after something was acknowledged without a sync. Waits on a thread of the
 * virtual machine's, and only while there is something to sync.
 */
final class IntervalSync {
  private final ActiveLog log;
  private final Consumer<IOException> failed;
  private final Executor delayed;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean closed;

  /** The consumer is told, on the syncing thread, that a sync failed. */
  IntervalSync(ActiveLog log, Duration interval, Executor worker, Consumer<IOException> failed) {
    this.log = log;
    this.failed = failed;
    this.delayed =
        CompletableFuture.delayedExecutor(interval.toNanos(), TimeUnit.NANOSECONDS, worker);
  }

  /** Something was written that is not durable. */
  void written() {
    if (!closed && scheduled.compareAndSet(false, true)) {
      delayed.execute(this::sync);
    }
  }

  private void sync() {
    // what is written from here on may miss this sync, and asks for the next
    scheduled.set(false);
    if (closed) {
      return;
    }
    try {
      log.sync();
    } catch (IOException e) {
      failed.accept(e);
    }
  }

  /** Syncs nothing more; whoever closes the log syncs it. */
  void close() {
    closed = true;
  }
}
