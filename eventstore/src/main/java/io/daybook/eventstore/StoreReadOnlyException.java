package io.daybook.eventstore;

import org.jspecify.annotations.Nullable;

/**
 * A store takes no appends now, and nothing of this one is stored: because its disk is nearly full,
 * or because it was opened to be read only. It can be read as before. The message says why, and
 * what to do.
 */
public final class StoreReadOnlyException extends EventStoreFailedException {
  /** With why, and what to do next. */
  public StoreReadOnlyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
