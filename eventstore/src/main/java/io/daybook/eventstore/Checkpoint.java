package io.daybook.eventstore;

import java.util.Objects;
import java.util.UUID;

/**
 * How far a subscriber has come, in one particular store.
 *
 * <p>The store's id and epoch make sure that a checkpoint is refused by another store, and by the
 * same store after it was restored to an earlier point in time, instead of silently skipping
 * events.
 *
 * @param storeId which store
 * @param epoch which life of the store, from 0; a point-in-time restore begins a new one
 * @param position everything up to here is handled; {@link Position#BEFORE_FIRST} if nothing is
 */
public record Checkpoint(UUID storeId, long epoch, Position position) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the epoch is negative
   */
  public Checkpoint {
    Objects.requireNonNull(storeId, "storeId");
    Objects.requireNonNull(position, "position");
    if (epoch < 0) {
      throw new IllegalArgumentException("an epoch is 0 or more, not " + epoch);
    }
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is not a checkpoint
   */
  public static Checkpoint parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "a checkpoint reads STORE-ID/EPOCH/POSITION, not: " + text);
    }
    try {
      return new Checkpoint(
          UUID.fromString(parts[0]),
          Long.parseLong(parts[1]),
          new Position(Long.parseLong(parts[2])));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a checkpoint reads STORE-ID/EPOCH/POSITION, not: " + text, e);
    }
  }

  /** The checkpoint as one line of text, which {@link #parse} reads. */
  @Override
  public String toString() {
    return storeId + "/" + epoch + "/" + position;
  }
}
