package io.daybook.engine.index;

/**
 * Postings as blocks of ascending numbers that are counted from the tier's first position. In
 * memory all are one block; in a file a block holds 128, so that of a long list only what is needed
 * is read.
 */
abstract sealed class BlockPostings implements Postings
    permits MemoryPostings.Snapshot, FilePostings {
  /** For postings of a single block of any size. */
  static final int ONE_BLOCK = 31;

  private final long from;
  private final int count;
  private final long ordinal;
  private final int blockBits;

  /**
   * Postings of a tier.
   *
   * @param from the tier's first position
   * @param blockBits the logarithm of the size of a block, or {@link #ONE_BLOCK}
   */
  BlockPostings(long from, int count, long ordinal, int blockBits) {
    this.from = from;
    this.count = count;
    this.ordinal = ordinal;
    this.blockBits = blockBits;
  }

  /** The numbers of a block; there may be more in the array than belong to it. */
  abstract int[] block(int block);

  /** The last block that begins at or below that number, or the first block. */
  abstract int blockOf(int relative);

  long from() {
    return from;
  }

  int blockBits() {
    return blockBits;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long ordinal() {
    return ordinal;
  }

  @Override
  public long positionAt(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("posting " + index + " of " + count);
    }
    int block = index >>> blockBits;
    return from + block(block)[index - firstIndex(block)];
  }

  @Override
  public int indexOf(long position) {
    if (position <= from) {
      return 0;
    }
    if (position - from > Integer.MAX_VALUE) {
      return count;
    }
    int relative = (int) (position - from);
    int block = blockOf(relative);
    int[] values = block(block);
    int first = firstIndex(block);
    return first + lowerBound(values, 0, endIndex(block) - first, relative);
  }

  @Override
  public PositionCursor cursor(long fromInclusive, long toInclusive, boolean backwards) {
    int first = indexOf(fromInclusive);
    int end = toInclusive - from >= Integer.MAX_VALUE ? count : indexOf(toInclusive + 1);
    return first >= end ? PositionCursor.empty() : new PostingsCursor(this, first, end, backwards);
  }

  /** The index of the first posting of a block. */
  int firstIndex(int block) {
    return block << blockBits;
  }

  /** The index behind the last posting of a block. */
  int endIndex(int block) {
    return blockBits == ONE_BLOCK ? count : Math.min(count, (block + 1) << blockBits);
  }

  /** The index of the first value at or above the given one, or {@code end}. */
  static int lowerBound(int[] values, int start, int end, int value) {
    int low = start;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
