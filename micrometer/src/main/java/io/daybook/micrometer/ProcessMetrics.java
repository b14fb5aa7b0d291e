package io.daybook.micrometer;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * How far a process manager is, whether it runs, and how many of its instances stand still. The
 * registry holds the runner weakly: when it is gone, its gauges say nothing.
 */
public final class ProcessMetrics implements MeterBinder {
  private final ProcessRunner<?> runner;

  /** Of that runner; the process's name is the value of the tag {@code process}. */
  public ProcessMetrics(ProcessRunner<?> runner) {
    this.runner = Objects.requireNonNull(runner, "runner");
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "daybook.process.lag",
        "how many positions the store is ahead",
        ProcessRunner::lag);
    gauge(
        registry,
        "daybook.process.position",
        "everything up to here was dealt with",
        each -> each.position().value());
    gauge(
        registry,
        "daybook.process.running",
        "1 if it runs or stands by, 0 if it stands still",
        each ->
            switch (each.status()) {
              case RUNNING, STANDING_BY -> 1;
              case FAILED, CLOSED -> 0;
            });
    gauge(
        registry,
        "daybook.process.parked",
        "instances that stand still",
        each -> each.parked().size());
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ProcessRunner<?>> value) {
    Gauge.builder(name, runner, each -> valueOrNothing(each, value))
        .description(description)
        .tags(Tags.of("process", runner.name()))
        .register(registry);
  }

  private static double valueOrNothing(
      ProcessRunner<?> runner, ToDoubleFunction<ProcessRunner<?>> value) {
    try {
      return value.applyAsDouble(runner);
    } catch (RuntimeException _) {
      return Double.NaN; // its store is closed
    }
  }
}
