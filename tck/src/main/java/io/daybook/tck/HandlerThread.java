package io.daybook.tck;

import io.daybook.eventstore.Query;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A thread that handles all events of a store until it ends, and tells of both. */
final class HandlerThread {
  private static final String ENDED = "(ended)";

  private final Duration patience;
  private final Subscription subscription;
  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
  private final Parallel.Running<Boolean> running;

  HandlerThread(StoreUnderTest test) {
    patience = test.patience();
    subscription = test.store().subscribe(SubscriptionRequest.of(Query.everything()));
    running = Parallel.start(this::handleAll);
  }

  private boolean handleAll() {
    subscription.forEachEvent(event -> handled.add(event.type()));
    handled.add(ENDED);
    return Thread.currentThread().isInterrupted();
  }

  /** The type of the next event, or what says that there will be none. */
  String nextType() throws InterruptedException {
    String type = handled.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    return type == null ? "(nothing within " + patience + ")" : type;
  }

  /** Closes the subscription. */
  void close() {
    subscription.close();
  }

  /** Interrupts the thread. */
  void interrupt() {
    running.thread().interrupt();
  }

  /** Waits for the end of the thread, and says whether it was marked as interrupted then. */
  boolean endsInterrupted() {
    return running.result(patience);
  }
}
