package io.daybook.eventstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the system events say of a stream, from one of them until the next. What was hidden by
 * settings that were replaced stays hidden.
 *
 * <p>The states of a stream are a chain, the newest first, so that a read that began before a
 * change still finds the state of its own moment.
 *
 * @param since the position of the system event that made it so
 * @param settings what the stream keeps
 * @param deletedBefore events with a lower revision are deleted; null if it was never deleted
 * @param tombstoned whether it is closed for ever
 * @param floor events with a lower revision were hidden by settings before these
 * @param floorTime events recorded before were hidden by settings before these
 * @param before the state that this one replaced
 */
record StreamState(
    long since,
    StreamSettings settings,
    @Nullable Revision deletedBefore,
    boolean tombstoned,
    long floor,
    Instant floorTime,
    @Nullable StreamState before) {

  /** What holds for a stream that no system event speaks of. */
  static final StreamState INITIAL =
      new StreamState(-1, StreamSettings.none(), null, false, 0, Instant.MIN, null);

  /** Whether no system event has spoken of the stream yet. */
  boolean isInitial() {
    return since < 0;
  }

  /** The state that held at that position. */
  StreamState at(long position) {
    StreamState state = this;
    while (state.since > position && state.before != null) {
      state = state.before;
    }
    return state;
  }

  /** With other settings, from a system event on, which found the stream with so many events. */
  StreamState withSettings(RecordedEvent change, StreamSettings newSettings, long eventCount) {
    // a truncation that lay ahead has hidden only what was there
    long hiddenBefore = Math.min(firstKept(eventCount), eventCount);
    return new StreamState(
        change.position().value(),
        newSettings,
        deletedBefore,
        tombstoned,
        Math.max(floor, hiddenBefore),
        firstKeptTime(change.recordedAt()),
        this);
  }

  StreamState deleted(RecordedEvent change, Revision before) {
    return new StreamState(
        change.position().value(), settings, before, tombstoned, floor, floorTime, this);
  }

  StreamState tombstoned(RecordedEvent change) {
    return new StreamState(
        change.position().value(), settings, deletedBefore, true, floor, floorTime, this);
  }

  /** Whether the stream was deleted and, having had this many events ever, not written since. */
  boolean isDeletedAt(long eventCount) {
    return deletedBefore != null && deletedBefore.value() == eventCount;
  }

  /** The first revision that is not hidden for another reason than its age. */
  long firstKept(long eventCount) {
    long first = Math.max(floor, deletedBefore == null ? 0 : deletedBefore.value());
    first = Math.max(first, settings.truncateBefore().map(Revision::value).orElse(0L));
    return Math.max(first, eventCount - settings.maxCount().orElse(eventCount));
  }

  /** The first recorded time that is not hidden for its age. */
  Instant firstKeptTime(Instant now) {
    Instant first = settings.maxAge().map(now::minus).orElse(Instant.MIN);
    return first.isBefore(floorTime) ? floorTime : first;
  }
}
