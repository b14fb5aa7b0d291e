package io.daybook.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Meters for whatever works on events one after another: a projection into a database, a relay. Its
 * listener calls these methods. May be used by any number of threads.
 */
public final class ProjectionMeter {
  private final Timer handled;
  private final Counter retries;
  private final Counter deadLetters;
  private final AtomicLong lagPositions = new AtomicLong();
  private final AtomicLong lagNanos = new AtomicLong();

  private ProjectionMeter(String name, MeterRegistry registry) {
    Tags tags = Tags.of("projection", name);
    handled =
        Timer.builder("daybook.projection.handled")
            .description("events that were handled")
            .tags(tags)
            .register(registry);
    retries =
        Counter.builder("daybook.projection.retries")
            .description("events that were handed to a handler once more")
            .tags(tags)
            .register(registry);
    deadLetters =
        Counter.builder("daybook.projection.dead.letters")
            .description("events that were given up and parked")
            .tags(tags)
            .register(registry);
    registry.gauge("daybook.projection.lag", tags, lagPositions, AtomicLong::doubleValue);
    TimeGauge.builder(
            "daybook.projection.lag.time", lagNanos, TimeUnit.NANOSECONDS, AtomicLong::doubleValue)
        .description("how long ago the first event was recorded that is not handled yet")
        .tags(tags)
        .register(registry);
  }

  /**
   * Meters with that name as the value of the tag {@code projection}. The registry holds the lags
   * weakly: keep this as long as they are to be seen.
   */
  public static ProjectionMeter of(String name, MeterRegistry registry) {
    return new ProjectionMeter(name, registry);
  }

  /** An event was handled, in that time. */
  public void handled(Duration took) {
    handled.record(took);
  }

  /** An event is handed to its handler once more. */
  public void retried() {
    retries.increment();
  }

  /** An event was given up and parked. */
  public void parked() {
    deadLetters.increment();
  }

  /** How far it is behind its store: in positions, and in time. */
  public void behind(long positions, Duration time) {
    lagPositions.set(positions);
    lagNanos.set(time.toNanos());
  }
}
