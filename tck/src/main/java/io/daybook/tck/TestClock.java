package io.daybook.tck;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/**
 * A clock that stands still until a test moves it, forwards or backwards. Any thread may use it.
 */
public final class TestClock implements InstantSource {
  /** Where a new clock stands: at the beginning of 2026, in UTC. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private volatile Instant now = START;

  /** A clock that stands at {@link #START}. */
  public TestClock() {}

  @Override
  public Instant instant() {
    return now;
  }

  /** Sets the clock to this instant. */
  public void set(Instant instant) {
    now = Objects.requireNonNull(instant, "instant");
  }

  /** Moves the clock; back, if the duration is negative. */
  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }
}
