package io.daybook.testkit;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.FiredTimer;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.eventsourcing.process.RejectedCommand;
import io.daybook.eventsourcing.process.StartRequest;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What has happened so far, in a test of a process manager. Immutable: one may serve many tests.
 * Needs no store: reactions are computed and remembered as a runner would.
 *
 * <pre>{@code
 * ProcessScenario.of(PAYMENT).in("order-7")
 *     .given(placed)
 *     .whenTimer("unpaid")
 *     .thenCommands(send("7", new Cancel("not paid in time")))
 *     .thenEnded();
 * }</pre>
 *
 * @param <S> the state of an instance
 */
public final class ProcessScenario<S> {
  private final ProcessManager<S> process;
  private final String stream;
  private final Instant now;
  private final List<Object> given;
  private final Map<String, Instance<S>> instances;

  /** An instance, as far as it has come. */
  record Instance<S>(S state, boolean running, boolean ended, Map<String, Timer> timers) {}

  /** A timer that an instance scheduled. */
  record Timer(Instant due, String payload) {}

  /** Reads nothing: events are given as they are. */
  private record PlainCodec() implements Codec<Object> {
    @Override
    public Event encode(UUID id, Object event, Audit audit) {
      throw new UnsupportedOperationException("a scenario stores nothing");
    }

    @Override
    public List<Object> decode(RecordedEvent stored) {
      throw new UnsupportedOperationException("a scenario stores nothing");
    }

    @Override
    public Audit audit(RecordedEvent stored) {
      return Audit.none();
    }

    @Override
    public boolean knows(String type) {
      return true;
    }

    @Override
    public Set<String> typesOf(Class<?> eventClass) {
      return Set.of();
    }
  }

  private ProcessScenario(
      ProcessManager<S> process,
      String stream,
      Instant now,
      List<Object> given,
      Map<String, Instance<S>> instances) {
    this.process = process;
    this.stream = stream;
    this.now = now;
    this.given = given;
    this.instances = instances;
  }

  /** Nothing has happened yet; it is {@link TestClock#START}. */
  public static <S> ProcessScenario<S> of(ProcessManager<S> process) {
    return new ProcessScenario<>(
        Objects.requireNonNull(process, "process"),
        "stream-1",
        TestClock.START,
        List.of(),
        Map.of());
  }

  /** The events that are given from here on stand in that stream. */
  public ProcessScenario<S> in(String newStream) {
    return new ProcessScenario<>(process, newStream, now, given, instances);
  }

  /** What is given from here on happens at that instant. */
  public ProcessScenario<S> at(Instant instant) {
    return new ProcessScenario<>(process, stream, instant, given, instances);
  }

  /** These events have happened, after all that was given before. */
  public ProcessScenario<S> given(Object... events) {
    ProcessScenario<S> scenario = this;
    for (Object event : events) {
      scenario = scenario.when(event).after();
    }
    return scenario;
  }

  /**
   * The timer of an instance has fired, after all that was given before.
   *
   * @throws AssertionError if the instance has no such timer
   */
  public ProcessScenario<S> givenTimer(String instance, String timer) {
    return whenTimer(instance, timer).after();
  }

  /** That event happens. */
  public ProcessReaction<S> when(Object event) {
    Recorded<Object> recorded = recorded(event);
    Map<String, List<Reaction>> reactions = new LinkedHashMap<>();
    for (String id : process.instancesOf(recorded)) {
      Instance<S> instance = instance(id);
      if (!instance.ended()) {
        List<Reaction> own = process.react(id, instance.state(), instance.running(), recorded);
        if (!own.isEmpty()) {
          reactions.put(id, own);
        }
      }
    }
    return reaction(event, reactions);
  }

  /**
   * The timer of the only instance there is fires.
   *
   * @throws AssertionError if there is not one instance, or it has no such timer
   */
  public ProcessReaction<S> whenTimer(String timer) {
    return whenTimer(only(), timer);
  }

