package io.daybook.eventstore;

import java.util.UUID;

/**
 * An append holds the id of an event that is stored already, but is not a retry of the append that
 * stored it: its streams, ids or their order differ. Nothing was written. Give new events new ids,
 * and send a retry unchanged.
 */
public final class IdempotencyConflictException extends EventStoreException {
  private final UUID eventId;
  private final Position storedAt;

  /** With the id and where it is stored. */
  public IdempotencyConflictException(UUID eventId, Position storedAt) {
    super(
        "the event id "
            + eventId
            + " is stored at position "
            + storedAt
            + " already, by an append that differs from this one; give new events new ids, and send"
            + " a retry unchanged");
    this.eventId = eventId;
    this.storedAt = storedAt;
  }

  /** The id. */
  public UUID eventId() {
    return eventId;
  }

  /** Where it is stored. */
  public Position storedAt() {
    return storedAt;
  }
}
