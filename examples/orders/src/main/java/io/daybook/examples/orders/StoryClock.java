package io.daybook.examples.orders;

import io.daybook.eventsourcing.process.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The clock of a story: it stands still until the story goes on. */
final class StoryClock implements MovableClock {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Instant now;

  StoryClock(Instant start) {
    now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Lets time pass. To be called by one thread. */
  void pass(Duration duration) {
    now = now.plus(duration);
    listeners.forEach(Runnable::run);
  }

  @Override
  public Listening onMove(Runnable listener) {
    Runnable own = () -> listener.run();
    listeners.add(own);
    return () -> listeners.remove(own);
  }
}
