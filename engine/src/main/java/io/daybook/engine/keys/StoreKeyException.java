package io.daybook.engine.keys;

import io.daybook.eventstore.EventStoreFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A store and the key that was given for it do not go together. Nothing is damaged. The message
 * says what to do, and never holds a key.
 */
public final class StoreKeyException extends EventStoreFailedException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why a store cannot be opened. */
  public enum Reason {
    /** The store is encrypted, and no key was given. */
    NO_KEY,
    /** The store is encrypted with another key. */
    WRONG_KEY,
    /** A key was given, and the store is not encrypted. */
    NOT_ENCRYPTED,
    /** The key could not be had from where it was to come, or is none. */
    UNAVAILABLE
  }

  /** With why, and what to do next. */
  public StoreKeyException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** With why, what to do next and the cause. */
  public StoreKeyException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
