package io.daybook.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.jackson.JsonCodec;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TracesTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private final EventStore store = TracedStore.of(new InMemoryStore(), telemetry);

  record Placed(String product) {}

  private final Codec<Placed> codec = TracedCodec.of(JsonCodec.of(Placed.class));

  private Span span(String name) {
    return telemetry.getTracer("test").spanBuilder(name).startSpan();
  }

  private SpanData last() {
    return spans.getFinishedSpanItems().getLast();
  }

  private static <T> T value(SpanData span, AttributeKey<T> key) {
    T value = span.getAttributes().get(key);
    assertThat(value).as(key.getKey()).isNotNull();
    return value;
  }

  @Test
  void anAppendIsASpanBelowThatOfTheThread() {
    Span request = span("request");
    try (Scope _ = request.makeCurrent()) {
      store.append(
          Append.to("order-1")
              .events(Event.json("Placed", "{}"), Event.json("Placed", "{}"))
              .and("order-2")
              .events(Event.json("Placed", "{}")));
    }
    assertThat(last().getName()).isEqualTo("daybook append");
    assertThat(last().getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(last().getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
    assertThat(value(last(), AttributeKey.stringArrayKey("daybook.streams")))
        .isEqualTo(List.of("order-1", "order-2"));
    assertThat(value(last(), AttributeKey.longKey("daybook.events"))).isEqualTo(3);
    assertThat(value(last(), AttributeKey.longKey("daybook.position.first"))).isZero();
    assertThat(value(last(), AttributeKey.longKey("daybook.position.last"))).isEqualTo(2);
  }

  @Test
  void aConflictIsToldAndIsNoErrorAFailureIs() {
    store.append("order-1", ExpectedRevision.any(), Event.json("Placed", "{}"));
    assertThatThrownBy(
            () -> store.append("order-1", ExpectedRevision.noStream(), Event.json("Placed", "{}")))
        .isInstanceOf(ConflictException.class);
    assertThat(value(last(), AttributeKey.booleanKey("daybook.conflict"))).isTrue();
    assertThat(last().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);

    assertThatThrownBy(() ->
            store
                .appendAsync(
                    Append.to("order-1")
                        .expecting(ExpectedRevision.noStream())
                        .events(Event.json("Placed", "{}")))
                .join())
        .hasCauseInstanceOf(ConflictException.class);
    assertThat(value(last(), AttributeKey.booleanKey("daybook.conflict"))).isTrue();

    store.close();
    assertThatThrownBy(() -> store.read(Query.everything()))
        .isInstanceOf(EventStoreClosedException.class);
    assertThat(last().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void aReadEndsWhenItIsClosed() {
    store.append(
        "order-1", ExpectedRevision.any(), Event.json("Placed", "{}"), Event.json("Placed", "{}"));
    int before = spans.getFinishedSpanItems().size();
    var read = store.read(Query.stream("order-1"));
    assertThat(spans.getFinishedSpanItems()).hasSize(before);
    assertThat(read.toList()).hasSize(2);
    read.close();
    assertThat(spans.getFinishedSpanItems()).hasSize(before + 1);
    assertThat(last().getName()).isEqualTo("daybook load");
    assertThat(value(last(), AttributeKey.longKey("daybook.events"))).isEqualTo(2);
    assertThat(value(last(), AttributeKey.longKey("daybook.position.last"))).isEqualTo(1);
    assertThat(store.read(ReadRequest.of(Query.category("order"))).toList()).hasSize(2);
    assertThat(last().getName()).isEqualTo("daybook read");
  }

  @Test
  void theTraceIsTheCorrelationUnlessThereIsOne() {
    assertThat(EventTracing.audit(Audit.by("ada"))).isEqualTo(Audit.by("ada"));
    Span request = span("request");
    try (Scope _ = request.makeCurrent()) {
      Audit audit = EventTracing.audit(Audit.by("ada"));
      assertThat(audit.actor()).hasValue("ada");
      assertThat(audit.correlationId()).hasValue(request.getSpanContext().getTraceId());
      assertThat(audit.entry("traceparent"))
          .hasValue(
              "00-"
                  + request.getSpanContext().getTraceId()
                  + "-"
                  + request.getSpanContext().getSpanId()
                  + "-"
                  + request.getSpanContext().getTraceFlags().asHex());
      assertThat(EventTracing.audit(Audit.none().correlatedBy("call-12")).correlationId())
          .hasValue("call-12");
    }
  }

  @Test
  void aTraceGoesOnThroughAnEvent() {
    Span request = span("request");
    try (Scope _ = request.makeCurrent()) {
      store.append(
          "order-1",
          ExpectedRevision.any(),
          codec.encode(Event.newId(), new Placed("pen"), Audit.current()));
    }
    Recorded<Placed> placed = only("order-1");
    String trace = request.getSpanContext().getTraceId();
    EventTracing tracing = EventTracing.of(telemetry);

    tracing.handle(
        "reserve stock",
        placed,
        () ->
            store.append(
                "stock-1",
                ExpectedRevision.any(),
                codec.encode(Event.newId(), new Placed("pen"), Audit.current())));

    assertThat(last().getName()).isEqualTo("reserve stock");
    assertThat(last().getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(last().getTraceId()).isEqualTo(trace);
    assertThat(last().getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
    Recorded<Placed> reserved = only("stock-1");
    assertThat(reserved.audit().correlationId()).hasValue(trace);
    assertThat(reserved.audit().causationId()).hasValue(placed.id().toString());
    assertThat(EventTracing.spanOf(reserved.audit()).orElseThrow().getTraceId()).isEqualTo(trace);
  }

  @Test
  void withinATraceTheEventsIsLinked() {
    Span request = span("request");
    try (Scope _ = request.makeCurrent()) {
      store.append(
          "order-1",
          ExpectedRevision.any(),
          codec.encode(Event.newId(), new Placed("pen"), Audit.current()));
    }
    Span batch = span("batch");
    try (Scope _ = batch.makeCurrent()) {
      EventTracing.of(telemetry).handle("bill", only("order-1"), () -> {});
    }
    SpanData bill = spans.getFinishedSpanItems().getLast();
    assertThat(bill.getTraceId()).isEqualTo(batch.getSpanContext().getTraceId());
    assertThat(bill.getLinks()).hasSize(1);
    assertThat(bill.getLinks().getFirst().getSpanContext().getSpanId())
        .isEqualTo(request.getSpanContext().getSpanId());
  }

  @Test
  void whatFailsIsSeenAndThrown() {
    store.append("order-1", ExpectedRevision.any(), Event.json("Placed", "{\"product\":\"pen\"}"));
    Recorded<Placed> placed = only("order-1");
    assertThatThrownBy(() ->
            EventTracing.of(telemetry)
                .handle(
                    "bill",
                    placed,
                    () -> {
                      throw new IOException("no paper");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(last().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(last().getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void withoutAnSdkNothingIsRecorded() {
    try (EventStore quiet = TracedStore.of(new InMemoryStore(), OpenTelemetry.noop())) {
      quiet.append("order-1", ExpectedRevision.any(), Event.json("Placed", "{}"));
      assertThat(quiet.read(Query.everything()).toList()).hasSize(1);
    }
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  private Recorded<Placed> only(String stream) {
    return codec.read(store, ReadRequest.of(Query.stream(stream))).toList().getFirst();
  }
}
