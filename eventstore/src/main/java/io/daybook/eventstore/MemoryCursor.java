package io.daybook.eventstore;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the events of a view that match a query, in one direction.
 *
 * <p>Of each item of the query it takes the dimension with the fewest positions, merges the
 * positions of all items, and looks at the events there: so the work depends on the rarest term,
 * not on the size of the store. Belongs to one thread.
 */
final class MemoryCursor {
  private final MemoryView view;
  private final Query query;
  private final boolean systemEvents;
  private final boolean backwards;
  private final long low;
  private final long high;

  /** What is merged, the nearest position first; null if all positions are gone through. */
  private final @Nullable PriorityQueue<Walk> walks;

  private long nextOfAll;
  private long lastOffered = -1;

  /** A way through one term's positions. */
  private static final class Walk {
    private final Postings postings;
    private int ordinal;
    private long position;

    private Walk(Postings postings) {
      this.postings = postings;
    }
  }

  /** Goes through positions from {@code low} to {@code high}, both included. */
  MemoryCursor(
      MemoryView view, Query query, boolean systemEvents, boolean backwards, long low, long high) {
    this.view = view;
    this.query = query;
    this.systemEvents = systemEvents;
    this.backwards = backwards;
    this.low = Math.max(0, low);
    this.high = Math.min(high, view.head());
    this.nextOfAll = backwards ? this.high : this.low;
    this.walks =
        switch (query) {
          case Query.Everything _ -> null;
          case Query.AnyOf(List<Query.Item> items) -> start(items);
        };
  }

  /** The next event, or null if there is none. */
  @Nullable RecordedEvent next() {
    for (long position = nextCandidate(); position >= 0; position = nextCandidate()) {
      RecordedEvent event = view.log().get(position);
      if (query.matches(event) && view.shows(event, systemEvents)) {
        return event;
      }
    }
    return null;
  }

  private long nextCandidate() {
    if (walks == null) {
      long position = nextOfAll;
      nextOfAll += backwards ? -1 : 1;
      return position >= low && position <= high ? position : -1;
    }
    for (Walk walk = walks.poll(); walk != null; walk = walks.poll()) {
      long position = walk.position;
      walk.ordinal += backwards ? -1 : 1;
      enter(walks, walk);
      if (position != lastOffered) {
        lastOffered = position;
        return position;
      }
    }
    return -1;
  }

  private PriorityQueue<Walk> start(List<Query.Item> items) {
    Comparator<Walk> ascending = Comparator.comparingLong(walk -> walk.position);
    var queue = new PriorityQueue<Walk>(backwards ? ascending.reversed() : ascending);
    Set<Postings> all = Collections.newSetFromMap(new IdentityHashMap<>());
    items.forEach(item -> all.addAll(rarest(item)));
    for (Postings postings : all) {
      var walk = new Walk(postings);
      walk.ordinal = backwards ? postings.countUpTo(high) - 1 : postings.countUpTo(low - 1);
      enter(queue, walk);
    }
    return queue;
  }

  /** Takes the walk in again, unless it is at its end. */
  private void enter(PriorityQueue<Walk> queue, Walk walk) {
    if (walk.ordinal >= 0 && walk.ordinal < walk.postings.size()) {
      walk.position = walk.postings.get(walk.ordinal);
      if (walk.position >= low && walk.position <= high) {
        queue.add(walk);
      }
    }
  }

  private List<Postings> rarest(Query.Item item) {
    var choices = new ArrayList<List<Postings>>();
    addChoice(choices, Dimension.STREAM, item.streams());
    addChoice(choices, Dimension.CATEGORY, item.categories());
    addChoice(choices, Dimension.TYPE, item.types());
    item.tags().forEach(tag -> addChoice(choices, Dimension.TAG, List.of(tag)));
    return Collections.min(
        choices,
        Comparator.comparingLong(choice -> choice.stream().mapToLong(Postings::size).sum()));
  }

  private void addChoice(
      List<List<Postings>> choices, Dimension dimension, Collection<String> names) {
    if (!names.isEmpty()) {
      choices.add(names.stream().map(name -> view.log().postings(dimension, name)).toList());
    }
  }
}
