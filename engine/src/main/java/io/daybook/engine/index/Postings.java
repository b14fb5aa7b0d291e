package io.daybook.engine.index;

/**
 * The positions of one term in one tier, as they were when it was looked up. Used by one thread.
 *
 * <p>Those of a file need the file's lease while they are used, and throw {@link
 * io.daybook.eventstore.StoreDamagedException} where a check fails.
 */
public interface Postings {
  /** The {@link #ordinal} where a tier does not know it. */
  long UNKNOWN = -1;

  /** How many positions; at least one. */
  int count();

  /**
   * How many positions the term has in all tiers before; of a stream, the revision of its first
   * event in this tier; of a tag no fewer than it has, since a scavenge takes some away, and 0 only
   * if it has none. {@link #UNKNOWN} in memory, but for streams.
   */
  long ordinal();

  /** The position of that index, from 0. */
  long positionAt(int index);

  /** The index of the first position at or above the given one; {@link #count} if there is none. */
  int indexOf(long position);

  /** The positions in that range, in that direction. */
  PositionCursor cursor(long fromInclusive, long toInclusive, boolean backwards);

  /** All positions, in that direction. */
  default PositionCursor cursor(boolean backwards) {
    return cursor(0, Long.MAX_VALUE, backwards);
  }
}
