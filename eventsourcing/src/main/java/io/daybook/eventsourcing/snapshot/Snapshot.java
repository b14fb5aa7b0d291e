package io.daybook.eventsourcing.snapshot;

import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Revision;
import java.util.Objects;
import java.util.UUID;

/**
 * The state after an event of a stream.
 *
 * @param stream the stream
 * @param revision the event's revision
 * @param eventId the event's id: a snapshot counts only as long as the stream still has this very
 *     event there, which a deletion or a restore may have changed
 * @param shape what the state looked like when it was written; see {@link StateCodec#shape}
 * @param state the state, encoded
 */
public record Snapshot(
    String stream, Revision revision, UUID eventId, String shape, Payload state) {
  /** Checks that nothing is null. */
  public Snapshot {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(eventId, "eventId");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(state, "state");
  }
}
