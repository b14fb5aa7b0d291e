package io.daybook.eventstore;

/**
 * A place in the whole log. The first event has position 0; every append takes the next ones,
 * without a gap.
 *
 * @param value from 0, or -1 for {@link #BEFORE_FIRST}
 */
public record Position(long value) implements Comparable<Position> {
  /** The place before the first event: the head of an empty store. */
  public static final Position BEFORE_FIRST = new Position(-1);

  /** The first event's place. */
  public static final Position FIRST = new Position(0);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the value is less than -1
   */
  public Position {
    if (value < -1) {
      throw new IllegalArgumentException("a position is -1 or more, not " + value);
    }
  }

  /** The place after this one. */
  public Position next() {
    return new Position(value + 1);
  }

  @Override
  public int compareTo(Position other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
