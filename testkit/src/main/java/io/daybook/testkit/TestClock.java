package io.daybook.testkit;

import io.daybook.eventsourcing.process.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A clock that stands still until a test moves it; timers that wait for a time are told. Any thread
 * may use it.
 *
 * <pre>{@code
 * clock.advance(Duration.ofMinutes(30));
 * Processes.of(timers, payments).awaitSettled(Duration.ofSeconds(10));
 * }</pre>
 */
public final class TestClock implements MovableClock {
  /** Where a new clock stands: at the beginning of 2026, in UTC. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Instant now = START;

  /** A clock that stands at {@link #START}. */
  public TestClock() {}

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves the clock by that much; back, if the duration is negative. */
  public void advance(Duration duration) {
    synchronized (this) {
      now = now.plus(duration);
    }
    listeners.forEach(Runnable::run);
  }

  /** Moves the clock to that instant. */
  public void set(Instant instant) {
    now = Objects.requireNonNull(instant, "instant");
    listeners.forEach(Runnable::run);
  }

  @Override
  public Listening onMove(Runnable listener) {
    // each listener is one of its own, even if the same is added twice
    Runnable own = () -> listener.run();
    listeners.add(own);
    return () -> listeners.remove(own);
  }
}
