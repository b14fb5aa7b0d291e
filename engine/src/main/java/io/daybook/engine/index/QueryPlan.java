package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query as terms, hashed once for all tiers. Immutable. */
record QueryPlan(List<Item> items) {

  /**
   * An alternative.
   *
   * @param any of each of these groups an event must have at least one term
   */
  record Item(List<List<Term>> any) {}

  static QueryPlan of(Query.AnyOf query) {
    List<Item> items = new ArrayList<>();
    for (Query.Item item : query.items()) {
      List<List<Term>> any = new ArrayList<>();
      for (String tag : item.tags()) {
        any.add(List.of(new Term(Kind.TAG, tag)));
      }
      addGroup(any, Kind.STREAM, item.streams());
      addGroup(any, Kind.TYPE, item.types());
      addGroup(any, Kind.CATEGORY, item.categories());
      items.add(new Item(any));
    }
    return new QueryPlan(items);
  }

  private static void addGroup(List<List<Term>> groups, Kind kind, Collection<String> names) {
    if (!names.isEmpty()) {
      groups.add(names.stream().map(name -> new Term(kind, name)).toList());
    }
  }

  /** The only stream or tag that is asked for, of which most tiers have none; null otherwise. */
  @Nullable Term rareTerm() {
    if (items.size() != 1 || items.getFirst().any().size() != 1) {
      return null;
    }
    List<Term> group = items.getFirst().any().getFirst();
    Term term = group.getFirst();
    boolean rare = term.kind() == Kind.STREAM || term.kind() == Kind.TAG;
    return rare && group.size() == 1 ? term : null;
  }

  /** The positions that match in one tier. */
  PositionCursor evaluate(Tier tier, long from, long to, boolean backwards) {
    List<PositionCursor> alternatives = new ArrayList<>(items.size());
    for (Item item : items) {
      PositionCursor cursor = evaluate(item, tier, from, to, backwards);
      if (cursor != null) {
        alternatives.add(cursor);
      }
    }
    return PositionCursor.union(alternatives, backwards);
  }

  /** The positions that match an item; null if a look at its terms tells that there are none. */
  private static @Nullable PositionCursor evaluate(
      Item item, Tier tier, long from, long to, boolean backwards) {
    List<Group> groups = new ArrayList<>(item.any().size());
    for (List<Term> terms : item.any()) {
      Group group = Group.of(tier, terms);
      if (group.postings().isEmpty()) {
        return null;
      }
      groups.add(group);
    }
    groups.sort(Comparator.comparingLong(Group::count));
    List<PositionCursor> cursors = new ArrayList<>(groups.size());
    for (Group group : groups) {
      cursors.add(group.cursor(from, to, backwards));
    }
    return PositionCursor.intersection(cursors, backwards);
  }

  /** What a tier has of a group of terms. */
  private record Group(List<Postings> postings, long count) {
    static Group of(Tier tier, List<Term> terms) {
      List<Postings> found = new ArrayList<>(terms.size());
      long count = 0;
      for (Term term : terms) {
        Postings postings = tier.find(term);
        if (postings != null) {
          found.add(postings);
          count += postings.count();
        }
      }
      return new Group(found, count);
    }

    PositionCursor cursor(long from, long to, boolean backwards) {
      List<PositionCursor> cursors = new ArrayList<>(postings.size());
      for (Postings each : postings) {
        cursors.add(each.cursor(from, to, backwards));
      }
      return PositionCursor.union(cursors, backwards);
    }
  }
}
