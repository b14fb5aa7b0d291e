package io.daybook.engine.index;

import io.daybook.engine.io.Faults;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one stream or tag. Tiers are looked at from the newest to the oldest, and no
 * longer than until one says that the term began there: so that loading a young stream does not
 * touch old files.
 */
final class TermTiersCursor extends PositionCursor {
  private static final System.Logger LOG = System.getLogger(TermTiersCursor.class.getName());

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

  /** What was read, kept so that the reading is not left out as useless. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  /** By file, once one was asked. */
  private @Nullable TermSearch @Nullable [] searches;

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

  /** Forwards, as a rule, all files have to be asked: then they are waited for together. */
  private @Nullable Postings find(int tier) {
    if (backwards || tier >= view.files().size()) {
      return view.tier(tier).find(term);
    }
    if (searches == null) {
      searches = searchFrom(tier);
    }
    TermSearch search = searches[tier];
    return search == null ? view.tier(tier).find(term) : search.postings();
  }

  /** Begins to search in a file and all older ones, as far as they are in the range. */
  private @Nullable TermSearch[] searchFrom(int newest) {
    @Nullable TermSearch[] all = new @Nullable TermSearch[newest + 1];
    try {
      for (int i = newest; i >= 0 && view.files().get(i).to() >= from; i--) {
        if (view.files().get(i).from() <= to) {
          all[i] = new TermSearch(view.files().get(i), term);
        }
      }
      touch(all, TermSearch::touchTable);
      touch(all, TermSearch::touchEntry);
      Faults.await();
    } catch (StoreDamagedException _) {
      // perhaps that file is not needed; if it is, it will be found out once more
    } catch (InternalError e) {
      LOG.log(Level.DEBUG, "a place cannot be read", Faults.unreadable("the index", 0, e));
    }
    return all;
  }

  private void touch(@Nullable TermSearch[] all, ToIntFunction<TermSearch> step) {
    for (TermSearch search : all) {
      if (search != null) {
        touched += step.applyAsInt(search);
      }
    }
  }

  /** The positions in the next older tier that has some; null if there is none. */
  private @Nullable PositionCursor lookOlder() {
    while (older >= 0) {
      int index = older--;
      Tier tier = view.tier(index);
      if (tier.to() < from) {
        older = -1;
        return null;
      }
      Postings postings = tier.from() > to ? null : find(index);
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
