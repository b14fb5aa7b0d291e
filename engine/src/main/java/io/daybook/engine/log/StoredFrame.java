package io.daybook.engine.log;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A whole frame that was read back.
 *
 * @param events its events
 * @param goesOn whether the append goes on in the next frame
 */
record StoredFrame(DecidedAppend events, boolean goesOn) {

  /** The frame that begins at a position, with stubs for what is to be dropped. */
  static StoredFrame read(
      EventReader reader, LogFile file, long first, Predicate<RecordedEvent> dropped) {
    int count = reader.frameSize(file, first);
    boolean goesOn = reader.goesOn(file, first);
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
    return new StoredFrame(new DecidedAppend(first, recordedAt, runs), goesOn);
  }

  /** Adds it to what an encoder writes, all of which is made durable at once. */
  int encode(FrameEncoder encoder, int fileSeed, long fileOffset, int chain) {
    return encoder.append(events, goesOn, fileSeed, fileOffset, chain, LogFile.FIRST_FRAME);
  }

  /** The position behind it. */
  long nextPosition() {
    return events.firstPosition() + events.eventCount();
  }
}
