package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.process.ProcessEvent.Discarded;
import io.daybook.eventsourcing.process.ProcessEvent.Ended;
import io.daybook.eventsourcing.process.ProcessEvent.Handled;
import io.daybook.eventsourcing.process.ProcessEvent.Parked;
import io.daybook.eventsourcing.process.ProcessEvent.Reacted;
import io.daybook.eventsourcing.process.ProcessEvent.Refused;
import io.daybook.eventsourcing.process.ProcessEvent.Resumed;
import io.daybook.eventsourcing.process.ProcessEvent.Started;
import io.daybook.eventsourcing.process.ProcessEvent.TimerCancelled;
import io.daybook.eventsourcing.process.ProcessEvent.TimerFired;
import io.daybook.eventsourcing.process.ProcessEvent.TimerScheduled;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamTombstonedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Lets one instance react to one event, and sends its commands. Whatever of that is done already is
 * not done again, so it may be called any number of times. To be used by one thread at a time.
 */
final class Reactor<S> {
  /** Why a command counts as rejected that was given up. */
  static final String DISCARDED = "discarded";

  private static final int MOST_CONFLICTS = 100;
  private static final int MOST_KEPT_INSTANCES = 10_000;
  private static final int MOST_PROBLEM_CHARACTERS = 2_000;

  private final ProcessManager<S> process;
  private final EventStore store;
  private final Routes routes;
  private volatile Ownership ownership;

