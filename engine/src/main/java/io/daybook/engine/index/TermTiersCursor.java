package io.daybook.engine.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one stream or tag. Tiers are looked at from the newest to the oldest, and no
 * longer than until one says that the term began there: so that loading a young stream does not
 * touch old files.
 */
final class TermTiersCursor extends PositionCursor {
  private final IndexView view;
  private final Term term;
  private final long from;
  private final long to;
  private final boolean backwards;

  /** The next older tier to look at; -1 if there is none. */
  private int older;

  /** Forwards: what was found in tiers that were not read yet, the oldest last. */
  private final List<PositionCursor> found = new ArrayList<>(2);

  private PositionCursor current = empty();

  TermTiersCursor(IndexView view, Term term, long from, long to, boolean backwards) {
    this.view = view;
    this.term = term;
    this.from = from;
    this.to = to;
    this.backwards = backwards;
    this.older = view.size() - 1;
    if (!backwards) {
      for (PositionCursor cursor = lookOlder(); cursor != null; cursor = lookOlder()) {
        found.add(cursor);
      }
    }
  }

  @Override
  public long next() {
    while (true) {
      long position = current.next();
      if (position != END || !advance()) {
        return position;
      }
    }
  }

  @Override
  public long seek(long position) {
    while (true) {
      long reached = current.seek(position);
      if (reached != END || !advance()) {
        return reached;
      }
    }
  }

  @Override
  public int fill(long[] target) {
    int count = current.fill(target);
    while (count < target.length) {
      long position = next();
      if (position == END) {
        break;
      }
      target[count++] = position;
    }
    return count;
  }

  private boolean advance() {
    PositionCursor cursor;
    if (backwards) {
      cursor = lookOlder();
    } else {
      cursor = found.isEmpty() ? null : found.removeLast();
    }
    if (cursor == null) {
      return false;
    }
    current = cursor;
    return true;
  }

  /** The positions in the next older tier that has some; null if there is none. */
  private @Nullable PositionCursor lookOlder() {
    while (older >= 0) {
      Tier tier = view.tier(older--);
      if (tier.to() < from) {
        older = -1;
        return null;
      }
      Postings postings = tier.from() > to ? null : tier.find(term);
      if (postings != null) {
        if (postings.ordinal() == 0) {
          older = -1;
        }
        boolean whole = tier instanceof IndexFile && tier.to() <= to;
        return postings.cursor(from, whole ? Long.MAX_VALUE : to, backwards);
      }
    }
    return null;
  }
}
