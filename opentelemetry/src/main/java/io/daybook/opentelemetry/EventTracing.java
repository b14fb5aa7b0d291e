package io.daybook.opentelemetry;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Traces that go on through events. What is recorded is the W3C trace context, whatever the
 * application propagates otherwise: events are read for years. May be used by any number of
 * threads.
 */
public final class EventTracing {
  private static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("daybook.event.id");
  private static final AttributeKey<String> EVENT_TYPE =
      AttributeKey.stringKey("daybook.event.type");
  private static final AttributeKey<String> STREAM = AttributeKey.stringKey("daybook.stream");
  private static final AttributeKey<Long> POSITION = AttributeKey.longKey("daybook.position");

  private final Tracer tracer;

  private EventTracing(Tracer tracer) {
    this.tracer = tracer;
  }

  /** With spans by that. */
  public static EventTracing of(OpenTelemetry openTelemetry) {
    return new EventTracing(openTelemetry.getTracer(TracedStore.SCOPE));
  }

  /**
   * The audit with the trace of the calling thread: its id as the correlation id, if there is none,
   * and the entries {@code traceparent} and, if there is one, {@code tracestate}. The same audit if
   * the thread is in no trace.
   */
  public static Audit audit(Audit audit) {
    SpanContext span = Span.current().getSpanContext();
    if (!span.isValid()) {
      return audit;
    }
    Audit traced =
        audit.correlationId().isPresent() ? audit : audit.correlatedBy(span.getTraceId());
    var entries = new LinkedHashMap<String, String>();
    W3CTraceContextPropagator.getInstance().inject(Context.current(), entries, EventTracing::set);
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      traced = traced.with(entry.getKey(), entry.getValue());
    }
    return traced;
  }

  private static void set(@Nullable Map<String, String> entries, String key, String value) {
    if (entries != null) {
      entries.put(key, value);
    }
  }

  /** The span in which an event was encoded, if its audit tells. */
  public static Optional<SpanContext> spanOf(Audit audit) {
    Context context =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), audit.entries(), new Entries());
    SpanContext span = Span.fromContext(context).getSpanContext();
    return span.isValid() ? Optional.of(span) : Optional.empty();
  }

  /**
   * Handles an event in a span of its own, with {@link Recorded#consequence()} as the audit. The
   * span goes on with the event's trace; if the calling thread is in a trace already, it goes on
   * with that, and is linked to the event's.
   *
   * @param name the span's name: what is done, for example {@code reserve stock}
   */
  public <X extends Throwable> void handle(String name, Recorded<?> event, Work<X> work) throws X {
    Span span = start(name, event);
    try (Scope _ = span.makeCurrent()) {
      var _ =
          event
              .consequence()
              .<Boolean, X>call(() -> {
                work.run();
                return true;
              });
    } catch (Throwable e) {
      span.setStatus(StatusCode.ERROR, Optional.ofNullable(e.getMessage()).orElse(""));
      span.recordException(e);
      throw e;
    } finally {
      span.end();
    }
  }

  /**
   * What is done with an event.
   *
   * @param <X> what it may throw
   */
  @FunctionalInterface
  public interface Work<X extends Throwable> {
    /** Does it. */
    void run() throws X;
  }

  private Span start(String name, Recorded<?> event) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute(EVENT_ID, event.id().toString())
            .setAttribute(EVENT_TYPE, event.stored().type())
            .setAttribute(STREAM, event.stream())
            .setAttribute(POSITION, event.position().value());
    spanOf(event.audit())
        .ifPresent(origin -> {
          if (Span.current().getSpanContext().isValid()) {
            builder.addLink(origin);
          } else {
            builder.setParent(Context.root().with(Span.wrap(origin)));
          }
        });
    return builder.startSpan();
  }

  /** Reads entries of an audit. */
  private static final class Entries implements TextMapGetter<Map<String, String>> {
    @Override
    public @Nullable String get(@Nullable Map<String, String> entries, String key) {
      return entries == null ? null : entries.get(key);
    }
  }
}
