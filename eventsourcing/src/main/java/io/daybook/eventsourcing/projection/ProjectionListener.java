package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;

/**
 * Is told what read models do: for metrics, logs and progress bars. Called on the thread that does
 * the work, which waits meanwhile; so be quick, and throw nothing. Methods may be called by several
 * threads at a time.
 *
 * <p>The names are those of the projections; a partition's has its number after a {@code #}.
 */
public interface ProjectionListener {

  /**
   * Events were handled and, where the read model is durable, committed.
   *
   * @param events how many, from 1
   * @param position everything up to here is handled
   * @param waited how long the last of them had been stored by then
   */
  default void applied(String projection, int events, Position position, Duration waited) {}

  /** Where the catching up is: now and then, and at its end. */
  default void progress(String projection, Progress progress) {}

  /** All that was stored is handled; what comes next is new. */
  default void caughtUp(String projection, Position position) {}

  /** A handler failed at an event, which is tried again after a pause. */
  default void retrying(
      String projection, RecordedEvent event, int failures, Duration pause, Throwable cause) {}

  /** An event was parked among the dead letters. */
  default void parked(String projection, RecordedEvent event, Throwable cause) {}

  /** The database or the store cannot be reached; the work is tried again after a pause. */
  default void interrupted(String projection, Duration pause, Throwable cause) {}

  /** The work stopped, until the cause is corrected. */
  default void failed(String projection, ProjectionException failure) {}

  /** This instance now does that work ({@code true}), or does no longer. */
  default void owned(String projection, boolean owned) {}

  /** Is told, and does nothing. */
  static ProjectionListener none() {
    return new ProjectionListener() {};
  }
}
