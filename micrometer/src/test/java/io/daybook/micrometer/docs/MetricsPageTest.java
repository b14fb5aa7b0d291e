package io.daybook.micrometer.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.micrometer.MeteredStore;
import io.daybook.micrometer.ProjectionMeter;
import io.daybook.micrometer.ReadModelMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The code of docs/observability.md that speaks of metrics. */
final class MetricsPageTest {
  record Added(int quantity) {}

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Projection<Integer> items =
      Projection.named("items", () -> 0)
          .reading(JsonCodec.of(Added.class))
          .on(Added.class, (view, e) -> view + e.event().quantity());

  @Test
  void metrics() {
    EventStore embedded = new InMemoryStore();
    try (EventStore store = MeteredStore.of(embedded, "orders", registry);
        ReadModel<Integer> model = items.follow(store)) {
      new ReadModelMetrics(model).bindTo(registry);

      store.append("cart-7", ExpectedRevision.any(), Event.json("Added", "{\"quantity\":2}"));
      model.awaitHead();

      assertThat(registry.get("daybook.append.events").counter().count()).isEqualTo(1);
      assertThat(registry.get("daybook.projection.lag").gauge().value()).isZero();
    }
  }

  @Test
  void listener() {
    ProjectionMeter meter = ProjectionMeter.of("stock", registry);
    meter.handled(Duration.ofMillis(2));
    meter.retried();
    meter.behind(12, Duration.ofSeconds(1));
    assertThat(registry.get("daybook.projection.retries").counter().count()).isEqualTo(1);
  }
}
