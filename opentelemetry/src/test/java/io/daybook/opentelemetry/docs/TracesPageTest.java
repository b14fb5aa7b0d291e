package io.daybook.opentelemetry.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.opentelemetry.EventTracing;
import io.daybook.opentelemetry.TracedCodec;
import io.daybook.opentelemetry.TracedStore;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of docs/observability.md that speaks of traces. */
final class TracesPageTest {
  record Placed(String product) {}

  private static final Decider<Placed, Placed, Integer> DECIDER =
      Decider.of(0, (command, _) -> List.of(command), (count, _) -> count + 1);

  private final OpenTelemetrySdk telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(InMemorySpanExporter.create()))
                  .build())
          .build();
  private final EventStore embedded = new InMemoryStore();

  @Test
  void traces() {
    EventStore store = TracedStore.of(embedded, telemetry);
    Codec<Placed> codec = TracedCodec.of(JsonCodec.of(Placed.class));
    var orders = CommandHandler.of("order", DECIDER, codec).on(store);
    var stock = CommandHandler.of("stock", DECIDER, codec).on(store);
    EventTracing tracing = EventTracing.of(telemetry);

    Span request = telemetry.getTracer("web").spanBuilder("POST /orders").startSpan();
    try (Scope _ = request.makeCurrent()) {
      orders.handle("1", new Placed("pen"));
    }

    Recorded<Placed> placed = orders.history("1").toList().getFirst();
    tracing.handle("reserve stock", placed, () -> stock.handle("pen", placed.event()));

    Recorded<Placed> reserved = stock.history("pen").toList().getFirst();
    assertThat(reserved.audit().correlationId()).hasValue(request.getSpanContext().getTraceId());
    assertThat(reserved.audit().causationId()).hasValue(placed.id().toString());
    request.end();
    store.close();
  }
}
