package io.daybook.eventsourcing.projection;

import org.jspecify.annotations.Nullable;

/** A read model cannot give what was asked for. */
public abstract sealed class ProjectionException extends RuntimeException
    permits ProjectionFailedException,
        ProjectionTimeoutException,
        ProjectionClosedException,
        InlineProjectionException {
  private final String projection;

  ProjectionException(String projection, String message, @Nullable Throwable cause) {
    super("the projection " + projection + " " + message, cause);
    this.projection = projection;
  }

  /** The projection's name. */
  public String projection() {
    return projection;
  }
}
