package io.daybook.eventsourcing.decider;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often, and after which pause, a command is decided again when another writer was faster. The
 * first repetition follows at once; the pauses after that are random between nothing and a bound
 * that doubles from {@code firstPause} to {@code longestPause} (AWS calls it "full jitter").
 *
 * @param attempts how often a command is decided at most, from 1
 * @param firstPause the bound of the first pause
 * @param longestPause the highest bound of a pause
 */
public record Retry(int attempts, Duration firstPause, Duration longestPause) {
  private static final Retry STANDARD = new Retry(20, Duration.ofMillis(1), Duration.ofMillis(250));

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if attempts is less than 1 or a pause is negative
   */
  public Retry {
    Objects.requireNonNull(firstPause, "firstPause");
    Objects.requireNonNull(longestPause, "longestPause");
    if (attempts < 1) {
      throw new IllegalArgumentException("a command is attempted once or more, not " + attempts);
    }
    if (firstPause.isNegative() || longestPause.isNegative()) {
      throw new IllegalArgumentException("a pause is not negative");
    }
  }

  /** 20 attempts, pauses of up to 1 ms at first and 250 ms at last. */
  public static Retry standard() {
    return STANDARD;
  }

  /** One attempt: a conflict is the caller's. */
  public static Retry never() {
    return new Retry(1, Duration.ZERO, Duration.ZERO);
  }

  /** The same with another number of attempts. */
  public Retry withAttempts(int newAttempts) {
    return new Retry(newAttempts, firstPause, longestPause);
  }

  /** The pause after that many attempts have failed; a random one, see above. */
  public Duration pauseAfter(int failed) {
    if (failed <= 1) {
      return Duration.ZERO;
    }
    double bound =
        Math.min(
            (double) longestPause.toNanos(), Math.scalb((double) firstPause.toNanos(), failed - 2));
    return Duration.ofNanos((long) (ThreadLocalRandom.current().nextDouble() * bound));
  }
}
