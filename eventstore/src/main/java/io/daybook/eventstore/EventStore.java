package io.daybook.eventstore;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A log of immutable events, in one order that all readers see.
 *
 * <p>All methods may be called by any number of threads; blocking ones are made for virtual
 * threads. Null arguments are refused with {@link NullPointerException}. Every method but {@link
 * #close} throws {@link EventStoreClosedException} on a closed store, and {@link
 * EventStoreFailedException} where the store cannot do its work.
 */
public interface EventStore extends AutoCloseable {

  /**
   * Appends all events of the request, or none, and returns when they are as durable as the store
   * was opened for.
   *
   * <p>If the id of the first event is stored already, the request is taken for a retry: the first
   * result is returned before any expectation is checked. Otherwise the expectations and the
   * condition are decided against exactly the events before this append.
   *
   * @throws RevisionConflictException if a stream is not as expected
   * @throws AppendConditionException if an event breaks the condition
   * @throws IdempotencyConflictException if some ids are stored already, but not by the same append
   * @throws StreamTombstonedException if a stream that is written is tombstoned
   */
  AppendResult append(Append append);

  /**
   * Like {@link #append(Append)}, without waiting. Requests of one thread are decided in the order
   * of the calls, so a caller may send the next before the last is answered. The future completes
   * exceptionally with what the blocking method throws.
   */
  CompletableFuture<AppendResult> appendAsync(Append append);

  /** Appends events to one stream; see {@link #append(Append)}. */
  default AppendResult append(String stream, ExpectedRevision expected, Event... events) {
    return append(stream, expected, Arrays.asList(events));
  }

  /** Appends events to one stream; see {@link #append(Append)}. */
  default AppendResult append(String stream, ExpectedRevision expected, List<Event> events) {
    return append(Append.to(stream).expecting(expected).events(events));
  }

  /** Reads events as the store holds them at the moment of the call. Close the result. */
  ReadResult<RecordedEvent> read(ReadRequest request);

  /** Reads all events that match, forwards. Close the result. */
  default ReadResult<RecordedEvent> read(Query query) {
    return read(ReadRequest.of(query));
  }

  /** The event of that id, if it is stored and not hidden; the system's own events, too. */
  Optional<RecordedEvent> find(UUID eventId);

  /**
   * Subscribes: first what is stored, then what is appended. Close the subscription.
   *
   * @throws CheckpointMismatchException if the request's checkpoint does not belong to this store
   */
  Subscription subscribe(SubscriptionRequest request);

  /**
   * The position of the last event, hidden or not; {@link Position#BEFORE_FIRST} in an empty store.
   */
  Position head();

  /** A checkpoint of this store at that position. */
  Checkpoint checkpointAt(Position position);

  /**
   * What is known of a stream; nothing if it was never written and never changed, or if it is one
   * of the system's.
   *
   * @throws IllegalArgumentException if the name breaks a limit
   */
  Optional<StreamInfo> streamInfo(String stream);

  /**
   * Replaces what a stream keeps. Recorded as an event {@code $StreamSettingsChanged} in the stream
   * {@code $$stream}.
   *
   * @throws IllegalArgumentException if the name breaks a limit or is the system's
   * @throws RevisionConflictException if the stream is not as expected
   * @throws StreamTombstonedException if the stream is tombstoned
   */
  AppendResult changeSettings(String stream, ExpectedRevision expected, StreamSettings settings);

  /**
   * Hides all events of a stream for good; its settings stay. Later appends go on with the next
   * revision. Recorded as an event {@code $StreamDeleted} in the stream {@code $$stream}.
   *
   * @throws IllegalArgumentException if the name breaks a limit or is the system's
   * @throws RevisionConflictException if the stream is not as expected
   * @throws StreamTombstonedException if the stream is tombstoned
   */
  AppendResult delete(String stream, ExpectedRevision expected);

  /**
   * Hides all events of a stream and closes it for ever; a stream that was never written may be
   * closed, too. Recorded as an event {@code $StreamTombstoned} in the stream {@code $$stream}.
   *
   * @throws IllegalArgumentException if the name breaks a limit or is the system's
   * @throws RevisionConflictException if the stream is not as expected
   * @throws StreamTombstonedException if the stream is tombstoned already
   */
  AppendResult tombstone(String stream, ExpectedRevision expected);

  /**
   * The names that start with the prefix, in the order of their UTF-8 bytes; an empty prefix means
   * all. The system's own streams, types and tags of hidden events are left out. Close the result.
   */
  ReadResult<String> list(Dimension dimension, String prefix);

  /**
   * Ends subscriptions, waits for appends that are under way, and lets go of everything. A read
   * that is still open may end with {@link EventStoreClosedException}; what it handed out stays
   * valid. Closing twice does nothing.
   */
  @Override
  void close();
}
