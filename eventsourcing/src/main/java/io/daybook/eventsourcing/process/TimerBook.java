package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.ProcessEvent.TimerCancelled;
import io.daybook.eventsourcing.process.ProcessEvent.TimerFired;
import io.daybook.eventsourcing.process.ProcessEvent.TimerScheduled;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The timers that are pending, by when they are due. To be used by one thread at a time. */
final class TimerBook {
  /** What it has to be told, from every stream. */
  static final Query QUERY =
      Query.types(
          ProcessEventCodec.TIMER_SCHEDULED,
          ProcessEventCodec.TIMER_CANCELLED,
          ProcessEventCodec.TIMER_FIRED);

  private final Map<Key, Entry> byName = new HashMap<>();
  private final TreeSet<Entry> byDue =
      new TreeSet<>(
          Comparator.comparing((Entry entry) -> entry.timer.due())
              .thenComparing(entry -> entry.scheduled.position()));

  /** A stream has one timer of a name. */
  private record Key(String stream, String name) {}

  /** A timer, and the event that scheduled it. */
  record Entry(TimerScheduled timer, RecordedEvent scheduled) {
    PendingTimer pending() {
      String stream = scheduled.stream();
      String process = Query.categoryOf(stream).orElse("");
      String instance = new Recorded<>(timer, scheduled, ProcessEventCodec.INSTANCE).streamId();
      return new PendingTimer(
          scheduled.id(), process, instance, timer.timer(), timer.due(), timer.payload());
    }
  }

  void add(RecordedEvent stored) {
    switch (ProcessEventCodec.INSTANCE.one(stored)) {
      case TimerScheduled timer -> {
        var entry = new Entry(timer, stored);
        Entry before = byName.put(new Key(stored.stream(), timer.timer()), entry);
        if (before != null) {
          byDue.remove(before);
        }
        byDue.add(entry);
      }
      case TimerCancelled(var name, var scheduled) -> remove(stored.stream(), name, scheduled);
      case TimerFired(var name, var scheduled) -> remove(stored.stream(), name, scheduled);
      default -> {}
    }
  }

  /** Takes a timer out, unless another one of the same name took its place. */
  void remove(String stream, String name, UUID scheduled) {
    byName.computeIfPresent(
        new Key(stream, name),
        (_, entry) -> {
          if (!entry.scheduled.id().equals(scheduled)) {
            return entry;
          }
          byDue.remove(entry);
          return null;
        });
  }

  int size() {
    return byName.size();
  }

  /** The ids of the events that scheduled those that are pending. */
  List<UUID> scheduled() {
    return byName.values().stream().map(entry -> entry.scheduled.id()).toList();
  }

  /** When the next one is due; null if there is none. */
  @Nullable Instant nextDue() {
    return byDue.isEmpty() ? null : byDue.first().timer.due();
  }

  /** Those that are due by then, the earliest first. */
  List<Entry> due(Instant now) {
    var due = new ArrayList<Entry>();
    for (Entry entry : byDue) {
      if (entry.timer.due().isAfter(now)) {
        break;
      }
      due.add(entry);
    }
    return due;
  }

  List<PendingTimer> pending() {
    return byDue.stream().map(Entry::pending).toList();
  }
}
