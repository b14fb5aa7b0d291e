package io.daybook.eventsourcing.decider;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work while it is done: commands are decided one after another, each seeing the states
 * that those before it led to, and nothing is written until the work has ended well. To be used by
 * one thread, and only while the work is done.
 *
 * <p>Decisions by {@link DecisionModel}s may be among them: what any of their views would read must
 * not have been added when the unit is appended. All models of a unit are read as of the same
 * moment, and see whatever the unit has written before, by whichever handler, as it will be read
 * from the store. A stream that a {@link CommandHandler} is used for in the unit is written by that
 * handler alone.
 */
public final class Unit {
  private final EventStore store;
  private final @Nullable CommandIds ids;
  private final Map<String, Touched<?, ?>> touched = new HashMap<>();
  private final Map<String, ExpectedRevision> expectations = new LinkedHashMap<>();
  private final List<Append.Write> writes = new ArrayList<>();

  /** The ids of commands that were decided in this unit, and the streams they were for. */
  private final Map<String, String> commandIds = new HashMap<>();

  private final Set<String> withoutHandler = new HashSet<>();
  private final UnitConditions conditions = new UnitConditions();
  private final Set<Turns.Place> decisionPlaces = new HashSet<>();

  /** As of which position all models are read; null before the first one. */
  private @Nullable Position moment;

  private @Nullable Append append;
  private int eventCount;
  private boolean ended;

  /** A stream whose state was asked for, and where the work has led it. */
  private static final class Touched<E, S> {
    private final CommandHandler<?, E, S> handler;
    private final StreamState<S> before;
    private StreamState<S> now;

    Touched(CommandHandler<?, E, S> handler, StreamState<S> before) {
      this.handler = handler;
      this.before = before;
      this.now = before;
    }

    boolean changed() {
      return !Objects.equals(now.last(), before.last());
    }

    /** See {@link CommandHandler}: a state that was written with a command id is not kept. */
    void written(String stream, boolean withCommandId) {
      if (changed()) {
        handler.states().written(stream, withCommandId ? before : now);
      }
    }
  }

  Unit(EventStore store, @Nullable CommandIds ids) {
    this.store = store;
    this.ids = ids;
  }

  /**
   * The state of an id, as the work has left it so far. If its stream changes before the unit is
   * appended, the work is done again.
   *
   * @throws IllegalArgumentException if the handler works on another store, or the stream was used
   *     by another handler in this unit
   */
  public <C, E, S> S state(CommandHandler<C, E, S> handler, String id) {
    return touch(handler, handler.streamOf(id)).now.state();
  }

  /**
   * Decides a command, and returns the state after it.
   *
   * @throws Rejected if the decider refuses; whatever else it throws comes through, too
   * @throws IllegalArgumentException if the handler works on another store, or the stream was used
   *     by another handler in this unit
   */
  public <C, E, S> S handle(CommandHandler<C, E, S> handler, String id, C command) {
    return decide(handler, handler.streamOf(id), command, ids, eventCount);
  }

  /**
   * Decides a command with an id of its own, unless it was handled before, and returns the state
   * after it. So a batch of commands can be appended as one and still each be handled once.
   *
   * @param ownCommandId names this command in the whole store
   * @throws Rejected if the decider refuses; whatever else it throws comes through, too
   * @throws CommandIdReusedException if the id was used for another stream
   * @throws IllegalStateException if the unit has a command id itself
   * @throws IllegalArgumentException if the handler works on another store, or the stream was used
   *     by another handler in this unit
   */
  public <C, E, S> S handle(
      CommandHandler<C, E, S> handler, String id, C command, String ownCommandId) {
    requireNoUnitId();
    String stream = handler.streamOf(id);
    CommandIds own = CommandIds.of(ownCommandId);
    // first the state, then the look for an outcome: what is not found is not in the state
    S state = touch(handler, stream).now.state();
    String known = commandIds.get(ownCommandId);
    if (known == null) {
      known = own.streamIn(store).orElse(null);
    }
    if (known != null) {
      if (!known.equals(stream)) {
        throw new CommandIdReusedException(ownCommandId, stream, known);
      }
      return state;
    }
    int before = eventCount;
    S after = decide(handler, stream, command, own, 0);
    if (eventCount > before) {
      commandIds.put(ownCommandId, stream);
    }
    return after;
  }

  /**
   * What a model comes to, as the work has left it so far. If anything that one of its views would
   * read is added before the unit is appended, the work is done again.
   *
   * @throws IllegalArgumentException if the handler works on another store, or a view handles no
   *     event, or one that the codec does not have
   * @throws io.daybook.eventsourcing.codec.CodecException if a view's event cannot be read
   */
  public <S> S state(DecisionHandler<?> handler, DecisionModel<S> model) {
    return load(handler, model).state();
  }

