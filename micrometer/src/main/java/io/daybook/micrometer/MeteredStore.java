package io.daybook.micrometer;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures what is done with a store. As thread-safe as the other store. Closing it closes the
 * other store, and the registry keeps its counts.
 *
 * <p>The names, units and tags of the meters are in {@code docs/observability.md}; every meter has
 * the tag {@code store}.
 */
public final class MeteredStore extends ForwardingStore {
  private final MeterRegistry registry;
  private final Timer appended;
  private final Timer conflicted;
  private final Timer failed;
  private final Counter events;
  private final Counter bytes;
  private final Counter revisionConflicts;
  private final Counter conditionConflicts;
  private final Counter idempotencyConflicts;
  private final ReadMeters loads;
  private final ReadMeters reads;
  private final Timer finds;
  private final AtomicInteger subscriptions = new AtomicInteger();
  private final Counter delivered;

  private MeteredStore(EventStore store, String name, MeterRegistry registry) {
    super(store);
    this.registry = registry;
    Tags tags = Tags.of("store", name);
    appended = timer("daybook.append", "appends", tags.and("outcome", "appended"));
    conflicted = timer("daybook.append", "appends", tags.and("outcome", "conflict"));
    failed = timer("daybook.append", "appends", tags.and("outcome", "failed"));
    events = counter("daybook.append.events", "events", "events that were appended", tags);
    bytes = counter("daybook.append.bytes", "bytes", "data and metadata appended", tags);
    revisionConflicts = conflicts(tags, "revision");
    conditionConflicts = conflicts(tags, "condition");
    idempotencyConflicts = conflicts(tags, "idempotency");
    loads = new ReadMeters("daybook.load", tags);
    reads = new ReadMeters("daybook.read", tags);
    finds = timer("daybook.find", "look-ups of an event by its id", tags);
    delivered =
        counter("daybook.subscription.events", "events", "events that subscribers got", tags);
    Gauge.builder("daybook.subscriptions", subscriptions, AtomicInteger::get)
        .description("subscriptions that are open")
        .tags(tags)
        .register(registry);
    Gauge.builder("daybook.head", store, MeteredStore::head)
        .description("the position of the last event; -1 in an empty store")
        .tags(tags)
        .register(registry);
  }

  /**
   * Measures what is done with that store by what this returns.
   *
   * @param name the value of the tag {@code store}
   */
  public static MeteredStore of(EventStore store, String name, MeterRegistry registry) {
    return new MeteredStore(
        store, Objects.requireNonNull(name, "name"), Objects.requireNonNull(registry, "registry"));
  }

  private static double head(EventStore store) {
    try {
      return store.head().value();
    } catch (RuntimeException _) {
      return Double.NaN; // a closed store has none
    }
  }

  private Timer timer(String name, String description, Tags tags) {
    return Timer.builder(name).description(description).tags(tags).register(registry);
  }

  private Counter counter(String name, String unit, String description, Tags tags) {
    return Counter.builder(name)
        .baseUnit(unit)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private Counter conflicts(Tags tags, String kind) {
    return Counter.builder("daybook.append.conflicts")
        .description("appends that were refused since the store was not as expected")
        .tags(tags.and("kind", kind))
        .register(registry);
  }

  @Override
  public AppendResult append(Append append) {
    long start = registry.config().clock().monotonicTime();
    try {
      AppendResult result = store().append(append);
      record(append, start, null);
      return result;
    } catch (RuntimeException | Error e) {
      record(append, start, e);
      throw e;
    }
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    long start = registry.config().clock().monotonicTime();
    CompletableFuture<AppendResult> result;
    try {
      result = store().appendAsync(append);
    } catch (RuntimeException | Error e) {
      record(append, start, e);
      throw e;
    }
    var _ = result.whenComplete((_, thrown) -> record(append, start, thrown));
    return result;
  }

  private void record(Append append, long start, @Nullable Throwable thrown) {
    long nanos = registry.config().clock().monotonicTime() - start;
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    switch (cause) {
      case null -> {
        appended.record(nanos, TimeUnit.NANOSECONDS);
        events.increment(append.eventCount());
        bytes.increment((double) bytesOf(append));
      }
      case ConflictException conflict -> {
        conflicted.record(nanos, TimeUnit.NANOSECONDS);
        switch (conflict) {
          case RevisionConflictException _ -> revisionConflicts.increment();
          case AppendConditionException _ -> conditionConflicts.increment();
        }
      }
      case IdempotencyConflictException _ -> {
        conflicted.record(nanos, TimeUnit.NANOSECONDS);
        idempotencyConflicts.increment();
      }
      default -> failed.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static long bytesOf(Append append) {
    long bytes = 0;
    for (Append.Write write : append.writes()) {
      for (Event event : write.events()) {
        bytes += (long) event.data().size() + event.metadata().size();
      }
    }
    return bytes;
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    ReadMeters meters = isLoad(request) ? loads : reads;
    long start = registry.config().clock().monotonicTime();
    return new MeteredRead(
        store().read(request),
        (count, size) -> {
          long nanos = registry.config().clock().monotonicTime() - start;
          meters.timer.record(nanos, TimeUnit.NANOSECONDS);
          meters.events.increment((double) count);
          meters.bytes.increment((double) size);
        });
  }

  /** One stream, forwards: what loading a state does. */
  private static boolean isLoad(ReadRequest request) {
    return !request.backwards()
        && request.query() instanceof Query.AnyOf(var items)
        && items.size() == 1
        && items.getFirst().streams().size() == 1;
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return Objects.requireNonNull(finds.record(() -> store().find(eventId)));
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    Subscription subscription = store().subscribe(request);
    subscriptions.incrementAndGet();
    return new MeteredSubscription(
        subscription, delivered::increment, subscriptions::decrementAndGet);
  }

  /** The meters of one kind of read. */
  private final class ReadMeters {
    final Timer timer;
    final Counter events;
    final Counter bytes;

    ReadMeters(String name, Tags tags) {
      timer = MeteredStore.this.timer(name, "from the call to the closing of the read", tags);
      events = counter(name + ".events", "events", "events that were read", tags);
      bytes = counter(name + ".bytes", "bytes", "data and metadata that were read", tags);
    }
  }
}
