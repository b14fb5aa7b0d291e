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
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The instances of a process, as their streams tell them, without their states. */
final class InstanceList {
  private static final Query.Item TYPES =
      Query.item()
          .withTypes(
              ProcessEventCodec.STARTED,
              ProcessEventCodec.REACTED,
              ProcessEventCodec.ISSUED,
              ProcessEventCodec.HANDLED,
              ProcessEventCodec.REFUSED,
              ProcessEventCodec.ENDED,
              ProcessEventCodec.PARKED,
              ProcessEventCodec.RESUMED);

  private InstanceList() {}

  static List<ProcessInstance> of(EventStore store, String process) {
    Map<String, Row> rows = new LinkedHashMap<>();
    try (var read = store.read(TYPES.withCategories(process).asQuery())) {
      for (RecordedEvent event : read) {
        String id = event.stream().substring(process.length() + 1);
        rows.computeIfAbsent(id, _ -> new Row(event.recordedAt())).add(event);
      }
    }
    return rows.entrySet().stream()
        .map(entry -> entry.getValue().instance(process, entry.getKey()))
        .toList();
  }

  private static final class Row {
    private final Instant started;
    private Instant changed;
    private int open;
    private boolean ended;
    private @Nullable String problem;

    Row(Instant started) {
      this.started = started;
      this.changed = started;
    }

    void add(RecordedEvent stored) {
      changed = stored.recordedAt();
      if (stored.type().equals(ProcessEventCodec.ISSUED)) {
        open++;
        return;
      }
      switch (ProcessEventCodec.INSTANCE.one(stored)) {
        case Handled _, Refused _ -> open--;
        case Ended() -> ended = true;
        case Parked parked -> problem = parked.problem();
        case Resumed() -> problem = null;
        case Started _,
            Reacted _,
            Discarded _,
            TimerScheduled _,
            TimerCancelled _,
            TimerFired _ -> {}
      }
    }

    ProcessInstance instance(String process, String id) {
      ProcessInstance.Status status =
          problem != null
              ? ProcessInstance.Status.PARKED
              : ended ? ProcessInstance.Status.ENDED : ProcessInstance.Status.RUNNING;
      return new ProcessInstance(process, id, status, started, changed, open, problem);
    }
  }
}