  /** Instances that were used last. They read on in their streams before each use. */
  private final Map<String, Instance<S>> instances =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instance<S>> eldest) {
          return size() > MOST_KEPT_INSTANCES;
        }
      };

  Reactor(ProcessManager<S> process, EventStore store, Routes routes) {
    this.process = process;
    this.store = store;
    this.routes = routes;
    this.ownership = Ownership.unshared(store, process.name());
  }

  /** From now on everything is appended as that owner. */
  void ownedBy(Ownership newOwnership) {
    ownership = newOwnership;
  }

  /** The instances that an event may concern. */
  Set<String> instancesOf(RecordedEvent stored) {
    if (isOwn(stored)) {
      return Set.of(new Recorded<>(stored, stored, ProcessEventCodec.INSTANCE).streamId());
    }
    var ids = new LinkedHashSet<String>();
    for (Recorded<?> event : decoded(stored)) {
      ids.addAll(process.instancesOf(event));
    }
    for (String id : ids) {
      var _ = Limits.requireStreamName(streamOf(id));
    }
    return ids;
  }

  /**
   * Has an instance react to an event, and its commands sent. One that is parked does nothing.
   *
   * @param evenIfParked whether it does all the same
   */
  void react(String id, RecordedEvent cause, boolean evenIfParked) {
    for (int conflicts = 0; ; conflicts++) {
      Instance<S> instance = load(id);
      if (instance.parked() != null && !evenIfParked) {
        return;
      }
      if (sendOpen(instance)) {
        instance = load(id);
      }
      if (instance.ended() || cause.position().value() <= lastPosition(instance)) {
        return;
      }
      Optional<List<Reaction>> reactions = reactions(id, instance, cause);
      if (reactions.isEmpty()) {
        return;
      }
      try {
        var _ =
            ownership.append(
                Append.to(streamOf(id))
                    .expecting(instance.expected())
                    .events(encode(id, instance, cause, reactions.get())));
      } catch (ConflictException | IdempotencyConflictException e) {
        // a timer fired, or another runner was faster
        var _ = instances.remove(id);
        if (conflicts >= MOST_CONFLICTS) {
          throw e;
        }
        continue;
      } catch (StreamTombstonedException _) {
        return; // the instance is no more, and will never be again
      }
      var _ = sendOpen(load(id));
      return;
    }
  }

  /** Records that somebody asked an instance to start; once, however often it is asked. */
  void start(String id) {
    UUID eventId = DerivedIds.one(process.name(), id, "start");
    Event encoded = ProcessEventCodec.INSTANCE.encode(eventId, new Started(), Audit.current());
    var _ = store.append(streamOf(id), ExpectedRevision.any(), encoded);
  }

  /** Records that an instance stands still. */
  void park(String id, RecordedEvent cause, Throwable problem) {
    String text = problem.toString();
    String cut = text.substring(0, Math.min(text.length(), MOST_PROBLEM_CHARACTERS));
    var parked = new Parked(cause.id(), cause.position().value(), cut);
    Event encoded =
        ProcessEventCodec.INSTANCE.encode(Event.newId(), parked, Audit.by(process.name()));
    try {
      var _ = ownership.append(Append.to(streamOf(id)).events(encoded));
    } catch (StreamTombstonedException _) {
      // the instance is no more, and stands still without that
    }
  }

  /** What an instance could not deal with; nothing if it does not stand still. */
  Optional<Parked> parked(String id) {
    return Optional.ofNullable(load(id).parked());
  }

  /** Where to begin with what an instance has not dealt with: in a copy, that is elsewhere. */
  long positionOf(String id, Parked parked) {
    return store
        .find(parked.cause())
        .map(event -> event.position().value())
        .orElseGet(() -> lastPosition(load(id)) + 1);
  }

  /** Records that what a parked instance could not deal with is given up. */
  void discard(String id, Parked parked) {
    Instance<S> instance = load(id);
    List<RecordedEvent> open = instance.open();
    if (open.isEmpty()) {
      append(id, new Discarded(parked.cause(), parked.position()));
    } else {
      // they are sent in their order, so it was the first that failed
      RecordedEvent issued = open.getFirst();
      recordOutcome(issued, new Refused(issued.id(), DISCARDED, parked.problem()));
    }
  }

  /** Records that a parked instance goes on. */
  void resume(String id) {
    append(id, new Resumed());
  }

  private void append(String id, ProcessEvent event) {
    Event encoded = ProcessEventCodec.INSTANCE.encode(Event.newId(), event, Audit.current());
    var _ = ownership.append(Append.to(streamOf(id)).events(encoded));
  }

  /** Keeps no instance in memory. */
  void purge() {
    instances.clear();
  }

  private String streamOf(String id) {
    return process.name() + "-" + id;
  }

  /** The instance as its stream tells it now. */
  private Instance<S> load(String id) {
    Instance<S> known = instances.get(id);
    try {
      if (known != null && readOn(known, id)) {
        return known;
      }
    } catch (RuntimeException e) {
      // it may have taken in a part of them
      var _ = instances.remove(id);
      throw e;
    }
    var instance = new Instance<>(process);
    try (var read = store.read(ReadRequest.of(Query.stream(streamOf(id))))) {
      read.forEach(instance::add);
    }
    if (instance.newest() == null) {
      var _ = instances.remove(id);
    } else {
      instances.put(id, instance);
    }
    return instance;
  }

  /** Takes in what came since; false if what it has taken in was deleted, so that it is no more. */
  private boolean readOn(Instance<S> instance, String id) {
    RecordedEvent newest = Objects.requireNonNull(instance.newest());
    var request = ReadRequest.of(Query.stream(streamOf(id))).from(newest.revision());
    try (var read = store.read(request)) {
      Iterator<RecordedEvent> events = read.iterator();
      if (!events.hasNext() || !events.next().id().equals(newest.id())) {
        return false;
      }
      events.forEachRemaining(instance::add);
      return true;
    }
  }

  /**
   * Where the last event stands that the instance is done with: so is it with all up to there. In a
   * copy of a store, positions may be others, so the event itself is looked for first; one that the
   * copy left out stood before what was recorded of it.
   */
  private long lastPosition(Instance<S> instance) {
    Instance.Done last = instance.last();
    if (last == null) {
      return -1;
    }
    return store
        .find(last.cause())
        .map(event -> event.position().value())
        .orElse(Math.min(last.position(), last.recordedAt().value()));
  }

  /** Sends the commands that have no outcome yet; whether there were any. */
  private boolean sendOpen(Instance<S> instance) {
    List<RecordedEvent> open = instance.open();
    for (RecordedEvent issued : open) {
      recordOutcome(issued, send(issued));
    }
    return !open.isEmpty();
  }

  private void recordOutcome(RecordedEvent issued, ProcessEvent outcome) {
    UUID eventId = DerivedIds.one(issued.id().toString(), "outcome");
    Audit audit =
        new Recorded<>(issued, issued, ProcessEventCodec.INSTANCE)
            .consequence()
            .withActor(process.name());
    Event encoded = ProcessEventCodec.INSTANCE.encode(eventId, outcome, audit);
    var _ = ownership.append(Append.to(issued.stream()).events(encoded));
  }

  private ProcessEvent send(RecordedEvent issued) {
    try {
      routes.read(issued).send(process.name() + ":" + issued.id());
      return new Handled(issued.id());
    } catch (Rejected e) {
      return new Refused(issued.id(), e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /** What the instance does; nothing if the event does not concern it. */
  private Optional<List<Reaction>> reactions(String id, Instance<S> instance, RecordedEvent cause) {
    if (!isOwn(cause)) {
      List<Reaction> reactions = reactionsToDomain(id, instance, cause);
      return reactions.isEmpty() ? Optional.empty() : Optional.of(reactions);
    }
    return switch (ProcessEventCodec.INSTANCE.one(cause)) {
      case Started() ->
          Optional.of(process.react(instance.state(), new StartRequest(id, cause.recordedAt())));
      case TimerFired(var name, var scheduled) -> {
        Instance.Armed armed = instance.armed().get(name);
        if (armed == null || !armed.scheduled().equals(scheduled)) {
          yield Optional.empty();
        }
        TimerScheduled timer = armed.timer();
        yield Optional.of(
            process.react(
                instance.state(), new FiredTimer(id, name, timer.due(), timer.payload())));
      }
      case Refused(var issued, var reason, var message) -> {
        RecordedEvent stored = instance.rejected(issued);
        if (stored == null) {
          yield Optional.empty();
        }
        Routes.Issued command = routes.read(stored);
        var rejected = new RejectedCommand<>(id, command.id(), command.command(), reason, message);
        List<Reaction> reactions = process.react(instance.state(), rejected);
        yield reactions.isEmpty() ? Optional.empty() : Optional.of(reactions);
      }
      default -> Optional.empty();
    };
  }

  private List<Reaction> reactionsToDomain(String id, Instance<S> instance, RecordedEvent cause) {
    var reactions = new ArrayList<Reaction>();
    S state = instance.state();
    for (Recorded<?> event : decoded(cause)) {
      boolean running = instance.running() || !reactions.isEmpty();
      List<Reaction> more = process.react(id, state, running, event);
      state = process.evolve(state, more);
      reactions.addAll(more);
    }
    return reactions;
  }

  /** The reaction as the events of one append. */
  private List<Event> encode(
      String id, Instance<S> instance, RecordedEvent cause, List<Reaction> reactions) {
    Codec<?> codec = codecOf(cause).orElseThrow();
    var recorded = new Recorded<>(cause, cause, codec);
    return new Encoding(id, instance, recorded).encode(reactions);
  }

  /** One reaction on its way to the store. */
  private final class Encoding {
    private final Recorded<RecordedEvent> cause;
    private final Audit audit;
    private final DerivedIds ids;
    private final Map<String, UUID> armed = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();

    Encoding(String id, Instance<S> instance, Recorded<RecordedEvent> cause) {
      this.cause = cause;
      audit = cause.consequence().withActor(process.name());
      ids = DerivedIds.of(process.name(), id, cause.id().toString());
      instance.armed().forEach((name, timer) -> armed.put(name, timer.scheduled()));
      if (cause.stored().type().equals(ProcessEventCodec.TIMER_FIRED)
          && ProcessEventCodec.INSTANCE.one(cause.stored()) instanceof TimerFired fired) {
        var _ = armed.remove(fired.timer());
      }
    }

    List<Event> encode(List<Reaction> reactions) {
      add(new Reacted(cause.id(), cause.position().value()));
      boolean ends = false;
      for (Reaction reaction : reactions) {
        switch (reaction) {
          case Reaction.Send(var to, var command) ->
              events.add(routes.issued(nextId(), to, command, audit));
          case Reaction.Remember(var event) -> events.add(own(event));
          case Reaction.Schedule(var name, var due, var payload) -> {
            armed.put(name, nextId());
            add(new TimerScheduled(name, instantOf(due), payload));
          }
          case Reaction.Cancel(var name) -> cancel(name);
          case Reaction.End() -> ends = true;
        }
      }
      if (ends) {
        List.copyOf(armed.keySet()).forEach(this::cancel);
        add(new Ended());
      }
      return events;
    }

    private UUID nextId() {
      return ids.get(events.size());
    }

    private void add(ProcessEvent event) {
      events.add(ProcessEventCodec.INSTANCE.encode(nextId(), event, audit));
    }

    private void cancel(String name) {
      UUID scheduled = armed.remove(name);
      if (scheduled != null) {
        add(new TimerCancelled(name, scheduled));
      }
    }

    private Event own(Object event) {
      Event encoded = process.memory().codec().encode(nextId(), event, audit);
      if (ProcessEventCodec.INSTANCE.knows(encoded.type())
          || encoded.type().equals(ProcessEventCodec.ISSUED)) {
        throw new IllegalStateException(
            "the event type " + encoded.type() + " is taken; name the event otherwise");
      }
      return encoded;
    }

    private Instant instantOf(Reaction.Due due) {
      return switch (due) {
        case Reaction.Due.At(var instant) -> instant;
        case Reaction.Due.After(var duration) -> cause.occurredAt().plus(duration);
      };
    }
  }

  /** Whether an event stands in the stream of an instance, where timers and rejections are told. */
  private boolean isOwn(RecordedEvent stored) {
    return ProcessEventCodec.INSTANCE.knows(stored.type())
        && stored.category().filter(process.name()::equals).isPresent();
  }

  private Optional<Codec<?>> codecOf(RecordedEvent stored) {
    return isOwn(stored)
        ? Optional.of(ProcessEventCodec.INSTANCE)
        : Optional.ofNullable(process.codecFor(stored.type(), stored.stream()));
  }

  private List<? extends Recorded<?>> decoded(RecordedEvent stored) {
    Codec<?> codec = process.codecFor(stored.type(), stored.stream());
    return codec == null ? List.of() : codec.recorded(stored);
  }
}
