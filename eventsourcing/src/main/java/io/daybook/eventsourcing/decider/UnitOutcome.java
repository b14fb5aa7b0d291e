package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.Revision;
import java.util.Map;
import java.util.Objects;

/**
 * What a unit of work led to.
 *
 * @param lastRevisions for every stream that was written, the revision of its last event
 * @param position the position of the last event that was appended: a read model that has come so
 *     far shows the outcome; {@link Position#BEFORE_FIRST} if nothing was appended
 * @param eventCount how many events were appended
 * @param repeated whether the unit had been done before: this is its first outcome, told again; of
 *     two threads that do the same unit at the very same moment, neither can say that it was second
 */
public record UnitOutcome(
    Map<String, Revision> lastRevisions, Position position, int eventCount, boolean repeated) {
  /** Copies the map. */
  public UnitOutcome {
    lastRevisions = Map.copyOf(lastRevisions);
    Objects.requireNonNull(position, "position");
  }
}