  /**
   * The timer of that instance fires.
   *
   * @throws AssertionError if it has no such timer
   */
  public ProcessReaction<S> whenTimer(String instance, String timer) {
    Instance<S> known = instance(instance);
    Timer scheduled = known.timers().get(timer);
    if (scheduled == null) {
      throw new AssertionError(
          "the instance "
              + instance
              + " has no timer "
              + timer
              + ", only "
              + known.timers().keySet());
    }
    var fired = new FiredTimer(instance, timer, scheduled.due(), scheduled.payload());
    var timers = new LinkedHashMap<>(known.timers());
    timers.remove(timer);
    var all = new LinkedHashMap<>(instances);
    all.put(
        instance,
        new Instance<>(known.state(), known.running(), known.ended(), Map.copyOf(timers)));
    return new ProcessScenario<>(process, stream, now, given, all)
        .reaction(fired, Map.of(instance, process.react(known.state(), fired)));
  }

  /**
   * A command of the only instance there is, sent to that id, is rejected.
   *
   * @throws AssertionError if there is not one instance
   */
  public ProcessReaction<S> whenRejected(String id, Object command, String reason) {
    String instance = only();
    var rejected = new RejectedCommand<>(instance, id, command, reason, reason);
    Instance<S> known = instance(instance);
    List<Reaction> own = known.ended() ? List.of() : process.react(known.state(), rejected);
    return reaction(rejected, own.isEmpty() ? Map.of() : Map.of(instance, own));
  }

  /** An instance is asked to start. */
  public ProcessReaction<S> whenStarted(String instance) {
    var request = new StartRequest(instance, now);
    return reaction(request, Map.of(instance, process.react(instance(instance).state(), request)));
  }

  private ProcessReaction<S> reaction(Object cause, Map<String, List<Reaction>> reactions) {
    var all = new LinkedHashMap<>(instances);
    reactions.forEach((id, own) -> all.put(id, after(all.get(id), own)));
    var happened = new ArrayList<>(given);
    happened.add(cause);
    var after = new ProcessScenario<>(process, stream, now, List.copyOf(happened), all);
    return new ProcessReaction<>(after, given, cause, reactions);
  }

  private Instance<S> after(@Nullable Instance<S> before, List<Reaction> reactions) {
    Instance<S> start =
        before == null ? new Instance<>(process.initial(), false, false, Map.of()) : before;
    var timers = new LinkedHashMap<>(start.timers());
    boolean ended = start.ended();
    for (Reaction reaction : reactions) {
      switch (reaction) {
        case Reaction.Schedule(var name, Reaction.Due.At(var due), var payload) ->
            timers.put(name, new Timer(due, payload));
        case Reaction.Schedule(var name, Reaction.Due.After(var after), var payload) ->
            timers.put(name, new Timer(now.plus(after), payload));
        case Reaction.Cancel(var name) -> timers.remove(name);
        case Reaction.End() -> ended = true;
        case Reaction.Send _, Reaction.Remember _ -> {}
      }
    }
    S state = process.evolve(start.state(), reactions);
    return new Instance<>(state, true, ended, ended ? Map.of() : Map.copyOf(timers));
  }

  /** An instance, begun or not. */
  Instance<S> instance(String id) {
    Instance<S> known = instances.get(id);
    return known == null ? new Instance<>(process.initial(), false, false, Map.of()) : known;
  }

  /** The only instance there is. */
  String only() {
    if (instances.size() != 1) {
      throw new AssertionError(
          "one instance was expected, there are " + instances.size() + ": " + instances.keySet());
    }
    return instances.keySet().iterator().next();
  }

  private Recorded<Object> recorded(Object event) {
    int position = given.size();
    var stored =
        new RecordedEvent(
            new Position(position),
            stream,
            new Revision(position),
            now,
            Event.of(event.getClass().getSimpleName(), Payload.empty()));
    return new Recorded<>(event, stored, new PlainCodec());
  }
}
