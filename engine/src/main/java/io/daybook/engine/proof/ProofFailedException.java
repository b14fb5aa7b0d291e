package io.daybook.engine.proof;

import io.daybook.eventstore.EventStoreException;
import org.jspecify.annotations.Nullable;

/** A proof does not prove what it says, or none can be made. The message says what is wrong. */
public final class ProofFailedException extends EventStoreException {
  private final Reason reason;

  /** What does not match. */
  public enum Reason {
    /** The text is not one that was made here: it was cut, changed, or is something else. */
    MALFORMED,
    /** It was signed with another key than the one that was given. */
    OTHER_KEY,
    /** The signature is not that of what it stands under: one of them was changed. */
    SIGNATURE,
    /** It is about another store, or about events that this store does not have. */
    OTHER_STORE,
    /** The event is not the one that was signed. */
    NOT_INCLUDED,
    /** Events that were signed were changed, removed or put in between. */
    HISTORY_CHANGED
  }

  /** With what does not match, in words, too. */
  public ProofFailedException(Reason reason, String message) {
    this(reason, message, null);
  }

  ProofFailedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  static ProofFailedException malformed(String what) {
    return new ProofFailedException(
        Reason.MALFORMED, "this is not a proof, or it was changed: " + what);
  }

  /** What does not match. */
  public Reason reason() {
    return reason;
  }
}
