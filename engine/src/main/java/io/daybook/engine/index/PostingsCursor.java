package io.daybook.engine.index;

/** The postings of a term from one index up to another, in one direction. */
final class PostingsCursor extends PositionCursor {
  private static final int[] NOTHING = {};

  private final BlockPostings postings;
  private final boolean backwards;
  private final long from;
  private final int first;
  private final int end;

  /** Of the block that is loaded: its values and the index of the first. */
  private int[] values = NOTHING;

  private int base;

  /** The indexes of the loaded block that are left: from low to high, the latter excluded. */
  private int low;

  private int high;

  PostingsCursor(BlockPostings postings, int first, int end, boolean backwards) {
    this.postings = postings;
    this.from = postings.from();
    this.first = first;
    this.end = end;
    this.backwards = backwards;
    this.low = backwards ? end : first;
    this.high = low;
  }

  @Override
  public long next() {
    if (low == high && !loadNext()) {
      return END;
    }
    return from + values[(backwards ? --high : low++) - base];
  }

  @Override
  public int fill(long[] target) {
    int count = 0;
    while (count < target.length && (low < high || loadNext())) {
      int step = Math.min(target.length - count, high - low);
      if (backwards) {
        for (int i = 0; i < step; i++) {
          target[count + i] = from + values[high - 1 - i - base];
        }
        high -= step;
      } else {
        for (int i = 0; i < step; i++) {
          target[count + i] = from + values[low + i - base];
        }
        low += step;
      }
      count += step;
    }
    return count;
  }

  @Override
  public long seek(long position) {
    return backwards ? seekDown(position) : seekUp(position);
  }

  private long seekUp(long position) {
    if (position - from > Integer.MAX_VALUE) {
      low = end;
      high = end;
      return END;
    }
    int relative = (int) Math.max(position - from, 0);
    if (low == high || values[high - 1 - base] < relative) {
      int block = postings.blockOf(relative);
      low = Math.min(Math.max(postings.firstIndex(block), high), end);
      high = low;
      if (!loadNext()) {
        return END;
      }
    }
    low = base + gallopUp(low - base, high - base, relative);
    return next();
  }

  private long seekDown(long position) {
    if (position < from) {
      low = first;
      high = first;
      return END;
    }
    int relative = (int) Math.min(position - from, Integer.MAX_VALUE);
    if (low == high || values[low - base] > relative) {
      int block = postings.blockOf(relative);
      high = Math.max(Math.min(postings.endIndex(block), low), first);
      low = high;
      if (!loadNext()) {
        return END;
      }
    }
    high = base + gallopDown(low - base, high - base, relative);
    return next();
  }

  /** Loads the block that follows in the direction; false if there is none. */
  private boolean loadNext() {
    if (low == (backwards ? first : end)) {
      return false;
    }
    int block = (backwards ? low - 1 : low) >>> postings.blockBits();
    values = postings.block(block);
    base = postings.firstIndex(block);
    if (backwards) {
      low = Math.max(base, first);
    } else {
      high = Math.min(postings.endIndex(block), end);
    }
    return true;
  }

  /** The first of the values from start to stop that is at or above the given one, or stop. */
  private int gallopUp(int start, int stop, int value) {
    int step = 1;
    int near = start;
    while (near + step < stop && values[near + step] < value) {
      near += step;
      step <<= 1;
    }
    return BlockPostings.lowerBound(values, near, Math.min(near + step, stop), value);
  }

  /** The place behind the last of the values from start to stop that is at or below the value. */
  private int gallopDown(int start, int stop, int value) {
    if (value == Integer.MAX_VALUE) {
      return stop;
    }
    int step = 1;
    int near = stop;
    while (near - step >= start && values[near - step] > value) {
      near -= step;
      step <<= 1;
    }
    return BlockPostings.lowerBound(values, Math.max(near - step, start), near, value + 1);
  }
}
