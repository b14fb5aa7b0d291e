package io.daybook.examples.bank;

import io.daybook.eventsourcing.process.MovableClock;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that stands still until it is moved, for stories and tests. Any thread may use it. */
final class TravellingClock extends Clock implements MovableClock {
  private final ZoneId zone;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Instant now;

  /** Stands at that instant. */
  TravellingClock(Instant start, ZoneId zone) {
    this.now = Objects.requireNonNull(start, "start");
    this.zone = Objects.requireNonNull(zone, "zone");
  }

  /** Moves to that instant, and tells those who wait for a time. */
  void travelTo(Instant instant) {
    now = Objects.requireNonNull(instant, "instant");
    listeners.forEach(Runnable::run);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The time that it is now, by a clock that does not travel along. */
  @Override
  public Clock withZone(ZoneId newZone) {
    return Clock.fixed(now, newZone);
  }

  @Override
  public Listening onMove(Runnable listener) {
    // each listener is one of its own, even if the same is added twice
    Runnable own = () -> listener.run();
    listeners.add(own);
    return () -> listeners.remove(own);
  }
}
