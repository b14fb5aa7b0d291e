package io.daybook.eventsourcing.copy;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait to be appended together. Events of one instant, which may have been appended
 * together, go together unless they are more than an append takes. Used by one thread.
 */
final class CopyBatch {
  private static final int ENOUGH_EVENTS = 1_000;
  private static final long ENOUGH_BYTES = 1 << 20;

  private final List<CopySteps.Made> events = new ArrayList<>();
  private long bytes;

  /** The instant of the last events, the index of their first one, and the bytes before it. */
  private @Nullable Instant instant;

  private int instantStart;
  private long bytesBeforeInstant;

  /** How many of the events have to be appended before this one is added; 0 if none. */
  int dueBefore(CopySteps.Made next, Instant recordedAt) {
    if (!recordedAt.equals(instant)) {
      return events.size() >= ENOUGH_EVENTS || bytes >= ENOUGH_BYTES ? events.size() : 0;
    }
    boolean full =
        events.size() == Limits.MAX_EVENTS_PER_APPEND
            || bytes + sizeBytes(next, events.isEmpty()) > Limits.MAX_APPEND_BYTES;
    if (!full) {
      return 0;
    }
    return instantStart > 0 ? instantStart : events.size();
  }

  /** Whether those events are a part only of the events of one instant. */
  boolean divides(int count, Instant nextRecordedAt) {
    return count == events.size() && count > 0 && nextRecordedAt.equals(instant);
  }

  void add(CopySteps.Made next, Instant recordedAt) {
    boolean first = events.isEmpty() || !recordedAt.equals(instant);
    if (first) {
      instant = recordedAt;
      instantStart = events.size();
      bytesBeforeInstant = bytes;
    }
    bytes += sizeBytes(next, first);
    events.add(next);
  }

  int size() {
    return events.size();
  }

  /** Takes the first so many events out, all or those before the last instant, as writes. */
  List<Append.Write> take(int count) {
    List<CopySteps.Made> taken = events.subList(0, count);
    var writes = new ArrayList<Append.Write>();
    var run = new ArrayList<Event>();
    String runStream = taken.getFirst().stream();
    for (CopySteps.Made made : taken) {
      if (!made.stream().equals(runStream)) {
        writes.add(new Append.Write(runStream, run));
        run.clear();
        runStream = made.stream();
      }
      run.add(made.event());
    }
    writes.add(new Append.Write(runStream, run));
    taken.clear();
    bytes = events.isEmpty() ? 0 : bytes - bytesBeforeInstant;
    instantStart = 0;
    bytesBeforeInstant = 0;
    return writes;
  }

  /** As an append counts: the stream's name once for events of it that follow one another. */
  private long sizeBytes(CopySteps.Made made, boolean first) {
    boolean named = first || !events.getLast().stream().equals(made.stream());
    return made.event().sizeBytes()
        + (named ? made.stream().getBytes(StandardCharsets.UTF_8).length : 0L);
  }
}
