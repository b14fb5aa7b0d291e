package io.daybook.eventsourcing.subscription;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of an event that a handler fails at: it is tried again after pauses that double, and
 * then it stops the work, or is parked among the {@link DeadLetters}.
 *
 * @param attempts how often it is tried at most, from 1
 * @param firstPause the pause after the first failure
 * @param longestPause what pauses do not exceed
 * @param then what follows the last attempt
 */
public record FailurePolicy(int attempts, Duration firstPause, Duration longestPause, Then then) {

  /** What follows the last attempt. */
  public enum Then {
    /** All work stops before the event, until the cause was corrected. */
    STOP,
    /**
     * The event is parked, and so are later ones of the same key, behind it, until it was replayed
     * or discarded: the events of a key are handled in their order or not at all.
     */
    PARK,
    /** The event alone is parked. Later ones of the same key overtake it. */
    PARK_ALONE
  }

  private static final FailurePolicy STOP =
      new FailurePolicy(1, Duration.ZERO, Duration.ZERO, Then.STOP);
  private static final FailurePolicy PARK =
      new FailurePolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5), Then.PARK);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if attempts is less than 1 or a pause is negative
   */
  public FailurePolicy {
    Objects.requireNonNull(firstPause, "firstPause");
    Objects.requireNonNull(longestPause, "longestPause");
    Objects.requireNonNull(then, "then");
    if (attempts < 1) {
      throw new IllegalArgumentException("an event is tried once or more, not " + attempts);
    }
    if (firstPause.isNegative() || longestPause.isNegative()) {
      throw new IllegalArgumentException("a pause is not negative");
    }
  }

  /** One attempt, and the work stops. */
  public static FailurePolicy stop() {
    return STOP;
  }

  /** Five attempts, with pauses from 100 ms to 5 s; then the event is parked. */
  public static FailurePolicy park() {
    return PARK;
  }

  /** The same with another number of attempts. */
  public FailurePolicy withAttempts(int newAttempts) {
    return new FailurePolicy(newAttempts, firstPause, longestPause, then);
  }

  /** The same with other pauses. */
  public FailurePolicy withPauses(Duration first, Duration longest) {
    return new FailurePolicy(attempts, first, longest, then);
  }

  /** The same with another end. */
  public FailurePolicy then(Then newThen) {
    return new FailurePolicy(attempts, firstPause, longestPause, newThen);
  }

  /** The pause after so many failures, from 1. */
  public Duration pauseAfter(int failures) {
    double nanos = Math.scalb((double) firstPause.toNanos(), Math.min(failures, 60) - 1);
    return Duration.ofNanos((long) Math.min(nanos, (double) longestPause.toNanos()));
  }
}
