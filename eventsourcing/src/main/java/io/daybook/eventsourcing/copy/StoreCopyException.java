package io.daybook.eventsourcing.copy;

import org.jspecify.annotations.Nullable;

/**
 * A copy cannot go on; the message says at which event and what to do. What was copied before is
 * whole, and a copy that is run again goes on after it.
 */
public final class StoreCopyException extends RuntimeException {
  /** With what went wrong, and why if that is known. */
  public StoreCopyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
