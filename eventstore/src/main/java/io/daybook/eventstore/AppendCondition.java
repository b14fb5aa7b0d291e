package io.daybook.eventstore;

import java.util.Objects;

/**
 * A condition on the whole store, checked at the append's own place in the log: the append fails if
 * an event that matches stands after a position.
 *
 * @param failIfMatches which events make the append fail
 * @param after only events after this position count; {@link Position#BEFORE_FIRST} means all
 */
public record AppendCondition(Query failIfMatches, Position after) {
  /** Checks that nothing is null. */
  public AppendCondition {
    Objects.requireNonNull(failIfMatches, "failIfMatches");
    Objects.requireNonNull(after, "after");
  }

  /** The append fails if any event matches, wherever it stands. */
  public static AppendCondition failIfMatches(Query query) {
    return new AppendCondition(query, Position.BEFORE_FIRST);
  }

  /** The append fails if an event after that position matches. */
  public static AppendCondition failIfMatches(Query query, Position after) {
    return new AppendCondition(query, after);
  }
}
