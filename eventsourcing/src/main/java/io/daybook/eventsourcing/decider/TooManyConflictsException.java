package io.daybook.eventsourcing.decider;

/**
 * Another writer was faster every time that a command was decided. Nothing was written. Send the
 * command again later, allow more attempts ({@link Retry}), or spread what is written over more
 * streams. The cause is the last conflict.
 */
public final class TooManyConflictsException extends RuntimeException {
  private final int attempts;

  /** With what was attempted, how often, and the last conflict. */
  public TooManyConflictsException(String what, int attempts, RuntimeException lastConflict) {
    super(
        what
            + " was given up after "
            + attempts
            + (attempts == 1 ? " attempt" : " attempts")
            + ", since another writer was faster each time; the last time: "
            + lastConflict.getMessage(),
        lastConflict);
    this.attempts = attempts;
  }

  /** How often it was attempted. */
  public int attempts() {
    return attempts;
  }
}
