package io.daybook.eventsourcing.privacy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store of keys cannot do what was asked. The message says what to do, and never holds a key. */
public final class SubjectKeysException extends RuntimeException {
  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** Data is sealed with a key that the store neither has nor was told to forget. */
    MISSING_KEY,
    /** The master key is another one than the keys are sealed with, or could not be had. */
    MASTER_KEY,
    /** The stored keys are not what was written. */
    DAMAGED,
    /** Another process, or another part of this one, has the store open; or it is closed. */
    NOT_OPEN,
    /** The disk failed. */
    FAILED
  }

  /** With why, and what to do next. */
  public SubjectKeysException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** With why, what to do next and the cause. */
  public SubjectKeysException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
