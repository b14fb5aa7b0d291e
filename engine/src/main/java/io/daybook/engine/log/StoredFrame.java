package io.daybook.engine.log;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads a whole frame back. */
final class StoredFrame {
  private StoredFrame() {}

  /** The append that begins at a position, with stubs for what is to be dropped. */
  static DecidedAppend read(
      EventReader reader, LogFile file, long first, Predicate<RecordedEvent> dropped) {
    int count = reader.frameSize(file, first);
    long recordedAt = reader.recordedAtMicros(file, first);
    List<DecidedAppend.Run> runs = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    String stream = "";
    long revision = 0;
    for (long position = first; position < first + count; position++) {
      RecordedEvent event = reader.read(file, position);
      if (!event.stream().equals(stream)) {
        if (!events.isEmpty()) {
          runs.add(new DecidedAppend.Run(stream, revision, List.copyOf(events)));
          events.clear();
        }
        stream = event.stream();
        revision = event.revision().value();
      }
      events.add(dropped.test(event) ? Stub.of(event.event()) : event.event());
    }
    runs.add(new DecidedAppend.Run(stream, revision, List.copyOf(events)));
    return new DecidedAppend(first, recordedAt, runs);
  }
}
