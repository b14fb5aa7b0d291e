package io.daybook.eventstore;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to an in-memory store: it remembers how far it came, and looks at the log when it
 * is asked for more.
 */
final class MemorySubscription implements Subscription {
  private final SubscriptionRequest request;
  private final MemoryLog log;
  private final Supplier<MemoryView> now;
  private final LongFunction<Checkpoint> checkpoints;
  private final BooleanSupplier storeClosed;
  private volatile boolean closed;

  /** The last position that was delivered or passed over. Written by the one who pulls. */
  private volatile long last;

  private boolean caughtUp;

  /** How many positions were passed over since the last message. */
  private long quiet;

  MemorySubscription(
      SubscriptionRequest request,
      long after,
      MemoryLog log,
      Supplier<MemoryView> now,
      LongFunction<Checkpoint> checkpoints,
      BooleanSupplier storeClosed) {
    this.request = request;
    this.last = after;
    this.log = log;
    this.now = now;
    this.checkpoints = checkpoints;
    this.storeClosed = storeClosed;
  }

  @Override
  public SubscriptionMessage next() throws InterruptedException {
    while (true) {
      Optional<SubscriptionMessage> message = await(Long.MAX_VALUE);
      if (message.isPresent()) {
        return message.get();
      }
    }
  }

  @Override
  public Optional<SubscriptionMessage> poll(Duration timeout) throws InterruptedException {
    return await(TimeUnit.NANOSECONDS.convert(timeout));
  }

  @Override
  public Checkpoint checkpoint() {
    return checkpoints.apply(last);
  }

  @Override
  public void close() {
    closed = true;
    log.wakeAll();
  }

  private Optional<SubscriptionMessage> await(long nanos) throws InterruptedException {
    long left = nanos;
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for an event");
      }
      requireOpen();
      SubscriptionMessage message = advance();
      if (message != null) {
        return Optional.of(message);
      }
      if (left <= 0) {
        return Optional.empty();
      }
      left = log.awaitBeyond(last, this::isClosed, left);
    }
  }

  /** The next message, or null if there is none until the head moves. */
  private @Nullable SubscriptionMessage advance() {
    MemoryView view = now.get();
    if (caughtUp && view.head() - last > request.fellBehindAfter()) {
      caughtUp = false;
      return new SubscriptionMessage.FellBehind(new Position(last));
    }
    if (last < view.head()) {
      long end = Math.min(view.head(), last + request.progressEvery() - quiet);
      RecordedEvent event =
          new MemoryCursor(view, request.query(), request.systemEvents(), false, last + 1, end)
              .next();
      if (event != null) {
        last = event.position().value();
        quiet = 0;
        return new SubscriptionMessage.Delivered(event);
      }
      quiet += end - last;
      last = end;
    }
    if (!caughtUp && last == view.head()) {
      caughtUp = true;
      quiet = 0;
      return new SubscriptionMessage.CaughtUp(new Position(last));
    }
    if (quiet >= request.progressEvery()) {
      quiet = 0;
      return new SubscriptionMessage.Progress(new Position(last));
    }
    return null;
  }

  private boolean isClosed() {
    return closed || storeClosed.getAsBoolean();
  }

  private void requireOpen() {
    if (isClosed()) {
      throw new EventStoreClosedException(
          closed ? "the subscription is closed" : "the store is closed");
    }
  }
}
