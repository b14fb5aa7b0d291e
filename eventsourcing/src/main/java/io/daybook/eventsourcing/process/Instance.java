package io.daybook.eventsourcing.process;

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
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An instance as its stream tells it. To be used by one thread at a time. */
final class Instance<S> {
  private final ProcessManager<S> process;
  private S state;
  private @Nullable RecordedEvent newest;
  private boolean running;
  private boolean ended;
  private @Nullable Done last;
  private @Nullable Parked parked;

  /** Commands without an outcome, by the event that issued them, in their order. */
  private final Map<UUID, RecordedEvent> open = new LinkedHashMap<>();

  /** Commands that were rejected and not reacted to yet. */
  private final Map<UUID, RecordedEvent> rejected = new HashMap<>();

  /** Timers that the instance waits for, by name: the event that scheduled it. */
  private final Map<String, Armed> armed = new LinkedHashMap<>();

  /** What to forget when the instance reacts to an event of its own stream. */
  private final Map<UUID, Runnable> forgettings = new HashMap<>();

  /**
   * The last event that the instance is done with.
   *
   * @param cause the event
   * @param position where it stood in the log when that was recorded; in a copy, it stands
   *     elsewhere
   * @param recordedAt where that was recorded, in this log: after the event
   */
  record Done(UUID cause, long position, Position recordedAt) {}

  /** A timer, and the event that scheduled it. */
  record Armed(UUID scheduled, TimerScheduled timer) {}

  Instance(ProcessManager<S> process) {
    this.process = process;
    this.state = process.initial();
  }

  S state() {
    return state;
  }

  boolean running() {
    return running;
  }

  boolean ended() {
    return ended;
  }

  /** What it could not deal with; null if it does not stand still. */
  @Nullable Parked parked() {
    return parked;
  }

  /** The last event that it is done with; null if there is none. */
  @Nullable Done last() {
    return last;
  }

  /** The last event of its stream that it has taken in; null if there is none. */
  @Nullable RecordedEvent newest() {
    return newest;
  }

  ExpectedRevision expected() {
    return newest == null
        ? ExpectedRevision.noStream()
        : ExpectedRevision.exactly(newest.revision());
  }

  List<RecordedEvent> open() {
    return List.copyOf(open.values());
  }

  /** The event that issued a command which was rejected; null if that was reacted to already. */
  @Nullable RecordedEvent rejected(UUID issued) {
    return rejected.get(issued);
  }

  Map<String, Armed> armed() {
    return armed;
  }

  void add(RecordedEvent stored) {
    newest = stored;
    if (stored.type().equals(ProcessEventCodec.ISSUED)) {
      open.put(stored.id(), stored);
    } else if (ProcessEventCodec.INSTANCE.knows(stored.type())) {
      add(stored, ProcessEventCodec.INSTANCE.one(stored));
    } else {
      ProcessManager.Memory<S> memory = process.memory();
      for (Object event : memory.codec().decode(stored)) {
        state = memory.evolve().apply(state, event);
      }
    }
  }

  private void add(RecordedEvent stored, ProcessEvent event) {
    switch (event) {
      case Started() -> {}
      case Reacted(var cause, var position) -> {
        running = true;
        done(new Done(cause, position, stored.position()));
      }
      case Discarded(var cause, var position) -> done(new Done(cause, position, stored.position()));
      case Handled(var issued) -> {
        var _ = open.remove(issued);
      }
      case Refused(var issued, var _, var _) -> {
        RecordedEvent command = open.remove(issued);
        if (command != null) {
          rejected.put(issued, command);
          forgettings.put(stored.id(), () -> rejected.remove(issued));
        }
      }
      case TimerScheduled timer -> armed.put(timer.timer(), new Armed(stored.id(), timer));
      case TimerCancelled(var timer, var scheduled) -> disarm(timer, scheduled);
      case TimerFired(var timer, var scheduled) ->
          forgettings.put(stored.id(), () -> disarm(timer, scheduled));
      case Ended() -> ended = true;
      case Parked why -> parked = why;
      case Resumed() -> parked = null;
    }
  }

  private void done(Done with) {
    last = with;
    Runnable forgetting = forgettings.remove(with.cause());
    if (forgetting != null) {
      forgetting.run();
    }
  }

  /** A timer that was scheduled anew under the same name meanwhile stays. */
  private void disarm(String timer, UUID scheduled) {
    armed.computeIfPresent(timer, (_, now) -> now.scheduled().equals(scheduled) ? null : now);
  }
}
