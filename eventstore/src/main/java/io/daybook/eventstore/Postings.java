package io.daybook.eventstore;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Ascending positions, each with its ordinal: what an inverted index holds of one term.
 *
 * <p>Written by one thread at a time, read by any without a lock: the array is only ever written
 * beyond {@code size}, and the size is published after it.
 */
final class Postings {
  private volatile long[] positions = new long[4];
  private volatile int size;

  /** Adds a position that is higher than all before. */
  void add(long position) {
    int count = size;
    long[] array = positions;
    if (count == array.length) {
      array = Arrays.copyOf(array, count * 2);
      positions = array;
    }
    array[count] = position;
    size = count + 1;
  }

  int size() {
    return size;
  }

  /** The position with that ordinal, from 0; it must be less than a size that was read before. */
  long get(int ordinal) {
    return positions[ordinal];
  }

  /** How many positions are this one or lower. */
  int countUpTo(long position) {
    int count = size;
    long[] array = positions;
    return (int) firstWhere(0, count, ordinal -> array[(int) ordinal] > position);
  }

  /** The lowest number in a range where what is false at first becomes true; else the end. */
  static long firstWhere(long from, long toExclusive, LongPredicate test) {
    long low = from;
    long high = toExclusive;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (test.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
