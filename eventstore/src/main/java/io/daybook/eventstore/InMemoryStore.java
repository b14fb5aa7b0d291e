package io.daybook.eventstore;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps its events in memory for as long as it lives: the reference of what the
 * contract means, and a store for tests.
 *
 * <p>Any number of threads may use it. Appends are decided one after another under one lock; reads
 * and subscriptions look at what is published without any.
 */
public final class InMemoryStore implements EventStore {
  private static final Payload NO_DETAILS = Payload.json("{}");

  private final InstantSource clock;
  private final UUID storeId = UUID.randomUUID();
  private final MemoryLog log = new MemoryLog();
  private volatile boolean closed;

  /** An empty store that takes the time from the system's clock. */
  public InMemoryStore() {
    this(InstantSource.system());
  }

  private InMemoryStore(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** An empty store that takes the time from this clock. */
  public static InMemoryStore with(InstantSource clock) {
    return new InMemoryStore(clock);
  }

  @Override
  public AppendResult append(Append append) {
    Objects.requireNonNull(append, "append");
    return alone(() -> {
      AppendResult first = AppendRules.firstResult(log, append.writes());
      if (first != null) {
        return first;
      }
      AppendRules.check(view(), append);
      Instant recordedAt = recordingTime();
      log.beginFrame();
      for (Append.Write write : append.writes()) {
        for (Event event : write.events()) {
          log.write(write.stream(), recordedAt, event);
        }
      }
      long start = log.head() + 1;
      log.publish();
      return AppendRules.resultOf(log, start, log.head());
    });
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    Objects.requireNonNull(append, "append");
    try {
      // nothing has to be waited for in memory
      return CompletableFuture.completedFuture(append(append));
    } catch (EventStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    MemoryView view = view();
    long asOf =
        switch (request.asOf()) {
          case ReadRequest.AsOf.Now _ -> view.head();
          case ReadRequest.AsOf.AtPosition(Position position) ->
              Math.min(view.head(), position.value());
          case ReadRequest.AsOf.AtInstant(Instant instant) ->
              Math.min(view.head(), log.lastRecordedBy(instant));
        };
    long low = 0;
    long high = asOf;
    if (request.backwards()) {
      high = Math.min(high, startOf(request));
    } else {
      low = startOf(request);
    }
    var cursor =
        new MemoryCursor(
            view, request.query(), request.systemEvents(), request.backwards(), low, high);
    return new MemoryResult<>(new Position(asOf), request.limit(), this::isClosed, cursor::next);
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    Objects.requireNonNull(eventId, "eventId");
    requireOpen();
    MemoryView view = view();
    long position = log.positionOf(eventId);
    return position < 0 || position > view.head()
        ? Optional.empty()
        : Optional.of(log.get(position)).filter(event -> view.shows(event, true));
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    Objects.requireNonNull(request, "request");
    requireOpen();
    long after =
        switch (request.start()) {
          case SubscriptionRequest.Start.Beginning _ -> -1;
          case SubscriptionRequest.Start.End _ -> log.head();
          case SubscriptionRequest.Start.After(Checkpoint checkpoint) -> accept(checkpoint);
        };
    return new MemorySubscription(
        request, after, log, this::view, p -> checkpoint(new Position(p)), this::isClosed);
  }

  @Override
  public Position head() {
    requireOpen();
    return new Position(log.head());
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    Objects.requireNonNull(position, "position");
    requireOpen();
    return checkpoint(position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    Limits.requireStreamName(stream);
    requireOpen();
    return Optional.ofNullable(view().streamInfo(stream));
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    Objects.requireNonNull(settings, "settings");
    return record(
        stream,
        expected,
        SystemEvents.STREAM_SETTINGS_CHANGED,
        _ -> settings.toPayload(),
        (state, change, next) -> state.withSettings(change, settings, next.value()));
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return record(
        stream,
        expected,
        SystemEvents.STREAM_DELETED,
        next -> StreamSettings.none().withTruncateBefore(next).toPayload(),
        StreamState::deleted);
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return record(
        stream,
        expected,
        SystemEvents.STREAM_TOMBSTONED,
        _ -> NO_DETAILS,
        (state, change, _) -> state.tombstoned(change));
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    Objects.requireNonNull(dimension, "dimension");
    Objects.requireNonNull(prefix, "prefix");
    requireOpen();
    MemoryView view = view();
    Iterator<Map.Entry<String, Postings>> terms =
        log.terms(dimension).tailMap(prefix, true).entrySet().iterator();
    return new MemoryResult<>(
        new Position(view.head()),
        Long.MAX_VALUE,
        this::isClosed,
        () -> nextName(view, terms, prefix));
  }

  @Override
  public void close() {
    log.lock().lock();
    try {
      closed = true;
    } finally {
      log.lock().unlock();
    }
    log.wakeAll();
  }

  /** What a system event does to the state of its stream. */
  private interface Change {
    StreamState apply(StreamState before, RecordedEvent change, Revision next);
  }

  private AppendResult record(
      String stream,
      ExpectedRevision expected,
      String type,
      Function<Revision, Payload> data,
      Change change) {
    Limits.requireStreamName(stream);
    Objects.requireNonNull(expected, "expected");
    if (Limits.isSystemName(stream)) {
      throw new IllegalArgumentException(
          "streams that start with $ are the system's, and keep all their events: " + stream);
    }
    return alone(() -> {
      MemoryView view = view();
      AppendRules.requireNotTombstoned(view, stream);
      AppendRules.requireExpected(view, stream, expected);
      var next = new Revision(log.eventCount(stream, view.head()));
      Event event = Event.of(type, data.apply(next));
      log.beginFrame();
      RecordedEvent recorded =
          log.write(SystemEvents.systemStreamOf(stream), recordingTime(), event);
      long position = recorded.position().value();
      log.setState(stream, change.apply(log.stateOf(stream, view.head()), recorded, next));
      log.publish();
      return AppendRules.resultOf(log, position, position);
    });
  }

  /** Writes while nobody else does. */
  private AppendResult alone(Supplier<AppendResult> writing) {
    log.lock().lock();
    try {
      requireOpen();
      return writing.get();
    } catch (OutOfMemoryError e) {
      // half a frame may be written: better no store than one that shows it with the next append
      closed = true;
      throw e;
    } finally {
      log.lock().unlock();
    }
  }

  private static @Nullable String nextName(
      MemoryView view, Iterator<Map.Entry<String, Postings>> terms, String prefix) {
    while (terms.hasNext()) {
      Map.Entry<String, Postings> term = terms.next();
      if (!term.getKey().startsWith(prefix)) {
        return null;
      }
      if (view.showsAny(term.getValue())) {
        return term.getKey();
      }
    }
    return null;
  }

  /** The position where a read starts; where it starts at an edge, beyond all positions. */
  private long startOf(ReadRequest request) {
    long edge = request.backwards() ? Long.MAX_VALUE : 0;
    return switch (request.from()) {
      case ReadRequest.From.Edge _ -> edge;
      case ReadRequest.From.AtPosition(Position position) -> position.value();
      case ReadRequest.From.AtRevision(Revision revision) -> {
        Postings postings = log.postings(Dimension.STREAM, oneStream(request.query()));
        yield revision.value() < postings.size()
            ? postings.get((int) revision.value())
            : Long.MAX_VALUE;
      }
    };
  }

  private static String oneStream(Query query) {
    if (query instanceof Query.AnyOf(List<Query.Item> items)) {
      return items.getFirst().streams().iterator().next();
    }
    throw new IllegalStateException("a read from a revision is not of one stream: " + query);
  }

  private long accept(Checkpoint checkpoint) {
    Checkpoint head = checkpoint(new Position(log.head()));
    if (!checkpoint.storeId().equals(storeId)
        || checkpoint.epoch() != head.epoch()
        || checkpoint.position().compareTo(head.position()) > 0) {
      throw new CheckpointMismatchException(checkpoint, head);
    }
    return checkpoint.position().value();
  }

  private Checkpoint checkpoint(Position position) {
    return new Checkpoint(storeId, 0, position);
  }

  /** Time never runs backwards in a store, whatever the clock does. Only with the lock. */
  private Instant recordingTime() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    long head = log.head();
    Instant last = head < 0 ? now : log.get(head).recordedAt();
    return now.isBefore(last) ? last : now;
  }

  /** Ages are measured at the recorded time of the head at least, whatever the clock does. */
  private MemoryView view() {
    Instant now = clock.instant();
    long head = log.head();
    Instant last = head < 0 ? now : log.get(head).recordedAt();
    return new MemoryView(log, head, now.isBefore(last) ? last : now);
  }

  private boolean isClosed() {
    return closed;
  }

  private void requireOpen() {
    if (closed) {
      throw new EventStoreClosedException("the store is closed; open another");
    }
  }
}
