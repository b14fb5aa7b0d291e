package io.daybook.micrometer;

import io.daybook.eventsourcing.projection.ReadModel;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * How far a read model in memory is, and whether it runs. The registry holds the read model weakly:
 * when it is gone, its gauges say nothing.
 */
public final class ReadModelMetrics implements MeterBinder {
  private final ReadModel<?> model;

  /** Of that read model; its name is the value of the tag {@code projection}. */
  public ReadModelMetrics(ReadModel<?> model) {
    this.model = Objects.requireNonNull(model, "model");
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Tags tags = Tags.of("projection", model.name());
    gauge(
        registry,
        tags,
        "daybook.projection.lag",
        "how many positions the store is ahead",
        ReadModel::lag);
    gauge(
        registry,
        tags,
        "daybook.projection.position",
        "everything up to here is in the view",
        each -> each.position().value());
    gauge(
        registry,
        tags,
        "daybook.projection.running",
        "1 if it runs, 0 if it stands still",
        each ->
            switch (each.status()) {
              case CATCHING_UP, LIVE -> 1;
              case PAUSED, FAILED, CLOSED -> 0;
            });
    FunctionCounter.builder("daybook.projection.unknown", model, ReadModel::unknownEvents)
        .baseUnit("events")
        .description("events of types that no codec knows, passed over")
        .tags(tags)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      Tags tags,
      String name,
      String description,
      ToDoubleFunction<ReadModel<?>> value) {
    Gauge.builder(name, model, each -> valueOrNothing(each, value))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private static double valueOrNothing(ReadModel<?> model, ToDoubleFunction<ReadModel<?>> value) {
    try {
      return value.applyAsDouble(model);
    } catch (RuntimeException _) {
      return Double.NaN; // its store is closed
    }
  }
}
