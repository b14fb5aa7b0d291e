package io.daybook.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;

/** Events to append, and what is said of events again and again. An event's type is its label. */
final class Samples {
  private Samples() {}

  static Event event(String type, String... tags) {
    return Event.json(type, "{\"label\":\"" + type + "\"}").withTags(tags);
  }

  static List<Event> events(String... types) {
    return Arrays.stream(types).map(Samples::event).toList();
  }

  /** So many events of the types E0, E1, and so on. */
  static List<Event> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> event("E" + i)).toList();
  }

  /** So many of these types. */
  static List<String> numberedTypes(int from, int toExclusive) {
    return IntStream.range(from, toExclusive).mapToObj(i -> "E" + i).toList();
  }

  /** Appends events of these types to a stream, whatever it holds. */
  static AppendResult put(EventStore store, String stream, String... types) {
    return store.append(stream, ExpectedRevision.any(), events(types));
  }

  /** Appends one event with tags to a stream, whatever it holds. */
  static RecordedEvent putTagged(EventStore store, String stream, String type, String... tags) {
    Event event = event(type, tags);
    store.append(stream, ExpectedRevision.any(), event);
    return store.find(event.id()).orElseThrow(() -> new AssertionError("not stored: " + event));
  }

  /** All that an ordinary read of everything returns. */
  static List<RecordedEvent> all(EventStore store) {
    return store.read(Query.everything()).toList();
  }

  static List<String> types(List<RecordedEvent> events) {
    return events.stream().map(RecordedEvent::type).toList();
  }

  static void assertTypes(List<String> expected, ReadResult<RecordedEvent> read) {
    assertEquals(expected, types(read.toList()));
  }

  /** What the query finds must be exactly these types, in this order. */
  static void assertFinds(EventStore store, Query query, String... types) {
    assertTypes(List.of(types), store.read(query));
  }

  /** What the request finds must be exactly these types, in this order. */
  static void assertFinds(EventStore store, ReadRequest request, String... types) {
    assertTypes(List.of(types), store.read(request));
  }

  /** Everything, visible or not, must end at this position. */
  static void assertHead(EventStore store, long position) {
    assertEquals(new Position(position), store.head());
  }

  static List<Long> positions(List<RecordedEvent> events) {
    return events.stream().map(event -> event.position().value()).toList();
  }

  static List<Long> revisions(List<RecordedEvent> events) {
    return events.stream().map(event -> event.revision().value()).toList();
  }

  /** The numbers from 0 on. */
  static List<Long> upTo(long endExclusive) {
    return LongStream.range(0, endExclusive).boxed().toList();
  }

  static Payload bytes(int size, int seed) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + seed);
    }
    return Payload.of(bytes, "application/octet-stream");
  }

  /** What the future gives. */
  static <T> T get(StoreUnderTest test, CompletableFuture<T> future) {
    try {
      return future.get(test.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (Exception e) {
      throw new AssertionError("no answer: " + e, e);
    }
  }

  /** What the future fails with. */
  static <E extends Throwable> E failure(
      StoreUnderTest test, Class<E> expected, CompletableFuture<?> future) {
    var failed =
        Assertions.assertThrows(
            ExecutionException.class,
            () -> future.get(test.patience().toMillis(), TimeUnit.MILLISECONDS));
    return assertInstanceOf(expected, failed.getCause());
  }
}
