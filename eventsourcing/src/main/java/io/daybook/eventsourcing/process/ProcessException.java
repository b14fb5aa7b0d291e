package io.daybook.eventsourcing.process;

import org.jspecify.annotations.Nullable;

/** A process, or the timers, cannot go on, or did not come as far as somebody waited for. */
public final class ProcessException extends RuntimeException {
  /** With what happened, and where. */
  public ProcessException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
