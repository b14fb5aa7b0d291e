package io.daybook.engine;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When an append is on the disk. Whatever is chosen, an append is found whole or not at all, and
 * none is found without all before it. Immutable.
 */
public final class Durability {
  private static final Durability FSYNC = new Durability(null);

  private final @Nullable Duration interval;

  private Durability(@Nullable Duration interval) {
    this.interval = interval;
  }

  /**
   * Before it is acknowledged: what was acknowledged survives the end of the process and of the
   * machine. Appends that arrive together share one sync.
   */
  public static Durability fsync() {
    return FSYNC;
  }

  /**
   * At most so long after it was acknowledged, plus the time that a sync takes: if the machine
   * fails, the last of what was acknowledged is lost, and what follows a failing sync. The end of
   * the process loses nothing, and a clean close syncs.
   *
   * @param interval from a millisecond to a day
   * @throws IllegalArgumentException if the interval is shorter or longer
   */
  public static Durability interval(Duration interval) {
    Objects.requireNonNull(interval, "interval");
    if (interval.compareTo(Duration.ofMillis(1)) < 0
        || interval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "an interval between syncs is from a millisecond to a day, not " + interval);
    }
    return new Durability(interval);
  }

  /** How long what was acknowledged may wait for its sync; null if it doesn't. */
  @Nullable Duration interval() {
    return interval;
  }

  @Override
  public String toString() {
    return interval == null ? "fsync" : "interval " + interval;
  }
}
