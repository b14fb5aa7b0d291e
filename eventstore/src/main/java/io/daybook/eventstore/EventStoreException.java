package io.daybook.eventstore;

import org.jspecify.annotations.Nullable;

/**
 * The root of what a store throws, besides {@link IllegalArgumentException} for requests that can
 * never be right.
 */
public abstract class EventStoreException extends RuntimeException {
  /** With what happened and what to do next. */
  protected EventStoreException(String message) {
    super(message);
  }

  /** With what happened, what to do next and the cause. */
  protected EventStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
