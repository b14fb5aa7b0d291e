package io.daybook.eventstore;

/** An event that matches an append's condition stands after the condition's position. */
public final class AppendConditionException extends ConflictException {
  private final AppendCondition condition;
  private final Position matching;

  /** With the condition and the position of an event that breaks it. */
  public AppendConditionException(AppendCondition condition, Position matching) {
    super(
        "the event at position "
            + matching
            + " matches the append condition "
            + condition.failIfMatches()
            + " after "
            + condition.after());
    this.condition = condition;
    this.matching = matching;
  }

  /** The condition. */
  public AppendCondition condition() {
    return condition;
  }

  /** The position of an event that breaks it. */
  public Position matchingPosition() {
    return matching;
  }
}
