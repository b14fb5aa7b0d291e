package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.Objects;

/**
 * How far a read model has caught up.
 *
 * @param events how many events were handled since it began
 * @param position everything up to here is handled
 * @param target where it will have caught up
 * @param elapsed since it began
 * @param positionsDone how many positions were passed since it began
 */
public record Progress(
    long events, Position position, Position target, Duration elapsed, long positionsDone) {
  /** Checks that nothing is null. */
  public Progress {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(elapsed, "elapsed");
  }

  /** Events per second, so far. */
  public double eventsPerSecond() {
    return elapsed.isZero() ? 0 : events * 1e9 / elapsed.toNanos();
  }

  /** How long it will take at the rate so far; zero if the target is reached. */
  public Duration timeLeft() {
    long left = target.value() - position.value();
    if (left <= 0 || positionsDone <= 0) {
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) ((double) elapsed.toNanos() / positionsDone * left));
  }
}
