package io.daybook.eventsourcing.decider;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Handles commands by a decider, each against one stream: loads the state, decides, and appends
 * what follows, expecting that nothing was appended meanwhile; otherwise it loads what is new and
 * decides again. May be used by any number of threads, made for virtual ones.
 *
 * <pre>{@code
 * var accounts = CommandHandler.of("account", Account.DECIDER, JsonCodec.of(AccountEvent.class))
 *     .on(store);
 * accounts.handle("42", new Open("Ada"));   // appends to account-42, or throws Rejected
 * }</pre>
 *
 * <p><b>Command ids.</b> A command that is sent with an id is handled once: sent again, also after
 * a crash or at the same time, it is not decided again, but its first outcome is returned. The
 * event ids are made of the command id, so that the store itself refuses a second outcome. A
 * command that led to no event, or was refused, left no trace, and is decided anew. The id counts
 * as long as the command's first event is visible.
 *
 * <p><b>Audit.</b> Every event is recorded with {@link Audit#current()}.
 *
 * @param <C> commands
 * @param <E> events
 * @param <S> state
 */
public final class CommandHandler<C, E, S> {
  private final EventStore store;
  private final String category;
  private final Decider<C, E, S> decider;
  private final Codec<E> codec;
  private final Retry retry;
  private final StateLoader<E, S> states;
  private final Turns turns = new Turns();

  private CommandHandler(Builder<C, E, S> builder, EventStore store) {
    this.store = Objects.requireNonNull(store, "store");
    category = builder.category;
    decider = builder.decider;
    codec = builder.codec;
    retry = builder.retry;
    StateCache<S> cache = builder.cachedStates == 0 ? null : new StateCache<>(builder.cachedStates);
    states = new StateLoader<>(store, decider, codec, cache, builder.snapshots);
  }

  /**
   * A handler to be.
   *
   * @param category the category of the streams: the state with id {@code 42} is in the stream
   *     {@code category-42}
   * @throws IllegalArgumentException if the category is blank or holds a {@code -}
   */
  public static <C, E, S> Builder<C, E, S> of(
      String category, Decider<C, E, S> decider, Codec<E> codec) {
    return new Builder<>(category, decider, codec);
  }

  /** The stream of an id. */
  public String streamOf(String id) {
    return category + "-" + id;
  }

  /**
   * Decides the command and appends what follows.
   *
   * @throws Rejected if the decider refuses; whatever else it throws comes through, too
   * @throws TooManyConflictsException if others were faster too often
   * @throws io.daybook.eventsourcing.codec.CodecException if the stream holds an event that the
   *     codec does not know or cannot read
   */
  public Outcome<E, S> handle(String id, C command) {
    String stream = streamOf(id);
    return Attempts.of(
        retry,
        "a command for " + stream,
        false,
        () -> List.of(turnOf(stream)),
        () -> attempt(stream, command, null));
  }

  /**
   * Decides the command and appends what follows, unless the command with that id was handled
   * before: then its first outcome is returned.
   *
   * @param commandId names this command in the whole store
   * @throws Rejected if the decider refuses; whatever else it throws comes through, too
   * @throws CommandIdReusedException if the id was used for another stream
   * @throws TooManyConflictsException if others were faster too often
   * @throws io.daybook.eventsourcing.codec.CodecException if the stream holds an event that the
   *     codec does not know or cannot read
   */
  public Outcome<E, S> handle(String id, C command, String commandId) {
    String stream = streamOf(id);
    CommandIds ids = CommandIds.of(commandId);
    return Attempts.of(
        retry,
        "the command " + commandId + " for " + stream,
        true,
        () -> List.of(turnOf(stream)),
        () ->
            ids.once(
                store,
                () -> attempt(stream, command, ids),
                outcome -> !outcome.position().equals(Position.BEFORE_FIRST),
                stored -> repeated(stream, ids, stored)));
  }

  /** The state of now; the decider's initial state if there is no event. */
  public S stateOf(String id) {
    return states.load(streamOf(id)).state();
  }

  /** The state as it was recorded at that instant. */
  public S stateAsOf(String id, Instant instant) {
    return states.load(streamOf(id), request -> request.asOf(instant)).state();
  }

  /** The state as it was recorded when that position was the head. */
  public S stateAsOf(String id, Position position) {
    return asOf(streamOf(id), position);
  }

  /** All events of an id, forwards, read lazily. Close the result. */
  public ReadResult<Recorded<E>> history(String id) {
    return history(id, UnaryOperator.identity());
  }

  /**
   * The events of an id, read lazily. Close the result.
   *
   * @param scope restricts what is read, for example {@code request -> request.asOf(instant)}
   */
  public ReadResult<Recorded<E>> history(String id, UnaryOperator<ReadRequest> scope) {
    return codec.read(store, scope.apply(ReadRequest.of(Query.stream(streamOf(id)))));
  }

  /**
   * The events as {@link #handle(String, Object, String)} would append them for the command with
   * that id: with the event ids that it leads to, and with {@link Audit#current()}. For a caller
   * that decides by itself, to have many appends under way at a time.
   *
   * @param events all events that follow from the command
   * @throws IllegalArgumentException if the id is too long for a tag, or an event is not known to
   *     the codec
   */
  public List<Event> encode(List<E> events, String commandId) {
    return encode(events, Audit.current().ofCommand(commandId), CommandIds.of(commandId), 0);
  }

  /**
   * Takes a snapshot of an id now, besides those that are taken every so many events.
   *
   * @throws IllegalStateException if the handler was built without snapshots
   */
  public void takeSnapshot(String id) {
    states.takeSnapshot(streamOf(id));
  }

  /**
   * Drops what was derived of these streams, as far as they are of this handler: all cached states,
   * and the streams' snapshots. What other threads read before is not kept after. For the day on
   * which something in these streams reads otherwise than before, for example because a subject was
   * forgotten.
   */
  public void purge(Collection<String> streams) {
    states.purge(streams.stream().filter(stream -> stream.startsWith(category + "-")).toList());
  }

  EventStore store() {
    return store;
  }

  Decider<C, E, S> decider() {
    return decider;
  }

  Turns.Place turnOf(String stream) {
    return new Turns.Place(turns, stream);
  }

  StateLoader<E, S> states() {
    return states;
  }

  /** The events to append, with ids of the command if it has an id. */
  List<Event> encode(List<E> events, Audit audit, @Nullable CommandIds ids, int firstIndex) {
    var encoded = new ArrayList<Event>(events.size());
    for (int i = 0; i < events.size(); i++) {
      UUID id = ids == null ? Event.newId() : ids.eventId(firstIndex + i);
      encoded.add(codec.encode(id, events.get(i), audit));
    }
    return encoded;
  }

  private Outcome<E, S> attempt(String stream, C command, @Nullable CommandIds ids) {
    StreamState<S> before = states.load(stream);
    List<E> events = decider.decide(command, before.state());
    if (events.isEmpty()) {
      return Outcome.nothing(before.state(), before.last());
    }
    // evolved before it is written: events that the state cannot take are a bug, and stay out
    S state = decider.evolve(before.state(), events);
    Audit audit = ids == null ? Audit.current() : Audit.current().ofCommand(ids.commandId());
    List<Event> encoded = encode(events, audit, ids, 0);
    AppendResult result =
        store.append(Append.to(stream).expecting(before.expected()).events(encoded));
    StreamState<S> after = before.after(encoded.size(), state, encoded.getLast().id());
    if (ids != null && !result.lastRevision(stream).equals(after.last())) {
      // the store took it for a retry: another thread was faster with the same command, and may
      // have decided on another state
      return repeated(stream, ids, result);
    }
    // of two threads with the same command id and different commands, the store keeps the events of
    // one and tells the other the same: so what is kept of such a command is read from the store
    states.written(stream, ids == null ? after : before);
    return Outcome.decided(events, state, after.last(), result.lastPosition());
  }

  private Outcome<E, S> repeated(String stream, CommandIds ids, AppendResult result) {
    List<RecordedEvent> stored = ids.outcomeIn(store);
    if (!stored.isEmpty()) {
      return repeated(stream, ids, stored);
    }
    // its events were hidden since: the result is all there is to tell
    return Outcome.repeated(
        List.of(),
        () -> asOf(stream, result.lastPosition()),
        result.lastRevision(stream),
        result.lastPosition());
  }

  private Outcome<E, S> repeated(String stream, CommandIds ids, List<RecordedEvent> stored) {
    var events = new ArrayList<E>(stored.size());
    for (RecordedEvent event : stored) {
      if (!event.stream().equals(stream)) {
        throw new CommandIdReusedException(ids.commandId(), stream, event.stream());
      }
      events.addAll(codec.decode(event));
    }
    RecordedEvent last = stored.getLast();
    return Outcome.repeated(
        events, () -> asOf(stream, last.position()), last.revision(), last.position());
  }

  private S asOf(String stream, Position position) {
    return states.load(stream, request -> request.asOf(position)).state();
  }

  /**
   * How a handler works.
   *
   * @param <C> commands
   * @param <E> events
   * @param <S> state
   */
  public static final class Builder<C, E, S> {
    private final String category;
    private final Decider<C, E, S> decider;
    private final Codec<E> codec;
    private Retry retry = Retry.standard();
    private int cachedStates;
    private StateLoader.@Nullable Snapshots<S> snapshots;

    private Builder(String category, Decider<C, E, S> decider, Codec<E> codec) {
      Limits.requireStreamName(category);
      if (category.contains("-")) {
        throw new IllegalArgumentException(
            "a category ends before the first -, so it holds none: " + category);
      }
      this.category = category;
      this.decider = Objects.requireNonNull(decider, "decider");
      this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** What happens when another writer was faster; {@link Retry#standard()} if nothing is said. */
    public Builder<C, E, S> retrying(Retry newRetry) {
      retry = Objects.requireNonNull(newRetry, "retry");
      return this;
    }

    /**
     * Keeps the states used last in memory, so that only new events are read.
     *
     * @param count at most so many, from 1
     * @throws IllegalArgumentException if the count is less than 1
     */
    public Builder<C, E, S> cachedStates(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("at least one state is cached, not " + count);
      }
      cachedStates = count;
      return this;
    }

    /**
     * Takes a snapshot whenever a command finds that a load would read so many events or more.
     *
     * @param everyEvents after so many events, from 1
     * @param stateCodec the form in which states are kept
     * @param snapshotStore where they are kept
     * @throws IllegalArgumentException if the number of events is less than 1
     */
    public Builder<C, E, S> snapshots(
        int everyEvents, StateCodec<S> stateCodec, SnapshotStore snapshotStore) {
      if (everyEvents < 1) {
        throw new IllegalArgumentException(
            "a snapshot is taken after one event or more, not " + everyEvents);
      }
      snapshots =
          new StateLoader.Snapshots<>(
              everyEvents,
              Objects.requireNonNull(stateCodec, "stateCodec"),
              Objects.requireNonNull(snapshotStore, "snapshotStore"));
      return this;
    }

    /** The handler on that store. */
    public CommandHandler<C, E, S> on(EventStore store) {
      return new CommandHandler<>(this, store);
    }
  }
}
