package io.daybook.eventsourcing.decider;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides by a {@link DecisionModel} instead of one stream: reads the events of all its views in
 * one read, decides, and appends what follows on the condition that no event that any of the views
 * would read was appended since. Otherwise it decides again. May be used by any number of threads,
 * made for virtual ones.
 *
 * <pre>{@code
 * var decisions = DecisionHandler.of(codec, CourseEvent::stream).on(store);
 * decisions.decide(
 *     DecisionModel.of(capacity(course), seatsTaken(course), Seats::new),
 *     seats -> seats.free() ? List.of(new Subscribed(student, course)) : List.of());
 * }</pre>
 *
 * <p>What a view sees is found by tags, so an event that a later decision depends on needs them:
 * the codec gives them. The stream of an event is where it is kept and read by people; no decision
 * depends on it unless a view names it.
 *
 * <p>Command ids and the audit mean what they mean for a {@link CommandHandler}. Where a decision
 * goes together with commands on streams, {@link Unit#decide} makes it a part of their one append.
 *
 * @param <E> events
 */
public final class DecisionHandler<E> {
  private final EventStore store;
  private final Codec<E> codec;
  private final Function<? super E, String> streams;
  private final Retry retry;
  private final Turns turns = new Turns();

  private DecisionHandler(Builder<E> builder, EventStore store) {
    this.store = Objects.requireNonNull(store, "store");
    codec = builder.codec;
    streams = builder.streams;
    retry = builder.retry;
  }

  /** A model with what it means for this codec. */
  private record Bound<S>(DecisionModel<S> model, List<Query.Item> items, Query query) {}

  /** The views' states and the place up to which they were read. */
  private record Loaded(List<Object> states, Position head) {}

  /** What a decision in a unit of work goes by: what is stored, and what the unit wrote itself. */
  static final class InUnit<E, S> {
    private final DecisionHandler<E> handler;
    private final Bound<S> bound;
    private final Loaded loaded;

    private InUnit(DecisionHandler<E> handler, Bound<S> bound, Loaded loaded) {
      this.handler = handler;
      this.bound = bound;
      this.loaded = loaded;
    }

    S state() {
      return bound.model.composed(loaded.states);
    }

    /** Breaks if anything that a view would read was added to what this goes by. */
    AppendCondition condition() {
      return AppendCondition.failIfMatches(bound.query, loaded.head);
    }

    /** The events to append, with ids of the command if it has an id. */
    List<Append.Write> encode(List<E> events, @Nullable CommandIds ids, int firstIndex) {
      return handler.encode(events, ids, firstIndex).writes;
    }

    /** The same after these writes, read as they will be read from the store. */
    InUnit<E, S> after(List<Append.Write> writes) {
      var states = new ArrayList<>(loaded.states);
      Position position = loaded.head;
      for (Append.Write write : writes) {
        for (Event event : write.events()) {
          position = position.next();
          handler.add(bound, states, unstored(position, write.stream(), event));
        }
      }
      return new InUnit<>(handler, bound, new Loaded(states, loaded.head));
    }

    /** An event as if it were stored already; nothing but its stream and itself is looked at. */
    private static RecordedEvent unstored(Position position, String stream, Event event) {
      return new RecordedEvent(position, stream, Revision.FIRST, Instant.EPOCH, event);
    }
  }

  /** What was decided, ready to be appended. */
  private record Encoded(List<Append.Write> writes) {
    List<Event> events() {
      return writes.stream().flatMap(write -> write.events().stream()).toList();
    }
  }

  /**
   * A handler to be.
   *
   * @param codec encodes what is decided, with its tags, and decodes what the views see
   * @param streams the stream that an event is appended to
   */
  public static <E> Builder<E> of(Codec<E> codec, Function<? super E, String> streams) {
    return new Builder<>(codec, streams);
  }

  /**
   * Decides, and appends what follows.
   *
   * @param model what the decision needs to know
   * @param decide the events that follow from a state; may run more than once, so it has no side
   *     effects
   * @return the events, the model's state after them and the position of the last; no revision
   * @throws Rejected if the decision refuses; whatever else it throws comes through, too
   * @throws TooManyConflictsException if others were faster too often
   * @throws IllegalArgumentException if a view handles no event, or one that the codec does not
   *     have
   * @throws io.daybook.eventsourcing.codec.CodecException if a view's event cannot be read
   */
  public <S> Outcome<E, S> decide(
      DecisionModel<S> model, Function<? super S, ? extends List<? extends E>> decide) {
    Bound<S> bound = bind(model);
    return Attempts.of(
        retry,
        "a decision by " + model,
        false,
        () -> places(model),
        () -> attempt(bound, decide, null));
  }

  /**
   * Decides, and appends what follows, unless the command with that id was handled before: then its
   * first outcome is returned.
   *
   * @param model what the decision needs to know
   * @param decide the events that follow from a state; may run more than once, so it has no side
   *     effects
   * @param commandId names this command in the whole store
   * @return the events, the model's state after them and the position of the last; no revision
   * @throws Rejected if the decision refuses; whatever else it throws comes through, too
   * @throws CommandIdReusedException if the id was used for events that the codec does not know
   * @throws TooManyConflictsException if others were faster too often
   * @throws IllegalArgumentException if a view handles no event, or one that the codec does not
   *     have
   * @throws io.daybook.eventsourcing.codec.CodecException if a view's event cannot be read
   */
  public <S> Outcome<E, S> decide(
      DecisionModel<S> model,
      Function<? super S, ? extends List<? extends E>> decide,
      String commandId) {
    Bound<S> bound = bind(model);
    CommandIds ids = CommandIds.of(commandId);
    return Attempts.of(
        retry,
        "the command " + commandId + ", a decision by " + model,
        true,
        () -> places(model),
        () ->
            ids.once(
                store,
                () -> attempt(bound, decide, ids),
                outcome -> !outcome.position().equals(Position.BEFORE_FIRST),
                stored -> repeated(bound, ids, stored)));
  }

  /** What a model comes to now. */
  public <S> S state(DecisionModel<S> model) {
    return state(bind(model), UnaryOperator.identity());
  }

  /** What a model came to when that position was the head. */
  public <S> S stateAsOf(DecisionModel<S> model, Position position) {
    return state(bind(model), request -> request.asOf(position));
  }

  /** What a model came to, as it was recorded at that instant. */
  public <S> S stateAsOf(DecisionModel<S> model, Instant instant) {
    return state(bind(model), request -> request.asOf(instant));
  }

  EventStore store() {
    return store;
  }

  /**
   * What a decision in a unit of work goes by.
   *
   * @param moment the position as of which it is read; null for now
   * @param written what the unit has written so far
   */
  <S> InUnit<E, S> load(
      DecisionModel<S> model, @Nullable Position moment, List<Append.Write> written) {
    Bound<S> bound = bind(model);
    Loaded loaded =
        moment == null
            ? load(bound, UnaryOperator.identity())
            : new Loaded(load(bound, request -> request.asOf(moment)).states, moment);
    return new InUnit<>(this, bound, loaded).after(written);
  }

  /**
   * Checks that a command id was used for events that a decision may have led to.
   *
   * @throws CommandIdReusedException if not
   */
  void requireKnown(String commandId, String stream, Event event) {
    if (!codec.knows(event.type())) {
      throw new CommandIdReusedException(commandId, stream, event);
    }
  }

  private <S> Outcome<E, S> attempt(
      Bound<S> bound,
      Function<? super S, ? extends List<? extends E>> decide,
      @Nullable CommandIds ids) {
    Loaded loaded = load(bound, UnaryOperator.identity());
    S before = bound.model.composed(loaded.states);
    List<E> events = List.copyOf(decide.apply(before));
    if (events.isEmpty()) {
      return Outcome.nothing(before, null);
    }
    Encoded encoded = encode(events, ids, 0);
    // evolved before it is written: events that a view cannot take are a bug, and stay out
    S after = bound.model.composed(evolved(bound, loaded.states, events, encoded));
    // the whole union, and not what the handlers made of it: what they passed over counts, too
    AppendCondition condition = AppendCondition.failIfMatches(bound.query, loaded.head);
    AppendResult result = store.append(new Append(encoded.writes, Map.of(), condition));
    if (ids != null) {
      // for a known id the store answers before it looks at the condition: another thread may have
      // been faster with the same command, and have decided on another state
      List<RecordedEvent> stored = ids.outcomeIn(store);
      if (!isSame(stored, encoded)) {
        return repeated(bound, ids, stored);
      }
    }
    return Outcome.decided(events, after, null, result.lastPosition());
  }

  /** Whether what is visible of an outcome is what was decided here. */
  private static boolean isSame(List<RecordedEvent> stored, Encoded encoded) {
    List<Event> mine = encoded.events();
    for (int i = 0; i < stored.size(); i++) {
      Event its = stored.get(i).event();
      if (i >= mine.size()
          || !its.type().equals(mine.get(i).type())
          || !its.data().equals(mine.get(i).data())) {
        return false;
      }
    }
    return true;
  }

  private <S> Outcome<E, S> repeated(Bound<S> bound, CommandIds ids, List<RecordedEvent> stored) {
    var events = new ArrayList<E>(stored.size());
    for (RecordedEvent event : stored) {
      requireKnown(ids.commandId(), event.stream(), event.event());
      events.addAll(codec.decode(event));
    }
    Position last = stored.getLast().position();
    return Outcome.repeated(events, () -> state(bound, r -> r.asOf(last)), null, last);
  }

  private <S> S state(Bound<S> bound, UnaryOperator<ReadRequest> scope) {
    return bound.model.composed(load(bound, scope).states);
  }

  private <S> Loaded load(Bound<S> bound, UnaryOperator<ReadRequest> scope) {
    var states = new ArrayList<Object>();
    bound.model.views().forEach(view -> states.add(view.initial()));
    try (var read = store.read(scope.apply(ReadRequest.of(bound.query)))) {
      for (RecordedEvent stored : read) {
        add(bound, states, stored);
      }
      return new Loaded(states, read.head());
    }
  }

  /** Brings those views up to an event that would read it. */
  private void add(Bound<?> bound, List<Object> states, RecordedEvent stored) {
    List<E> decoded = null;
    for (int i = 0; i < states.size(); i++) {
      if (bound.items.get(i).matches(stored.stream(), stored.event())) {
        decoded = decoded == null ? codec.decode(stored) : decoded;
        for (E event : decoded) {
          states.set(i, bound.model.views().get(i).after(states.get(i), event));
        }
      }
    }
  }

  private <S> List<Object> evolved(
      Bound<S> bound, List<Object> before, List<E> events, Encoded encoded) {
    var states = new ArrayList<>(before);
    List<View<?>> views = bound.model.views();
    int next = 0;
    for (Append.Write write : encoded.writes) {
      for (Event event : write.events()) {
        for (int i = 0; i < views.size(); i++) {
          if (bound.items.get(i).matches(write.stream(), event)) {
            states.set(i, views.get(i).after(states.get(i), events.get(next)));
          }
        }
        next++;
      }
    }
    return states;
  }

  /** Events in their order; those that follow one another in a stream are one write. */
  private Encoded encode(List<E> events, @Nullable CommandIds ids, int firstIndex) {
    Audit audit = ids == null ? Audit.current() : Audit.current().ofCommand(ids.commandId());
    var writes = new ArrayList<Append.Write>();
    var run = new ArrayList<Event>();
    String runStream = streams.apply(events.getFirst());
    for (int i = 0; i < events.size(); i++) {
      String stream = streams.apply(events.get(i));
      if (!stream.equals(runStream)) {
        writes.add(new Append.Write(runStream, run));
        run.clear();
        runStream = stream;
      }
      UUID id = ids == null ? Event.newId() : ids.eventId(firstIndex + i);
      run.add(codec.encode(id, events.get(i), audit));
    }
    writes.add(new Append.Write(runStream, run));
    return new Encoded(writes);
  }

  private <S> Bound<S> bind(DecisionModel<S> model) {
    List<Query.Item> items = model.views().stream().map(view -> view.itemFor(codec)).toList();
    return new Bound<>(model, items, new Query.AnyOf(items.stream().distinct().toList()));
  }

  /** Where decisions by that model get in each other's way. */
  List<Turns.Place> places(DecisionModel<?> model) {
    return model.views().stream()
        .map(View::place)
        .distinct()
        .map(place -> new Turns.Place(turns, place))
        .toList();
  }

  /**
   * How a handler works.
   *
   * @param <E> events
   */
  public static final class Builder<E> {
    private final Codec<E> codec;
    private final Function<? super E, String> streams;
    private Retry retry = Retry.standard();

    private Builder(Codec<E> codec, Function<? super E, String> streams) {
      this.codec = Objects.requireNonNull(codec, "codec");
      this.streams = Objects.requireNonNull(streams, "streams");
    }

    /** What happens when another writer was faster; {@link Retry#standard()} if nothing is said. */
    public Builder<E> retrying(Retry newRetry) {
      retry = Objects.requireNonNull(newRetry, "retry");
      return this;
    }

    /** The handler on that store. */
    public DecisionHandler<E> on(EventStore store) {
      return new DecisionHandler<>(this, store);
    }
  }
}
