package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.RecordedEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handler failed, an event could not be decoded, or the store failed. The view stays as it was
 * before. Correct the cause, which is attached, and rebuild.
 */
public final class ProjectionFailedException extends ProjectionException {
  private final @Nullable RecordedEvent event;

  /** With the event that could not be handled. */
  public ProjectionFailedException(String projection, RecordedEvent event, Throwable cause) {
    super(
        projection,
        "failed at position "
            + event.position()
            + " ("
            + event.type()
            + " in "
            + event.stream()
            + ", revision "
            + event.revision()
            + "): "
            + cause,
        cause);
    this.event = event;
  }

  /** With what failed besides the events, or the failure again, for a thread that waited. */
  public ProjectionFailedException(String projection, Throwable cause) {
    super(
        projection,
        cause instanceof ProjectionFailedException ? "has failed" : "failed: " + cause,
        cause);
    this.event = cause instanceof ProjectionFailedException f ? f.event : null;
  }

  /** The event that could not be handled, if it was an event. */
  public Optional<RecordedEvent> event() {
    return Optional.ofNullable(event);
  }
}