  /**
   * Decides by a model, and returns what the model comes to after it. The events go to the streams
   * that the handler's function gives. If anything that a view of the model would read is added
   * before the unit is appended, the work is done again; how often, the unit says, not the handler.
   *
   * @param model what the decision needs to know
   * @param decide the events that follow from a state; has no side effects
   * @throws Rejected if the decision refuses; whatever else it throws comes through, too
   * @throws IllegalArgumentException if the handler works on another store, if an event belongs to
   *     a stream that a command handler was used for in this unit, or if a view handles no event,
   *     or one that the codec does not have
   * @throws io.daybook.eventsourcing.codec.CodecException if a view's event cannot be read
   */
  public <E, S> S decide(
      DecisionHandler<E> handler,
      DecisionModel<S> model,
      Function<? super S, ? extends List<? extends E>> decide) {
    return decide(load(handler, model), decide, ids);
  }

  /**
   * Decides by a model with a command id of its own, unless that was handled before, and returns
   * what the model comes to after it.
   *
   * @param model what the decision needs to know
   * @param decide the events that follow from a state; has no side effects
   * @param ownCommandId names this command in the whole store
   * @throws Rejected if the decision refuses; whatever else it throws comes through, too
   * @throws CommandIdReusedException if the id was used for events that the codec does not know
   * @throws IllegalStateException if the unit has a command id itself
   * @throws IllegalArgumentException as for {@link #decide(DecisionHandler, DecisionModel,
   *     Function)}
   * @throws io.daybook.eventsourcing.codec.CodecException if a view's event cannot be read
   */
  public <E, S> S decide(
      DecisionHandler<E> handler,
      DecisionModel<S> model,
      Function<? super S, ? extends List<? extends E>> decide,
      String ownCommandId) {
    requireNoUnitId();
    CommandIds own = CommandIds.of(ownCommandId);
    // first the state, then the look for an outcome: what is not found is not in the state
    DecisionHandler.InUnit<E, S> before = load(handler, model);
    if (isHandled(own, handler)) {
      return before.state();
    }
    int count = writes.size();
    S after = decide(before, decide, own);
    if (writes.size() > count) {
      commandIds.put(ownCommandId, writes.get(count).stream());
    }
    return after;
  }

  /**
   * Appends events as they are to a stream that no handler uses in this unit. If the unit has a
   * command id, they get its event ids and its tag.
   *
   * @throws IllegalArgumentException if the stream was used by a handler in this unit
   */
  public void append(String stream, ExpectedRevision expected, List<Event> events) {
    requireActive();
    if (touched.containsKey(stream)) {
      throw new IllegalArgumentException("the stream " + stream + " is used by a handler");
    }
    expect(stream, expected);
    withoutHandler.add(stream);
    if (ids == null) {
      write(stream, events);
      return;
    }
    var numbered = new ArrayList<Event>(events.size());
    for (Event event : events) {
      var tags = new ArrayList<>(event.tags());
      tags.add(Audit.commandTag(ids.commandId()));
      numbered.add(event.withId(ids.eventId(eventCount + numbered.size())).withTags(tags));
    }
    write(stream, numbered);
  }

  /**
   * The unit is only appended if the condition holds, besides those that were given before and
   * those of decisions; otherwise the work is done again.
   */
  public void unless(AppendCondition condition) {
    requireActive();
    conditions.add(Objects.requireNonNull(condition, "condition"));
  }

  boolean isEmpty() {
    return writes.isEmpty();
  }

  void end() {
    ended = true;
  }

  /**
   * All that was decided, as one request.
   *
   * @throws AppendConditionException if one of several conditions is broken already
   */
  Append append() {
    if (append == null) {
      touched.forEach((stream, state) -> expect(stream, state.before.expected()));
      append = new Append(writes, expectations, conditions.combined(store));
    }
    return append;
  }

  /** The streams that handlers were used for, and what decisions have in common. */
  Set<Turns.Place> places() {
    var places = new HashSet<>(decisionPlaces);
    touched.forEach((stream, state) -> places.add(state.handler.turnOf(stream)));
    return places;
  }

  /** Whether the result is that of this very unit, and not an earlier one of the same ids. */
  boolean wasWrittenBy(AppendResult result) {
    for (var entry : touched.entrySet()) {
      Touched<?, ?> state = entry.getValue();
      if (state.changed() && !result.lastRevision(entry.getKey()).equals(state.now.last())) {
        return false;
      }
    }
    return true;
  }

