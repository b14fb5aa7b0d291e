package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All conditions of one unit of work. An append has one, with one position: so what each of them
 * says of the events up to the latest position is looked up, and the append sees to the rest. To be
 * used by one thread.
 */
final class UnitConditions {
  private final Set<AppendCondition> all = new LinkedHashSet<>();

  void add(AppendCondition condition) {
    all.add(condition);
  }

  /**
   * One condition that holds if all do; null if there is none.
   *
   * @throws AppendConditionException if one is broken already
   */
  @Nullable AppendCondition combined(EventStore store) {
    if (all.size() <= 1) {
      return all.isEmpty() ? null : all.iterator().next();
    }
    Position after = latest(store);
    Query query = null;
    for (AppendCondition condition : all) {
      requireNothingUpTo(after, condition, store);
      query = query == null ? condition.failIfMatches() : union(query, condition.failIfMatches());
    }
    return query == null ? null : AppendCondition.failIfMatches(query, after);
  }

  /** The latest of their positions, but none that is yet to come. */
  private Position latest(EventStore store) {
    Position latest = Position.BEFORE_FIRST;
    for (AppendCondition condition : all) {
      latest = condition.after().compareTo(latest) > 0 ? condition.after() : latest;
    }
    boolean alike = true;
    for (AppendCondition condition : all) {
      alike &= condition.after().equals(latest);
    }
    if (alike) {
      return latest;
    }
    Position head = store.head();
    return latest.compareTo(head) > 0 ? head : latest;
  }

  private static void requireNothingUpTo(
      Position last, AppendCondition condition, EventStore store) {
    if (condition.after().compareTo(last) >= 0) {
      return;
    }
    var request =
        ReadRequest.of(condition.failIfMatches())
            .from(condition.after().next())
            .asOf(last)
            .limit(1);
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        throw new AppendConditionException(condition, event.position());
      }
    }
  }

  private static Query union(Query one, Query other) {
    if (one instanceof Query.AnyOf(var mine) && other instanceof Query.AnyOf(var theirs)) {
      var items = new LinkedHashSet<>(mine);
      items.addAll(theirs);
      return new Query.AnyOf(items.stream().toList());
    }
    return Query.everything();
  }
}
