package io.daybook.eventsourcing.decider;

import java.util.Objects;

/**
 * The rules of the domain do not allow a command. Nothing was written; the same command may be
 * allowed later.
 *
 * <p>The reason is a stable name that programs and tests may compare ({@code insufficient funds});
 * the message is for people and may say more. A domain may have subclasses, sealed if it likes.
 */
public class Rejected extends RuntimeException {
  private final String reason;

  /** For a reason that says all. */
  public Rejected(String reason) {
    this(reason, reason);
  }

  /** For a reason, explained by a message. */
  public Rejected(String reason, String message) {
    super(message);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** The reason's stable name. */
  public final String reason() {
    return reason;
  }
}
