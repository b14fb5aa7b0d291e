package io.daybook.engine.index;

import java.util.List;

/**
 * The positions that all of some cursors have. Each cursor in turn is asked for the first position
 * that is not before the candidate of the others, so the one with the fewest positions sets the
 * pace (a leapfrog join).
 */
final class IntersectionCursor extends PositionCursor {
  private final boolean backwards;
  private final PositionCursor lead;
  private final PositionCursor[] others;

  /** Where each of the others stands; meaningless before it was moved. */
  private final long[] heads;

  private boolean started;

  IntersectionCursor(List<PositionCursor> cursors, boolean backwards) {
    this.backwards = backwards;
    this.lead = cursors.getFirst();
    this.others = cursors.subList(1, cursors.size()).toArray(new PositionCursor[0]);
    this.heads = new long[others.length];
  }

  @Override
  public long next() {
    return settle(lead.next());
  }

  @Override
  public long seek(long position) {
    return settle(lead.seek(position));
  }

  private long settle(long first) {
    long candidate = first;
    if (!started && candidate != END) {
      started = true;
      for (int i = 0; i < others.length; i++) {
        heads[i] = others[i].seek(candidate);
      }
    }
    int agreeing = 0;
    while (candidate != END && agreeing < others.length) {
      long head = heads[agreeing];
      if (head != END && before(head, candidate)) {
        head = others[agreeing].seek(candidate);
        heads[agreeing] = head;
      }
      if (head == END) {
        return END;
      }
      if (head == candidate) {
        agreeing++;
      } else {
        candidate = lead.seek(head);
        agreeing = 0;
      }
    }
    return candidate;
  }

  private boolean before(long a, long b) {
    return backwards ? a > b : a < b;
  }
}
