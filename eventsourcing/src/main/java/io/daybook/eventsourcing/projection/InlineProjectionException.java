package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.AppendResult;

/**
 * An append succeeded, and a read model that was to be brought up to it failed: the events are
 * stored, do not append them again. Correct the cause; the read model goes on with the next append.
 */
public final class InlineProjectionException extends ProjectionException {
  private final transient AppendResult result;

  /** With what was stored. */
  public InlineProjectionException(String projection, AppendResult result, Throwable cause) {
    super(
        projection,
        "could not be brought up to positions "
            + result.firstPosition()
            + " to "
            + result.lastPosition()
            + ", which are stored: "
            + cause.getMessage(),
        cause);
    this.result = result;
  }

  /** What was stored. */
  public AppendResult result() {
    return result;
  }
}
