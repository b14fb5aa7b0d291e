package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Revision;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stream, and where it was taken.
 *
 * @param state the state
 * @param last the revision of the stream's last event, visible or not; null for a new stream
 * @param lastId that event's id; null if it is not visible
 * @param sinceSnapshot how many events a load has to read on top of the latest snapshot
 * @param era when it was read: see {@link StateLoader#purge}
 */
record StreamState<S>(
    S state, @Nullable Revision last, @Nullable UUID lastId, long sinceSnapshot, long era) {

  /** What an append that was decided on this state expects. */
  ExpectedRevision expected() {
    return last == null ? ExpectedRevision.noStream() : ExpectedRevision.exactly(last);
  }

  /** The revision that the stream's last event has after that many more. */
  Revision lastAfter(int events) {
    return new Revision((last == null ? -1 : last.value()) + events);
  }

  /** The state after more events, the last of which has that id. */
  StreamState<S> after(int events, S newState, UUID newLastId) {
    return new StreamState<>(newState, lastAfter(events), newLastId, sinceSnapshot + events, era);
  }

  /** The same, when a snapshot of it is kept. */
  StreamState<S> asSnapshot() {
    return new StreamState<>(state, last, lastId, 0, era);
  }
}
