package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Position;
import java.time.Instant;
import java.util.UUID;

/**
 * An event that is parked because a handler failed at it, or because it waits behind one of the
 * same key.
 *
 * @param eventId the event
 * @param position its position
 * @param stream its stream
 * @param type its type
 * @param key what it is in order with
 * @param build for which build of a read model it was parked
 * @param attempts how often it was tried; 0 if it waits behind another
 * @param error why it is parked
 * @param parkedAt since when
 */
public record DeadLetter(
    UUID eventId,
    Position position,
    String stream,
    String type,
    String key,
    BuildId build,
    int attempts,
    String error,
    Instant parkedAt) {

  DeadLetter ofBuild(BuildId other) {
    return new DeadLetter(eventId, position, stream, type, key, other, attempts, error, parkedAt);
  }

  /** Whether it was not tried, because one of the same key before it is parked. */
  public boolean waits() {
    return attempts == 0;
  }
}
