package io.daybook.eventsourcing.decider;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamInfo;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Folds streams into states, starting from what is known: a cached state, or a snapshot.
 *
 * <p>A known state is trusted only if the stream still has the very event that it was taken at:
 * reading starts <em>with</em> that event and compares its id. So a stream that was deleted,
 * truncated or restored to an earlier point is read from its start, whoever did that; and reading
 * as of a moment before the known state does the same.
 */
final class StateLoader<E, S> {
  private static final System.Logger LOG = System.getLogger(StateLoader.class.getName());

  /** Snapshots: how often, in which form, where. */
  record Snapshots<S>(int every, StateCodec<S> codec, SnapshotStore store) {}

  private final EventStore store;
  private final Decider<?, E, S> decider;
  private final Codec<E> codec;
  private final @Nullable StateCache<S> cache;
  private final @Nullable Snapshots<S> snapshots;

  /** Goes up with every purge: what was read in an earlier one is used, but not kept. */
  private final AtomicLong era = new AtomicLong();

  StateLoader(
      EventStore store,
      Decider<?, E, S> decider,
      Codec<E> codec,
      @Nullable StateCache<S> cache,
      @Nullable Snapshots<S> snapshots) {
    this.store = store;
    this.decider = decider;
    this.codec = codec;
    this.cache = cache;
    this.snapshots = snapshots;
  }

  /** The state of now. */
  StreamState<S> load(String stream) {
    StreamState<S> cached = cache == null ? null : cache.get(stream);
    if (cached != null && cached.lastId() != null) {
      StreamState<S> current = resume(stream, cached, UnaryOperator.identity());
      if (current != null) {
        keep(stream, current);
        return current;
      }
      Objects.requireNonNull(cache).remove(stream);
    }
    StreamState<S> current = load(stream, UnaryOperator.identity());
    keep(stream, current);
    return current;
  }

  /** The state of the moment that the scope restricts a read to; nothing of it is cached. */
  StreamState<S> load(String stream, UnaryOperator<ReadRequest> scope) {
    long before = era.get();
    StreamState<S> snapshot = latestSnapshot(stream, before);
    if (snapshot != null) {
      StreamState<S> current = resume(stream, snapshot, scope);
      if (current != null) {
        return current;
      }
    }
    var start = new StreamState<S>(decider.initial(), null, null, 0, before);
    var fold = new Fold(start);
    try (var read = store.read(scope.apply(ReadRequest.of(Query.stream(stream))))) {
      read.forEach(fold::add);
    }
    StreamState<S> current = fold.result();
    return current.last() == null ? empty(stream, before) : current;
  }

  /** Takes note of a state that was just written, and takes a snapshot if one is due. */
  void written(String stream, StreamState<S> state) {
    StreamState<S> known = state;
    if (snapshots != null && state.sinceSnapshot() >= snapshots.every) {
      try {
        known = takeSnapshot(stream, state, snapshots);
      } catch (RuntimeException e) {
        // the events are stored, and a snapshot is only a short cut: the next command tries again
        LOG.log(System.Logger.Level.WARNING, "no snapshot was taken of the stream " + stream, e);
      }
    }
    keep(stream, known);
  }

  /** Takes a snapshot now; nothing happens if the stream has no visible event. */
  void takeSnapshot(String stream) {
    if (snapshots == null) {
      throw new IllegalStateException("this handler keeps no snapshots; see Builder.snapshots");
    }
    keep(stream, takeSnapshot(stream, load(stream), snapshots));
  }

  /**
   * Drops what was derived of these streams: all cached states, and the streams' snapshots. A state
   * that another thread read before this call is neither cached nor made a snapshot of after it.
   */
  void purge(Collection<String> streams) {
    long newEra = era.incrementAndGet();
    if (cache != null) {
      cache.purge(newEra);
    }
    if (snapshots != null) {
      streams.forEach(snapshots.store::delete);
    }
  }

  private StreamState<S> takeSnapshot(String stream, StreamState<S> state, Snapshots<S> snapshots) {
    Revision revision = state.last();
    UUID eventId = state.lastId();
    if (revision == null || eventId == null || state.era() < era.get()) {
      return state;
    }
    StateCodec<S> codec = snapshots.codec;
    snapshots.store.save(
        new Snapshot(stream, revision, eventId, codec.shape(), codec.encode(state.state())));
    if (state.era() < era.get()) {
      // the purge may have come before the snapshot was there
      snapshots.store.delete(stream);
      return state;
    }
    return state.asSnapshot();
  }

  private @Nullable StreamState<S> latestSnapshot(String stream, long before) {
    if (snapshots == null) {
      return null;
    }
    Snapshot snapshot = snapshots.store.latest(stream).orElse(null);
    if (snapshot == null || !snapshot.shape().equals(snapshots.codec.shape())) {
      return null;
    }
    try {
      S state = snapshots.codec.decode(snapshot.state());
      return new StreamState<>(state, snapshot.revision(), snapshot.eventId(), 0, before);
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a snapshot of the stream " + stream + " cannot be read and is passed over",
          e);
      return null;
    }
  }

  /** Goes on from a known state; null if the event that it was taken at is not there (any more). */
  private @Nullable StreamState<S> resume(
      String stream, StreamState<S> known, UnaryOperator<ReadRequest> scope) {
    Revision from = Objects.requireNonNull(known.last());
    var request = scope.apply(ReadRequest.of(Query.stream(stream)).from(from));
    try (var read = store.read(request)) {
      var events = read.iterator();
      if (!events.hasNext()) {
        return null;
      }
      RecordedEvent first = events.next();
      if (!first.revision().equals(from) || !first.id().equals(known.lastId())) {
        return null;
      }
      if (!events.hasNext()) {
        return known;
      }
      var fold = new Fold(known);
      events.forEachRemaining(fold::add);
      return fold.result();
    }
  }

  /**
   * A stream without visible events may still have a last revision, which an append has to name.
   */
  private StreamState<S> empty(String stream, long before) {
    Revision last = store.streamInfo(stream).flatMap(StreamInfo::lastRevision).orElse(null);
    return new StreamState<>(decider.initial(), last, null, 0, before);
  }

  private void keep(String stream, StreamState<S> state) {
    if (cache != null && state.lastId() != null) {
      cache.put(stream, state);
    }
  }

  private final class Fold {
    private S state;
    private @Nullable RecordedEvent last;
    private long count;
    private final StreamState<S> start;

    Fold(StreamState<S> start) {
      this.start = start;
      this.state = start.state();
    }

    void add(RecordedEvent stored) {
      for (E event : codec.decode(stored)) {
        state = decider.evolve(state, event);
      }
      last = stored;
      count++;
    }

    StreamState<S> result() {
      return last == null
          ? start
          : new StreamState<>(
              state, last.revision(), last.id(), start.sinceSnapshot() + count, start.era());
    }
  }
}
