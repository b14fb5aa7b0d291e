package postgresspike;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** Reads pages up to the head; at the head, waits until it has moved. */
final class PostgresSubscription implements Subscription {
  private static final int PAGE = 256;

  private final PostgresStore store;
  private final SubscriptionRequest request;
  private final Queue<RecordedEvent> page = new ArrayDeque<>();
  private volatile boolean closed;

  /** The last position that was delivered or passed over. */
  private volatile long last;

  private boolean caughtUp;
  private long quiet;

  PostgresSubscription(PostgresStore store, SubscriptionRequest request, long after) {
    this.store = store;
    this.request = request;
    this.last = after;
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
    return store.checkpoint(new Position(last));
  }

  @Override
  public void close() {
    closed = true;
    store.watch().wakeAll();
  }

  private Optional<SubscriptionMessage> await(long nanos) throws InterruptedException {
    long left = nanos;
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for an event");
      }
      if (isClosed()) {
        throw new EventStoreClosedException("the subscription or its store is closed");
      }
      SubscriptionMessage message = advanceOrInterrupt();
      if (message != null) {
        return Optional.of(message);
      }
      if (left <= 0) {
        return Optional.empty();
      }
      left = store.watch().awaitBeyond(last, this::isClosed, left);
    }
  }

  /** An interrupt closes the socket of a virtual thread that waits for an answer. */
  private SubscriptionMessage advanceOrInterrupt() throws InterruptedException {
    try {
      return advance();
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        var interrupted = new InterruptedException("interrupted while reading");
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    }
  }

  /** The next message, or null if there is none until the head moves. */
  private SubscriptionMessage advance() {
    if (page.isEmpty()) {
      long head = store.head().value();
      if (caughtUp && head - last > request.fellBehindAfter()) {
        caughtUp = false;
        return new SubscriptionMessage.FellBehind(new Position(last));
      }
      long end = Math.min(head, last + request.progressEvery() - quiet);
      if (last < end) {
        store.loadForwards(request, last + 1, end, head, page, PAGE);
        if (page.isEmpty()) {
          quiet += end - last;
          last = end;
        }
      }
      if (page.isEmpty()) {
        return signal(head);
      }
    }
    RecordedEvent event = page.remove();
    last = event.position().value();
    quiet = 0;
    return new SubscriptionMessage.Delivered(event);
  }

  private SubscriptionMessage signal(long head) {
    if (!caughtUp && last == head) {
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
    return closed || store.isClosed();
  }
}
