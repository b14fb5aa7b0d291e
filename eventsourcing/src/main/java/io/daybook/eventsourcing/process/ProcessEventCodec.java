package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventsourcing.codec.UnknownEventTypeException;
import io.daybook.eventsourcing.json.FlatJson;
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
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Writes and reads what this package records itself: flat JSON, under types with a prefix. */
final class ProcessEventCodec implements Codec<ProcessEvent> {
  /** The types of this package: no simple class name holds a colon, so none is the same. */
  static final String STARTED = "process:Started";

  static final String REACTED = "process:Reacted";
  static final String HANDLED = "process:Handled";
  static final String REFUSED = "process:Refused";
  static final String ENDED = "process:Ended";
  static final String PARKED = "process:Parked";
  static final String DISCARDED = "process:Discarded";
  static final String RESUMED = "process:Resumed";
  static final String TIMER_SCHEDULED = "timer:Scheduled";
  static final String TIMER_CANCELLED = "timer:Cancelled";
  static final String TIMER_FIRED = "timer:Fired";

  /** A command to send, in the form that its own codec gave it. */
  static final String ISSUED = "process:Issued";

  static final ProcessEventCodec INSTANCE = new ProcessEventCodec();

  private static final Set<String> TYPES =
      Set.of(
          STARTED,
          REACTED,
          HANDLED,
          REFUSED,
          ENDED,
          PARKED,
          DISCARDED,
          RESUMED,
          TIMER_SCHEDULED,
          TIMER_CANCELLED,
          TIMER_FIRED);

  private ProcessEventCodec() {}

  @Override
  public Event encode(UUID id, ProcessEvent event, Audit audit) {
    var fields = new LinkedHashMap<String, String>();
    String type = write(event, fields);
    Payload metadata =
        audit.isEmpty() ? Payload.empty() : Payload.json(FlatJson.write(audit.entries()));
    return new Event(id, type, audit.tags(), Payload.json(FlatJson.write(fields)), metadata);
  }

  private static String write(ProcessEvent event, Map<String, String> fields) {
    return switch (event) {
      case Started() -> STARTED;
      case Reacted(var cause, var position) -> {
        fields.put("cause", cause.toString());
        fields.put("position", Long.toString(position));
        yield REACTED;
      }
      case Handled(var issued) -> {
        fields.put("command", issued.toString());
        yield HANDLED;
      }
      case Refused(var issued, var reason, var message) -> {
        fields.put("command", issued.toString());
        fields.put("reason", reason);
        fields.put("message", message);
        yield REFUSED;
      }
      case TimerScheduled(var timer, var due, var payload) -> {
        fields.put("timer", timer);
        fields.put("due", due.toString());
        fields.put("payload", payload);
        yield TIMER_SCHEDULED;
      }
      case TimerCancelled(var timer, var scheduled) -> {
        fields.put("timer", timer);
        fields.put("scheduled", scheduled.toString());
        yield TIMER_CANCELLED;
      }
      case TimerFired(var timer, var scheduled) -> {
        fields.put("timer", timer);
        fields.put("scheduled", scheduled.toString());
        yield TIMER_FIRED;
      }
      case Ended() -> ENDED;
      case Parked(var cause, var position, var problem) -> {
        fields.put("cause", cause.toString());
        fields.put("position", Long.toString(position));
        fields.put("problem", problem);
        yield PARKED;
      }
      case Discarded(var cause, var position) -> {
        fields.put("cause", cause.toString());
        fields.put("position", Long.toString(position));
        yield DISCARDED;
      }
      case Resumed() -> RESUMED;
    };
  }

  /** The only event that a stored one means. */
  ProcessEvent one(RecordedEvent stored) {
    return decode(stored).getFirst();
  }

  @Override
  public List<ProcessEvent> decode(RecordedEvent stored) {
    if (!knows(stored.type())) {
      throw new UnknownEventTypeException(stored, stored.type());
    }
    try {
      return List.of(read(stored.type(), new Fields(FlatJson.read(stored.data().text()))));
    } catch (RuntimeException e) {
      throw new UndecodableEventException(stored, String.valueOf(e.getMessage()), e);
    }
  }

  private static ProcessEvent read(String type, Fields fields) {
    return switch (type) {
      case STARTED -> new Started();
      case REACTED -> new Reacted(fields.id("cause"), fields.number("position"));
      case HANDLED -> new Handled(fields.id("command"));
      case REFUSED ->
          new Refused(fields.id("command"), fields.text("reason"), fields.text("message"));
      case TIMER_SCHEDULED ->
          new TimerScheduled(
              fields.text("timer"), Instant.parse(fields.text("due")), fields.text("payload"));
      case TIMER_CANCELLED -> new TimerCancelled(fields.text("timer"), fields.id("scheduled"));
      case TIMER_FIRED -> new TimerFired(fields.text("timer"), fields.id("scheduled"));
      case ENDED -> new Ended();
      case PARKED ->
          new Parked(fields.id("cause"), fields.number("position"), fields.text("problem"));
      case DISCARDED -> new Discarded(fields.id("cause"), fields.number("position"));
      case RESUMED -> new Resumed();
      default -> throw new IllegalArgumentException("not a type of a process: " + type);
    };
  }

  @Override
  public Audit audit(RecordedEvent stored) {
    if (stored.metadata().isEmpty()) {
      return Audit.none();
    }
    try {
      return Audit.ofEntries(FlatJson.read(stored.metadata().text()));
    } catch (RuntimeException e) {
      throw new UndecodableEventException(stored, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public boolean knows(String type) {
    return TYPES.contains(type);
  }

  @Override
  public Set<String> typesOf(Class<?> eventClass) {
    return eventClass.isAssignableFrom(ProcessEvent.class) ? TYPES : Set.of();
  }

  /** The fields of an event, each of which has to be there. */
  private record Fields(Map<String, String> values) {
    String text(String name) {
      String value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("the field " + name + " is missing");
      }
      return value;
    }

    UUID id(String name) {
      return UUID.fromString(text(name));
    }

    long number(String name) {
      return Long.parseLong(text(name));
    }
  }
}
