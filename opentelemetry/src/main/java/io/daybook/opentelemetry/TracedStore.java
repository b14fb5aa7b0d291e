package io.daybook.opentelemetry;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of every append and every read of a store, below the span of the calling thread. As
 * thread-safe as the other store. Nothing of data or metadata gets into a span; names of streams
 * do.
 */
public final class TracedStore extends ForwardingStore {
  static final String SCOPE = "io.daybook";

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<List<String>> STREAMS =
      AttributeKey.stringArrayKey("daybook.streams");
  private static final AttributeKey<Long> EVENTS = AttributeKey.longKey("daybook.events");
  private static final AttributeKey<Long> FIRST = AttributeKey.longKey("daybook.position.first");
  private static final AttributeKey<Long> LAST = AttributeKey.longKey("daybook.position.last");
  private static final AttributeKey<Boolean> CONFLICT = AttributeKey.booleanKey("daybook.conflict");

  /** So many names of streams are told at most. */
  private static final int MOST_STREAMS = 16;

  private final Tracer tracer;

  private TracedStore(EventStore store, Tracer tracer) {
    super(store);
    this.tracer = tracer;
  }

  /** Makes spans of what is done with that store by what this returns. */
  public static TracedStore of(EventStore store, OpenTelemetry openTelemetry) {
    return new TracedStore(store, openTelemetry.getTracer(SCOPE));
  }

  @Override
  public AppendResult append(Append append) {
    Span span = startAppend(append);
    try (Scope _ = span.makeCurrent()) {
      AppendResult result = store().append(append);
      end(span, result, null);
      return result;
    } catch (RuntimeException | Error e) {
      end(span, null, e);
      throw e;
    }
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    Span span = startAppend(append);
    try (Scope _ = span.makeCurrent()) {
      CompletableFuture<AppendResult> result = store().appendAsync(append);
      var _ = result.whenComplete((done, thrown) -> end(span, done, thrown));
      return result;
    } catch (RuntimeException | Error e) {
      end(span, null, e);
      throw e;
    }
  }

  private Span startAppend(Append append) {
    var streams = new LinkedHashSet<String>();
    for (Append.Write write : append.writes()) {
      if (streams.size() < MOST_STREAMS) {
        streams.add(write.stream());
      }
    }
    return start("append")
        .setAttribute(STREAMS, List.copyOf(streams))
        .setAttribute(EVENTS, (long) append.eventCount());
  }

  private Span start(String operation) {
    return tracer
        .spanBuilder("daybook " + operation)
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute(SYSTEM, "daybook")
        .setAttribute(OPERATION, operation)
        .startSpan();
  }

  private static void end(Span span, @Nullable AppendResult result, @Nullable Throwable thrown) {
    if (result != null) {
      span.setAttribute(FIRST, result.firstPosition().value());
      span.setAttribute(LAST, result.lastPosition().value());
    }
    if (thrown != null) {
      fail(
          span,
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown);
    }
    span.end();
  }

  /** A conflict is expected, and tried again: it is told, and is no error of the span. */
  private static void fail(Span span, Throwable cause) {
    span.setAttribute(ERROR, cause.getClass().getName());
    if (cause instanceof ConflictException) {
      span.setAttribute(CONFLICT, true);
    } else {
      span.setStatus(StatusCode.ERROR, Optional.ofNullable(cause.getMessage()).orElse(""));
      span.recordException(cause);
    }
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    Optional<String> stream = streamOf(request);
    Span span = start(stream.isPresent() && !request.backwards() ? "load" : "read");
    stream.ifPresent(name -> span.setAttribute(STREAMS, List.of(name)));
    try (Scope _ = span.makeCurrent()) {
      return new TracedRead(
          store().read(request),
          (events, first, last, thrown) -> {
            span.setAttribute(EVENTS, events);
            if (events > 0) {
              span.setAttribute(FIRST, first).setAttribute(LAST, last);
            }
            end(span, null, thrown);
          });
    } catch (RuntimeException | Error e) {
      end(span, null, e);
      throw e;
    }
  }

  private static Optional<String> streamOf(ReadRequest request) {
    return request.query() instanceof Query.AnyOf(var items)
            && items.size() == 1
            && items.getFirst().streams().size() == 1
        ? items.getFirst().streams().stream().findFirst()
        : Optional.empty();
  }
}
