package io.daybook.eventstore;

import org.jspecify.annotations.Nullable;

/**
 * What the system events say of a stream, from one of them until the next.
 *
 * <p>The states of a stream are a chain, the newest first, so that a read that began before a
 * change still finds the state of its own moment.
 *
 * @param since the position of the system event that made it so
 * @param settings what the stream keeps
 * @param deletedBefore events with a lower revision are deleted; null if it was never deleted
 * @param tombstoned whether it is closed for ever
 * @param before the state that this one replaced
 */
record StreamState(
    long since,
    StreamSettings settings,
    @Nullable Revision deletedBefore,
    boolean tombstoned,
    @Nullable StreamState before) {

  /** What holds for a stream that no system event speaks of. */
  static final StreamState INITIAL = new StreamState(-1, StreamSettings.none(), null, false, null);

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

  StreamState withSettings(long position, StreamSettings newSettings) {
    return new StreamState(position, newSettings, deletedBefore, tombstoned, this);
  }

  StreamState deleted(long position, Revision before) {
    return new StreamState(position, settings, before, tombstoned, this);
  }

  StreamState tombstoned(long position) {
    return new StreamState(position, settings, deletedBefore, true, this);
  }

  /** Whether the stream was deleted and, having had this many events ever, not written since. */
  boolean isDeletedAt(long eventCount) {
    return deletedBefore != null && deletedBefore.value() == eventCount;
  }

  /** The first revision that is not hidden for another reason than its age. */
  long firstKept(long eventCount) {
    long first = deletedBefore == null ? 0 : deletedBefore.value();
    first = Math.max(first, settings.truncateBefore().map(Revision::value).orElse(0L));
    return Math.max(first, eventCount - settings.maxCount().orElse(eventCount));
  }
}
