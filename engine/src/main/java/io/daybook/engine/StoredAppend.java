package io.daybook.engine;

import io.daybook.engine.log.DecidedAppend;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole append back. */
final class StoredAppend {
  private StoredAppend() {}

  /** The append that stored the event at a position. */
  static DecidedAppend read(Version version, EventReader reader, long position) {
    long first = version.appendStart(reader, position);
    long end = version.appendEnd(reader, position);
    List<DecidedAppend.Run> runs = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    String stream = "";
    long firstRevision = 0;
    long recordedAt = 0;
    for (long at = first; at < end; at++) {
      RecordedEvent event = version.read(reader, at);
      if (!event.stream().equals(stream)) {
        if (!events.isEmpty()) {
          runs.add(new DecidedAppend.Run(stream, firstRevision, List.copyOf(events)));
          events.clear();
        }
        stream = event.stream();
        firstRevision = event.revision().value();
        recordedAt = Micros.of(event.recordedAt());
      }
      events.add(event.event());
    }
    runs.add(new DecidedAppend.Run(stream, firstRevision, List.copyOf(events)));
    return new DecidedAppend(first, recordedAt, runs);
  }
}
