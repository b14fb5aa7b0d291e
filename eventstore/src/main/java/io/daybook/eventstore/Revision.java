package io.daybook.eventstore;

/**
 * An event's place in its stream. The first event has revision 0.
 *
 * @param value from 0
 */
public record Revision(long value) implements Comparable<Revision> {
  /** The first event's place in its stream. */
  public static final Revision FIRST = new Revision(0);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the value is negative
   */
  public Revision {
    if (value < 0) {
      throw new IllegalArgumentException("a revision is 0 or more, not " + value);
    }
  }

  /** The place after this one. */
  public Revision next() {
    return new Revision(value + 1);
  }

  @Override
  public int compareTo(Revision other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
