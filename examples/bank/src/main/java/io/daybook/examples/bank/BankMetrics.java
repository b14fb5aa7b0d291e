package io.daybook.examples.bank;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventstore.EventStore;
import io.daybook.jdbc.SqlReadModel;
import io.daybook.micrometer.MeteredStore;
import io.daybook.micrometer.ProcessMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the bank's store, read models and processes do, in figures. A bank that is watched takes the
 * registry of its monitoring in the place of this simple one. May be used by any number of threads.
 */
final class BankMetrics {
  private static final String NAME = "bank";

  private final MeterRegistry registry = new SimpleMeterRegistry();

  /** The store, measured: whatever is done through it counts. */
  EventStore of(EventStore store) {
    return MeteredStore.of(store, NAME, registry);
  }

  /** Measures these, too, as long as they are open. */
  void watch(SqlReadModel tables, List<ProcessRunner<?>> processes) {
    Gauge.builder("daybook.projection.lag", tables, SqlReadModel::lag)
        .tag("projection", tables.name())
        .baseUnit("positions")
        .register(registry);
    for (ProcessRunner<?> process : processes) {
      new ProcessMetrics(process).bindTo(registry);
    }
  }

  /** A line for each meter, with its tags and values; times are in seconds. */
  String text() {
    return registry.getMeters().stream()
        .sorted(Comparator.comparing(meter -> meter.getId().toString()))
        .map(BankMetrics::line)
        .collect(Collectors.joining());
  }

  private static String line(Meter meter) {
    String tags =
        meter.getId().getTags().stream()
            .map(BankMetrics::text)
            .collect(Collectors.joining(",", "{", "}"));
    var values = new StringBuilder();
    meter
        .measure()
        .forEach(one ->
            values.append(
                String.format(
                    Locale.ROOT,
                    "  %s %.3f",
                    one.getStatistic().getTagValueRepresentation(),
                    one.getValue())));
    return meter.getId().getName() + tags + values + "\n";
  }

  private static String text(Tag tag) {
    return tag.getKey() + "=" + tag.getValue();
  }
}
