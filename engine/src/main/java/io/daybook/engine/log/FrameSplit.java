package io.daybook.engine.log;

import io.daybook.engine.log.DecidedAppend.Run;
import io.daybook.eventstore.Event;
import java.util.ArrayList;
import java.util.List;

/** Divides an append into what each of its frames holds. */
final class FrameSplit {
  /** What an event takes beside its data, metadata and tags, about. */
  private static final int EVENT_BYTES = 64;

  private final DecidedAppend append;
  private final int frameBytes;
  private final List<DecidedAppend> frames = new ArrayList<>();
  private List<Run> runs = new ArrayList<>();
  private long firstPosition;
  private int events;
  private long bytes;

  private FrameSplit(DecidedAppend append, int frameBytes) {
    this.append = append;
    this.frameBytes = frameBytes;
    this.firstPosition = append.firstPosition();
  }

  /** The frames of an append, in order; one is full with about so many bytes. */
  static List<DecidedAppend> of(DecidedAppend append, int frameBytes) {
    return isOneFrame(append, frameBytes)
        ? List.of(append)
        : new FrameSplit(append, frameBytes).divide();
  }

  private static boolean isOneFrame(DecidedAppend append, int frameBytes) {
    long sum = 0;
    for (Run run : append.runs()) {
      for (Event event : run.events()) {
        sum += bytes(event);
        if (sum > frameBytes) {
          return false;
        }
      }
    }
    return true;
  }

  private static long bytes(Event event) {
    long sum = EVENT_BYTES + (long) event.data().size() + event.metadata().size();
    List<String> tags = event.tags();
    for (int i = 0; i < tags.size(); i++) {
      sum += tags.get(i).length();
    }
    return sum;
  }

  private List<DecidedAppend> divide() {
    for (Run run : append.runs()) {
      List<Event> all = run.events();
      int from = 0;
      for (int i = 0; i < all.size(); i++) {
        long its = bytes(all.get(i));
        if (bytes > 0 && bytes + its > frameBytes) {
          add(run, from, i);
          endFrame();
          from = i;
        }
        bytes += its;
      }
      add(run, from, all.size());
    }
    endFrame();
    return frames;
  }

  private void add(Run run, int from, int to) {
    if (to > from) {
      runs.add(new Run(run.stream(), run.firstRevision() + from, run.events().subList(from, to)));
      events += to - from;
    }
  }

  private void endFrame() {
    frames.add(new DecidedAppend(firstPosition, append.recordedAtMicros(), runs));
    firstPosition += events;
    runs = new ArrayList<>();
    events = 0;
    bytes = 0;
  }
}
