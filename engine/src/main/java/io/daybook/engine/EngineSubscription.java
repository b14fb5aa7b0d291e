package io.daybook.engine;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: read after read, and a wait for the head to move where there is nothing to read.
 */
final class EngineSubscription implements Subscription {
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final StoreReader store;
  private final HeadSignal signal;
  private final SubscriptionRequest request;

  /** Everything up to here is delivered, passed over or reported as progress. */
  private long reported;

  /** Everything up to here is delivered or known not to match. */
  private long scanned;

  private boolean caughtUp;
  private @Nullable EngineRead read;
  private @Nullable RecordedEvent held;
  private volatile boolean closed;

  EngineSubscription(
      StoreReader store, HeadSignal signal, SubscriptionRequest request, long after) {
    this.store = store;
    this.signal = signal;
    this.request = request;
    this.reported = after;
    this.scanned = after;
  }

  @Override
  public SubscriptionMessage next() throws InterruptedException {
    while (true) {
      SubscriptionMessage message = ready();
      if (message != null) {
        return message;
      }
      signal.await(this::isWorthLooking, false, 0);
    }
  }

  @Override
  public Optional<SubscriptionMessage> poll(Duration timeout) throws InterruptedException {
    boolean timed = timeout.compareTo(FOREVER) < 0;
    long deadline = System.nanoTime() + (timed ? timeout.toNanos() : 0);
    while (true) {
      SubscriptionMessage message = ready();
      if (message != null) {
        return Optional.of(message);
      }
      if (!signal.await(this::isWorthLooking, timed, deadline)) {
        return Optional.empty();
      }
    }
  }

  private boolean isWorthLooking() {
    return closed || store.isClosed() || store.headValue() > scanned;
  }

  /** The next message, if there is one without waiting. */
  private synchronized @Nullable SubscriptionMessage ready() {
    while (true) {
      if (closed || store.isClosed()) {
        endRead();
        throw new EventStoreClosedException(
            closed ? "the subscription is closed" : "the store is closed");
      }
      long head = store.headValue();
      if (caughtUp && head - reported > request.fellBehindAfter() && head > scanned) {
        caughtUp = false;
        return new SubscriptionMessage.FellBehind(new Position(reported));
      }
      RecordedEvent event = held != null ? held : nextEvent();
      if (event != null) {
        return deliver(event);
      }
      if (store.headValue() > scanned) {
        continue;
      }
      if (!caughtUp) {
        caughtUp = true;
        return report(new SubscriptionMessage.CaughtUp(new Position(scanned)));
      }
      if (scanned - reported >= request.progressEvery()) {
        return report(new SubscriptionMessage.Progress(new Position(scanned)));
      }
      return null;
    }
  }

  private SubscriptionMessage deliver(RecordedEvent event) {
    long before = event.position().value() - 1;
    if (before - reported >= request.progressEvery()) {
      held = event; // comes after the progress
      return report(new SubscriptionMessage.Progress(new Position(before)));
    }
    held = null;
    return report(new SubscriptionMessage.Delivered(event));
  }

  private SubscriptionMessage report(SubscriptionMessage message) {
    reported = message.position().value();
    scanned = Math.max(scanned, reported);
    return message;
  }

  private @Nullable RecordedEvent nextEvent() {
    EngineRead current = read;
    if (current == null) {
      if (store.headValue() <= scanned) {
        return null;
      }
      ReadRequest rest = ReadRequest.of(request.query()).from(new Position(scanned + 1));
      current = store.read(request.systemEvents() ? rest.withSystemEvents() : rest);
      read = current;
    }
    if (current.hasNext()) {
      return current.next();
    }
    scanned = Math.max(scanned, current.head().value());
    read = null;
    return null;
  }

  private void endRead() {
    if (read != null) {
      read.close();
      read = null;
    }
  }

  @Override
  public synchronized Checkpoint checkpoint() {
    return store.checkpointAt(new Position(reported));
  }

  @Override
  public void close() {
    closed = true;
    signal.signal();
    synchronized (this) {
      endRead();
    }
  }
}
