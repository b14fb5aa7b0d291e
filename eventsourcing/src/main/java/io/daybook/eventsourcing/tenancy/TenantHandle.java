package io.daybook.eventsourcing.tenancy;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A tenant's store that is open only while something is done with it. */
final class TenantHandle implements EventStore {
  private final String tenant;
  private final Supplier<Hold> holds;
  private final Set<HeldSubscription> subscriptions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A handle.
   *
   * @param holds opens the store where need be, and holds it
   */
  TenantHandle(String tenant, Supplier<Hold> holds) {
    this.tenant = tenant;
    this.holds = holds;
  }

  private Hold hold() {
    if (closed) {
      throw new EventStoreClosedException("this handle of the tenant " + tenant + " is closed");
    }
    return holds.get();
  }

  private <R> R with(Function<EventStore, R> work) {
    try (Hold hold = hold()) {
      return work.apply(hold.store());
    }
  }

  /** Like {@link #with}, but if the work succeeds, its result holds the store. */
  private <R> R keeping(Function<Hold, R> work) {
    Hold hold = hold();
    try {
      return work.apply(hold);
    } catch (Throwable e) {
      hold.close();
      throw e;
    }
  }

  @Override
  public AppendResult append(Append append) {
    return with(store -> store.append(append));
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return keeping(hold -> {
      CompletableFuture<AppendResult> result = hold.store().appendAsync(append);
      var _ = result.whenComplete((_, _) -> hold.close());
      return result;
    });
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return keeping(hold -> new HeldRead<>(hold.store().read(request), hold));
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return with(store -> store.find(eventId));
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    return keeping(hold -> {
      var subscription = new HeldSubscription(hold.store().subscribe(request), hold);
      subscriptions.add(subscription);
      if (closed) {
        subscription.close();
      }
      return subscription;
    });
  }

  @Override
  public Position head() {
    return with(EventStore::head);
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    return with(store -> store.checkpointAt(position));
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    return with(store -> store.streamInfo(stream));
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return with(store -> store.changeSettings(stream, expected, settings));
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return with(store -> store.delete(stream, expected));
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return with(store -> store.tombstone(stream, expected));
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    return keeping(hold -> new HeldRead<>(hold.store().list(dimension, prefix), hold));
  }

  /** Ends the subscriptions that were made by this handle. The store is left to the others. */
  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(HeldSubscription::close);
  }

  /** A read that holds its store until it is closed, or read to its end. */
  private record HeldRead<T>(ReadResult<T> read, Hold hold) implements ReadResult<T> {
    @Override
    public Position head() {
      return read.head();
    }

    @Override
    public Iterator<T> iterator() {
      Iterator<T> source = read.iterator();
      return new Iterator<>() {
        private boolean ended;

        @Override
        public boolean hasNext() {
          if (!ended && !source.hasNext()) {
            ended = true;
            close();
          }
          return !ended;
        }

        @Override
        public T next() {
          if (ended) {
            throw new NoSuchElementException();
          }
          return source.next();
        }
      };
    }

    @Override
    public void close() {
      try (hold) {
        read.close();
      }
    }
  }

  /** A subscription that holds its store until it is closed. */
  private final class HeldSubscription implements Subscription {
    private final Subscription subscription;
    private final Hold hold;

    HeldSubscription(Subscription subscription, Hold hold) {
      this.subscription = subscription;
      this.hold = hold;
    }

    @Override
    public SubscriptionMessage next() throws InterruptedException {
      return subscription.next();
    }

    @Override
    public Optional<SubscriptionMessage> poll(Duration timeout) throws InterruptedException {
      return subscription.poll(timeout);
    }

    @Override
    public Checkpoint checkpoint() {
      return subscription.checkpoint();
    }

    @Override
    public void close() {
      subscriptions.remove(this);
      try (hold) {
        subscription.close();
      }
    }
  }
}
