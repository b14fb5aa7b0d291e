package io.daybook.engine.index;

import java.util.List;

/** The positions of any of some cursors, by a binary heap of what each has next. */
final class UnionCursor extends PositionCursor {
  private final boolean backwards;

  /** A heap: the cursor with the next position is at 0, those of entry i are 2i+1 and 2i+2. */
  private final PositionCursor[] cursors;

  /** What each of the cursors has next. */
  private final long[] heads;

  private int size;

  UnionCursor(List<PositionCursor> all, boolean backwards) {
    this.backwards = backwards;
    this.cursors = new PositionCursor[all.size()];
    this.heads = new long[all.size()];
    for (PositionCursor cursor : all) {
      long head = cursor.next();
      if (head != END) {
        cursors[size] = cursor;
        heads[size++] = head;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  @Override
  public long next() {
    if (size == 0) {
      return END;
    }
    long result = heads[0];
    while (size > 0 && heads[0] == result) {
      replaceTop(cursors[0].next());
    }
    return result;
  }

  @Override
  public long seek(long position) {
    while (size > 0 && before(heads[0], position)) {
      replaceTop(cursors[0].seek(position));
    }
    return next();
  }

  private void replaceTop(long head) {
    if (head == END) {
      size--;
      cursors[0] = cursors[size];
      heads[0] = heads[size];
    } else {
      heads[0] = head;
    }
    sink(0);
  }

  private void sink(int start) {
    int i = start;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && before(heads[child + 1], heads[child])) {
        child++;
      }
      if (!before(heads[child], heads[i])) {
        return;
      }
      long head = heads[i];
      heads[i] = heads[child];
      heads[child] = head;
      PositionCursor cursor = cursors[i];
      cursors[i] = cursors[child];
      cursors[child] = cursor;
      i = child;
    }
  }

  private boolean before(long a, long b) {
    return backwards ? a > b : a < b;
  }
}
