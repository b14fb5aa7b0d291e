package io.daybook.engine.index;

import java.util.List;

/**
 * Which index files are merged next. Four adjacent ones at a time, none of them larger than the
 * three others together: so an event is rewritten a few times only, and the number of files grows
 * with the logarithm of the number of events, until files have a size at which they stay.
 */
public final class MergePolicy {
  static final int FAN_OUT = 4;
  static final long MAX_EVENTS = MemoryIndex.MAX_POSITIONS;
  static final long MAX_TERMS = 1 << 23;

  private MergePolicy() {}

  /** The size of a file. */
  record Size(long positions, long terms) {}

  /** The files to be merged next, oldest first; none if that is not worth it. */
  public static List<IndexFile> next(List<IndexFile> files) {
    List<Size> sizes =
        files.stream().map(file -> new Size(file.to() - file.from() + 1, file.terms())).toList();
    int first = firstOf(sizes);
    return first < 0 ? List.of() : List.copyOf(files.subList(first, first + FAN_OUT));
  }

  /** The index of the first of the files to be merged, which are the smallest that may; or -1. */
  static int firstOf(List<Size> sizes) {
    int best = -1;
    long bestPositions = Long.MAX_VALUE;
    for (int i = 0; i + FAN_OUT <= sizes.size(); i++) {
      long positions = 0;
      long terms = 0;
      long largest = 0;
      for (Size size : sizes.subList(i, i + FAN_OUT)) {
        positions += size.positions;
        terms += size.terms;
        largest = Math.max(largest, size.positions);
      }
      boolean even = 2 * largest <= positions;
      if (even && positions <= MAX_EVENTS && terms <= MAX_TERMS && positions < bestPositions) {
        best = i;
        bestPositions = positions;
      }
    }
    return best;
  }
}
