package io.daybook.eventstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory store as it is at one moment: it sees events and settings up to its head, whatever
 * is appended meanwhile.
 *
 * @param log where the events are
 * @param head the last position that it sees
 * @param now the time against which ages are measured
 */
record MemoryView(MemoryLog log, long head, Instant now) {

  /** Whether the event is there, is not hidden, and is not one of the system's unless wanted. */
  boolean shows(RecordedEvent event, boolean systemEvents) {
    if (event.position().value() > head) {
      return false;
    }
    if (event.isSystem()) {
      return systemEvents;
    }
    if (!log.hasStates()) {
      return true;
    }
    StreamState state = log.stateOf(event.stream(), head);
    return state.isInitial()
        || (!state.tombstoned()
            && event.revision().value() >= state.firstKept(log.eventCount(event.stream(), head))
            && !isTooOld(event, state));
  }

  /** Whether the term stands for any event that is not hidden and not one of the system's. */
  boolean showsAny(Postings postings) {
    // the newest are the least likely to be hidden
    for (int ordinal = postings.countUpTo(head) - 1; ordinal >= 0; ordinal--) {
      if (shows(log.get(postings.get(ordinal)), false)) {
        return true;
      }
    }
    return false;
  }

  /** What is known of a stream; null if nothing is. */
  @Nullable StreamInfo streamInfo(String stream) {
    int count = log.eventCount(stream, head);
    StreamState state = log.stateOf(stream, head);
    if (Limits.isSystemName(stream) || (count == 0 && state.isInitial())) {
      return null;
    }
    StreamInfo.Status status =
        state.tombstoned()
            ? StreamInfo.Status.TOMBSTONED
            : state.isDeletedAt(count) ? StreamInfo.Status.DELETED : StreamInfo.Status.ACTIVE;
    return new StreamInfo(
        stream,
        status,
        count == 0 ? null : new Revision(count - 1),
        firstVisible(stream, state, count),
        state.settings());
  }

  private @Nullable Revision firstVisible(String stream, StreamState state, int count) {
    Postings postings = log.postings(Dimension.STREAM, stream);
    long first =
        state.tombstoned()
            ? count
            : Postings.firstWhere(
                Math.min(state.firstKept(count), count),
                count,
                revision -> !isTooOld(log.get(postings.get((int) revision)), state));
    return first == count ? null : new Revision(first);
  }

  private boolean isTooOld(RecordedEvent event, StreamState state) {
    return event.recordedAt().isBefore(state.firstKeptTime(now));
  }
}
