package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.Position;
import java.time.Duration;

/** A read model did not get as far as was asked in time. It goes on; wait longer, or ask later. */
public final class ProjectionTimeoutException extends ProjectionException {
  /** With what was waited for, how long, and how far the read model is. */
  public ProjectionTimeoutException(
      String projection, Position target, Duration timeout, Position reached) {
    super(
        projection,
        "did not reach position " + target + " within " + timeout + "; it is at " + reached,
        null);
  }
}
