package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.opentelemetry.EventTracing;
import io.daybook.opentelemetry.TracedStore;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A request, what it writes, and the events that it leads to are of one trace. */
class OrdersTraceTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();

  @Test
  void anOrderIsPlacedWithinTheTraceOfItsRequest() {
    Span request = telemetry.getTracer("web").spanBuilder("POST /orders").startSpan();
    String trace = request.getSpanContext().getTraceId();
    try (telemetry;
        var store = TracedStore.of(new InMemoryStore(), telemetry)) {
      var orders = new Orders(store, Clock.systemUTC());
      var lines = List.of(new OrderLine("pen", 1, new BigDecimal("1.50")));
      try (Scope _ = request.makeCurrent()) {
        var today = orders.today();
        var _ = orders.handle("1", new Place("Ada", lines, today, today), "place-1");
      } finally {
        request.end();
      }

      assertThat(spans.getFinishedSpanItems())
          .filteredOn(span -> span.getName().equals("daybook append"))
          .extracting(SpanData::getTraceId)
          .containsExactly(trace);
      try (var read = store.read(Query.stream("order-1"))) {
        assertThat(read)
            .allSatisfy(event -> {
              Audit audit = Orders.ORDER_EVENTS.audit(event);
              assertThat(EventTracing.spanOf(audit).map(SpanContext::getTraceId)).contains(trace);
              assertThat(audit.correlationId()).contains(trace);
            });
      }
    }
  }
}
