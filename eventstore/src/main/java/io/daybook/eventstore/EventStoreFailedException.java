package io.daybook.eventstore;

import org.jspecify.annotations.Nullable;

/**
 * A store cannot do what was asked, for a reason outside of the request: the disk is full, a device
 * or connection failed, stored bytes are damaged. The message says what happened, where, and what
 * to do.
 */
public class EventStoreFailedException extends EventStoreException {
  private final boolean outcomeUnknown;

  /** With what happened and what to do next. */
  public EventStoreFailedException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /** With what happened, and whether an append that was under way may or may not be stored. */
  public EventStoreFailedException(
      String message, @Nullable Throwable cause, boolean outcomeUnknown) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /**
   * Whether an append may or may not be stored. Open the store again and retry with the same event
   * ids: a retry of what was stored returns the first result.
   */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