  /** Takes note of the new states. */
  void written() {
    boolean withCommandId = ids != null || !commandIds.isEmpty();
    touched.forEach((stream, state) -> state.written(stream, withCommandId));
  }

  private <C, E, S> S decide(
      CommandHandler<C, E, S> handler,
      String stream,
      C command,
      @Nullable CommandIds eventIds,
      int firstIndex) {
    Touched<E, S> stateOfStream = touch(handler, stream);
    StreamState<S> before = stateOfStream.now;
    List<E> events = handler.decider().decide(command, before.state());
    if (events.isEmpty()) {
      return before.state();
    }
    S state = handler.decider().evolve(before.state(), events);
    Audit audit =
        eventIds == null ? Audit.current() : Audit.current().ofCommand(eventIds.commandId());
    List<Event> encoded = handler.encode(events, audit, eventIds, firstIndex);
    write(stream, encoded);
    stateOfStream.now = before.after(encoded.size(), state, encoded.getLast().id());
    return state;
  }

  private <E, S> DecisionHandler.InUnit<E, S> load(
      DecisionHandler<E> handler, DecisionModel<S> model) {
    requireActive();
    if (!handler.store().equals(store)) {
      throw new IllegalArgumentException(
          "the handler of the decision by " + model + " works on another store than the unit");
    }
    DecisionHandler.InUnit<E, S> loaded = handler.load(model, moment, writes);
    AppendCondition condition = loaded.condition();
    moment = condition.after();
    conditions.add(condition);
    decisionPlaces.addAll(handler.places(model));
    return loaded;
  }

  private <E, S> S decide(
      DecisionHandler.InUnit<E, S> before,
      Function<? super S, ? extends List<? extends E>> decide,
      @Nullable CommandIds eventIds) {
    int count = writes.size();
    List<E> events = List.copyOf(decide.apply(before.state()));
    if (writes.size() != count) {
      throw new IllegalStateException("a decision has no side effects, so it cannot use the unit");
    }
    if (events.isEmpty()) {
      return before.state();
    }
    List<Append.Write> decided = before.encode(events, eventIds, ids == null ? 0 : eventCount);
    for (Append.Write write : decided) {
      if (touched.containsKey(write.stream())) {
        throw new IllegalArgumentException(
            "the stream "
                + write.stream()
                + " is used by a command handler in this unit, so a decision cannot write to it");
      }
    }
    S state = before.after(decided).state();
    for (Append.Write write : decided) {
      withoutHandler.add(write.stream());
      write(write.stream(), write.events());
    }
    return state;
  }

  /** Whether the command has led to something, in the store or in this unit. */
  private boolean isHandled(CommandIds own, DecisionHandler<?> handler) {
    String id = own.commandId();
    if (commandIds.containsKey(id)) {
      for (Append.Write write : writes) {
        for (Event event : write.events()) {
          if (event.id().equals(own.eventId(0))) {
            handler.requireKnown(id, write.stream(), event);
          }
        }
      }
      return true;
    }
    List<RecordedEvent> stored = own.outcomeIn(store);
    for (RecordedEvent event : stored) {
      handler.requireKnown(id, event.stream(), event.event());
    }
    return !stored.isEmpty();
  }

  @SuppressWarnings("unchecked") // a stream's handler is always the same, so its types are
  private <C, E, S> Touched<E, S> touch(CommandHandler<C, E, S> handler, String stream) {
    requireActive();
    if (!handler.store().equals(store)) {
      throw new IllegalArgumentException(
          "the handler of " + stream + " works on another store than the unit of work");
    }
    Touched<?, ?> known = touched.get(stream);
    if (known == null) {
      if (withoutHandler.contains(stream)) {
        throw new IllegalArgumentException(
            "the stream " + stream + " was appended to without its handler");
      }
      var fresh = new Touched<>(handler, handler.states().load(stream));
      touched.put(stream, fresh);
      return fresh;
    }
    if (!known.handler.equals(handler)) {
      throw new IllegalArgumentException(
          "the stream " + stream + " is used by another handler in this unit");
    }
    return (Touched<E, S>) known;
  }

  private void expect(String stream, ExpectedRevision expected) {
    expectations.put(stream, expected);
  }

  private void write(String stream, List<Event> events) {
    writes.add(new Append.Write(stream, events));
    eventCount += events.size();
  }

  private void requireNoUnitId() {
    if (ids != null) {
      throw new IllegalStateException(
          "the unit has the command id "
              + ids.commandId()
              + ", so its commands cannot have their own");
    }
  }

  private void requireActive() {
    if (ended) {
      throw new IllegalStateException("a unit can only be used while its work is done");
    }
  }
}
