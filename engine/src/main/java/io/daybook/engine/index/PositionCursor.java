package io.daybook.engine.index;

import java.util.List;

/**
 * Positions one after another, each once: ascending if it reads forwards, descending if backwards.
 * Used by one thread.
 */
public abstract class PositionCursor {
  /** There are no more positions. */
  public static final long END = -1;

  PositionCursor() {}

  /** The next position, or {@link #END}. */
  public abstract long next();

  /**
   * The next position that is not before the given one: forwards the first at or above it,
   * backwards the first at or below it. What lies between is skipped without being read; what was
   * passed does not come back, so that seeking where the cursor stands is the same as {@link
   * #next}.
   *
   * @return the position, or {@link #END}
   */
  public abstract long seek(long position);

  /**
   * Fills the target with the next positions.
   *
   * @return how many; less than the target holds, if these were the last
   */
  public int fill(long[] target) {
    int count = 0;
    while (count < target.length) {
      long position = next();
      if (position == END) {
        break;
      }
      target[count++] = position;
    }
    return count;
  }

  /** No positions. */
  public static PositionCursor empty() {
    return new Empty();
  }

  /** All positions from the first to the last, both included. */
  public static PositionCursor range(long fromInclusive, long toInclusive, boolean backwards) {
    return fromInclusive > toInclusive ? empty() : new Range(fromInclusive, toInclusive, backwards);
  }

  /** The positions of any of the cursors, which all read in that direction. */
  public static PositionCursor union(List<PositionCursor> cursors, boolean backwards) {
    return switch (cursors.size()) {
      case 0 -> empty();
      case 1 -> cursors.getFirst();
      default -> new UnionCursor(cursors, backwards);
    };
  }

  /**
   * The positions that all of the cursors have, which all read in that direction; the first should
   * be the one with the fewest.
   */
  public static PositionCursor intersection(List<PositionCursor> cursors, boolean backwards) {
    return switch (cursors.size()) {
      case 0 -> empty();
      case 1 -> cursors.getFirst();
      default -> new IntersectionCursor(cursors, backwards);
    };
  }

  private static final class Empty extends PositionCursor {
    @Override
    public long next() {
      return END;
    }

    @Override
    public long seek(long position) {
      return END;
    }
  }

  private static final class Range extends PositionCursor {
    private final boolean backwards;
    private long first;
    private long last;

    Range(long first, long last, boolean backwards) {
      this.first = first;
      this.last = last;
      this.backwards = backwards;
    }

    @Override
    public long next() {
      if (first > last) {
        return END;
      }
      return backwards ? last-- : first++;
    }

    @Override
    public int fill(long[] target) {
      int count = Math.clamp(last - first + 1, 0, target.length);
      for (int i = 0; i < count; i++) {
        target[i] = backwards ? last-- : first++;
      }
      return count;
    }

    @Override
    public long seek(long position) {
      if (backwards) {
        last = Math.min(last, position);
      } else {
        first = Math.max(first, position);
      }
      return next();
    }
  }
}
