package io.daybook.engine.index;

import org.jspecify.annotations.Nullable;

/** What matches a query, tier by tier in the direction of the read. */
final class TieredCursor extends PositionCursor {
  private final IndexView view;
  private final QueryPlan plan;
  private final long from;
  private final long to;
  private final boolean backwards;

  /** The tier to open next. */
  private int upcoming;

  private @Nullable PositionCursor current;

  TieredCursor(IndexView view, QueryPlan plan, long from, long to, boolean backwards) {
    this.view = view;
    this.plan = plan;
    this.from = from;
    this.to = to;
    this.backwards = backwards;
    this.upcoming = backwards ? view.size() - 1 : 0;
  }

  @Override
  public long next() {
    while (true) {
      PositionCursor cursor = current;
      if (cursor == null) {
        cursor = open(backwards ? to : from);
        if (cursor == null) {
          return END;
        }
      }
      long position = cursor.next();
      if (position != END) {
        return position;
      }
      current = null;
    }
  }

  @Override
  public int fill(long[] target) {
    PositionCursor cursor = current;
    if (cursor != null) {
      int count = cursor.fill(target);
      if (count == target.length) {
        return count;
      }
      current = null;
      return count + fillFrom(target, count);
    }
    return fillFrom(target, 0);
  }

  private int fillFrom(long[] target, int start) {
    int at = start;
    while (at < target.length) {
      long position = next();
      if (position == END) {
        break;
      }
      target[at++] = position;
    }
    return at - start;
  }

  @Override
  public long seek(long position) {
    while (true) {
      PositionCursor cursor = current;
      if (cursor == null) {
        cursor = open(backwards ? Math.min(position, to) : Math.max(position, from));
        if (cursor == null) {
          return END;
        }
      }
      long found = cursor.seek(position);
      if (found != END) {
        return found;
      }
      current = null;
    }
  }

  /** Opens the next tier that reaches the position; null if there is none. */
  private @Nullable PositionCursor open(long position) {
    while (upcoming >= 0 && upcoming < view.size()) {
      Tier tier = view.tier(upcoming);
      upcoming += backwards ? -1 : 1;
      if (backwards ? tier.to() < from : tier.from() > to) {
        return null;
      }
      if (backwards ? tier.from() <= position : tier.to() >= position) {
        PositionCursor opened = plan.evaluate(tier, from, upperBound(tier), backwards);
        current = opened;
        return opened;
      }
    }
    return null;
  }

  /** The upper bound in a tier; none in a file that the range covers, which saves a look. */
  private long upperBound(Tier tier) {
    return tier instanceof IndexFile && tier.to() <= to ? Long.MAX_VALUE : to;
  }
}
