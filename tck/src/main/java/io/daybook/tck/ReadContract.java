package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertTypes;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.numbered;
import static io.daybook.tck.Samples.numberedTypes;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.revisions;
import static io.daybook.tck.Samples.types;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where a read starts and ends, its direction, and what its result is good for. */
public interface ReadContract extends StoreUnderTest {

  /** Everything is read in the order of positions. */
  @Test
  default void everythingIsReadInTheOrderOfPositions() {
    put(store(), "b-1", "A");
    put(store(), "a-1", "B");
    put(store(), "b-1", "C");
    assertFinds(store(), Query.everything(), "A", "B", "C");
  }

  /** A stream is read in the order of its revisions, and nothing else with it. */
  @Test
  default void aStreamIsReadInTheOrderOfItsRevisions() {
    put(store(), "a-1", "A");
    put(store(), "a-10", "B");
    put(store(), "a-1", "C");
    assertFinds(store(), Query.stream("a-1"), "A", "C");
  }

  /** A stream that is not there is empty. */
  @Test
  default void aStreamThatIsNotThereIsEmpty() {
    put(store(), "a-1", "A");
    assertFinds(store(), Query.stream("a-2"));
    assertFinds(store(), Query.stream("a-1"), "A");
  }

  /** Backwards, the last event comes first. */
  @Test
  default void backwardsTheLastEventComesFirst() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "C");
    put(store(), "a-1", "D");
    assertFinds(store(), ReadRequest.of(Query.everything()).inReverse(), "D", "C", "B", "A");
    assertFinds(store(), ReadRequest.of(Query.stream("a-1")).inReverse(), "D", "B", "A");
  }

  /** The last event of a stream is one read away. */
  @Test
  default void theLastEventIsReadBackwardsWithLimitOne() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "C");
    assertFinds(store(), ReadRequest.of(Query.stream("a-1")).inReverse().limit(1), "B");
  }

  /** A position is where a forward read starts, itself included. */
  @Test
  default void aForwardReadStartsAtThePosition() {
    put(store(), "a-1", "A", "B", "C", "D");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.from(new Position(2)), "C", "D");
    assertFinds(store(), request.from(new Position(3)), "D");
    assertFinds(store(), request.from(Position.FIRST), "A", "B", "C", "D");
    assertFinds(store(), request.from(Position.BEFORE_FIRST), "A", "B", "C", "D");
  }

  /** A position is where a backward read starts, itself included. */
  @Test
  default void aBackwardReadStartsAtThePosition() {
    put(store(), "a-1", "A", "B", "C", "D");
    ReadRequest request = ReadRequest.of(Query.everything()).inReverse();
    assertFinds(store(), request.from(new Position(2)), "C", "B", "A");
    assertFinds(store(), request.from(new Position(0)), "A");
    assertFinds(store(), request.from(Position.BEFORE_FIRST));
  }

  /** Where the position does not match, the next one that does is taken. */
  @Test
  default void aReadStartsAtTheNextMatchInItsDirection() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B", "C");
    put(store(), "a-1", "D");
    ReadRequest request = ReadRequest.of(Query.stream("a-1"));
    assertFinds(store(), request.from(new Position(1)), "D");
    assertFinds(store(), request.inReverse().from(new Position(2)), "A");
  }

  /** Beyond the head there is nothing to read forwards, and everything to read backwards. */
  @Test
  default void aReadFromBeyondTheHeadFindsWhatIsInItsDirection() {
    put(store(), "a-1", "A", "B");
    ReadRequest request = ReadRequest.of(Query.everything()).from(new Position(1_000));
    assertFinds(store(), request);
    assertFinds(store(), request.inReverse(), "B", "A");
  }

  /** A revision is where a forward read of a stream starts, itself included. */
  @Test
  default void aForwardReadStartsAtTheRevision() {
    put(store(), "b-1", "X", "Y", "Z");
    put(store(), "a-1", "A", "B", "C");
    ReadRequest request = ReadRequest.of(Query.stream("a-1"));
    assertFinds(store(), request.from(new Revision(1)), "B", "C");
    assertFinds(store(), request.from(new Revision(0)), "A", "B", "C");
    assertFinds(store(), request.from(new Revision(3)));
  }

  /** A revision is where a backward read of a stream starts, itself included. */
  @Test
  default void aBackwardReadStartsAtTheRevision() {
    put(store(), "b-1", "X", "Y", "Z");
    put(store(), "a-1", "A", "B", "C");
    ReadRequest request = ReadRequest.of(Query.stream("a-1")).inReverse();
    assertFinds(store(), request.from(new Revision(1)), "B", "A");
    assertFinds(store(), request.from(new Revision(0)), "A");
    assertFinds(store(), request.from(new Revision(7)), "C", "B", "A");
  }

  /** From a revision, the query's other dimensions still restrict. */
  @Test
  default void aReadFromARevisionMayBeRestrictedFurther() {
    put(store(), "a-1", "A", "B", "A", "B", "A");
    Query query = Query.item().withStreams("a-1").withTypes("A").asQuery();
    var found = store().read(ReadRequest.of(query).from(new Revision(1))).toList();
    assertEquals(List.of(2L, 4L), revisions(found));
  }

  /** A limit is the most events that are returned. */
  @Test
  default void aLimitIsTheMostThatIsReturned() {
    put(store(), "a-1", "A", "B", "C");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.limit(2), "A", "B");
    assertFinds(store(), request.limit(3), "A", "B", "C");
    assertFinds(store(), request.limit(4), "A", "B", "C");
    assertFinds(store(), request.inReverse().limit(2), "C", "B");
  }

  /** A limit counts what matches, not what is passed over. */
  @Test
  default void aLimitCountsOnlyMatches() {
    put(store(), "a-1", "A", "X", "X", "B", "X", "C");
    ReadRequest request = ReadRequest.of(Query.types("A", "B", "C"));
    assertFinds(store(), request.limit(2), "A", "B");
    assertFinds(store(), request.from(new Position(1)).limit(2), "B", "C");
  }

  /** A page ends where the next begins. */
  @Test
  default void pagesByPositionGiveEveryEventOnce() {
    store().append("a-1", any(), numbered(100));
    var read = new ArrayList<String>();
    Position from = Position.FIRST;
    for (int page = 0; page < 15; page++) {
      List<RecordedEvent> events =
          store().read(ReadRequest.of(Query.everything()).from(from).limit(7)).toList();
      if (!events.isEmpty()) {
        read.addAll(types(events));
        from = events.getLast().position().next();
      }
    }
    assertEquals(numberedTypes(0, 100), read);
  }

  /** The head of a read is the last position there is, matching or not. */
  @Test
  default void theHeadOfAReadIsTheLastPositionThatItSaw() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B", "C");
    try (var read = store().read(Query.stream("a-1"))) {
      assertEquals(new Position(2), read.head());
    }
    try (var read = store().read(ReadRequest.of(Query.everything()).limit(1))) {
      assertEquals(new Position(2), read.head());
    }
  }

  /** What is appended while a read goes on is not part of it. */
  @Test
  default void aReadDoesNotSeeWhatIsAppendedMeanwhile() {
    put(store(), "a-1", "A", "B");
    try (var everything = store().read(Query.everything());
        var stream = store().read(Query.stream("a-1"));
        var type = store().read(Query.types("B", "C"))) {
      Iterator<RecordedEvent> events = everything.iterator();
      assertEquals("A", events.next().type());
      put(store(), "a-1", "B", "C");
      assertEquals("B", events.next().type());
      assertFalse(events.hasNext());
      assertEquals(new Position(1), everything.head());
      assertTypes(List.of("A", "B"), stream);
      assertTypes(List.of("B"), type);
    }
  }

  /** A backward read starts at the head of its own moment. */
  @Test
  default void aBackwardReadDoesNotSeeWhatIsAppendedMeanwhile() {
    put(store(), "a-1", "A", "B");
    try (var read = store().read(ReadRequest.of(Query.stream("a-1")).inReverse())) {
      put(store(), "a-1", "C");
      assertTypes(List.of("B", "A"), read);
    }
  }

  /** Writers don't wait for a read that is open. */
  @Test
  default void anOpenReadHoldsNobodyUp() {
    store().append("a-1", any(), numbered(2_000));
    try (var read = store().read(Query.everything())) {
      Iterator<RecordedEvent> events = read.iterator();
      events.next();
      for (int i = 0; i < 50; i++) {
        put(store(), "b-1", "Later");
      }
      assertEquals(2_050, all(store()).size());
      int rest = 0;
      for (; events.hasNext(); events.next()) {
        rest++;
      }
      assertEquals(1_999, rest);
    }
  }

  /** A hundred thousand events are read one by one, and a few of them without the rest. */
  @Test
  default void aLargeReadIsLazy() {
    for (int i = 0; i < 10; i++) {
      store().append("a-" + i, any(), Stream.generate(() -> event("A")).limit(10_000).toList());
    }
    long last = -1;
    try (var read = store().read(Query.category("a"))) {
      for (RecordedEvent event : read) {
        assertEquals(++last, event.position().value());
      }
    }
    assertEquals(99_999, last);
    int begun = 0;
    for (int i = 0; i < 500; i++) {
      try (var read = store().read(Query.everything())) {
        assertEquals(Position.FIRST, read.iterator().next().position());
        begun++;
      }
    }
    assertEquals(500, begun);
  }

  /** Many reads may be open at a time. */
  @Test
  default void manyReadsAreOpenAtOnce() {
    put(store(), "a-1", "A", "B");
    var reads = new ArrayList<ReadResult<RecordedEvent>>();
    try {
      for (int i = 0; i < 20; i++) {
        reads.add(store().read(Query.everything()));
      }
      var iterators = reads.stream().map(ReadResult::iterator).toList();
      iterators.forEach(iterator -> assertEquals("A", iterator.next().type()));
      iterators.forEach(iterator -> assertEquals("B", iterator.next().type()));
    } finally {
      reads.forEach(ReadResult::close);
    }
  }

  /** A result is iterated once. */
  @Test
  default void aReadIsIteratedOnce() {
    put(store(), "a-1", "A");
    try (var read = store().read(Query.everything())) {
      assertEquals("A", read.iterator().next().type());
      assertThrows(IllegalStateException.class, read::iterator);
    }
  }

  /** A result that is closed can't be iterated. Closing twice does nothing. */
  @Test
  default void aClosedReadIsNotIterated() {
    put(store(), "a-1", "A");
    var read = store().read(Query.everything());
    read.close();
    read.close();
    assertThrows(IllegalStateException.class, read::iterator);
  }

  /** An iterator that is at its end says so. */
  @Test
  default void anIteratorThatIsAtItsEndThrows() {
    put(store(), "a-1", "A");
    try (var read = store().read(Query.everything())) {
      Iterator<RecordedEvent> events = read.iterator();
      assertEquals("A", events.next().type());
      assertFalse(events.hasNext());
      assertThrows(NoSuchElementException.class, events::next);
    }
  }

  /** Asking twice whether there is more does not pass over anything. */
  @Test
  default void askingForMoreTwiceSkipsNothing() {
    put(store(), "a-1", "A", "B");
    try (var read = store().read(Query.everything())) {
      Iterator<RecordedEvent> events = read.iterator();
      assertTrue(events.hasNext());
      assertTrue(events.hasNext());
      assertEquals("A", events.next().type());
      assertEquals("B", events.next().type());
    }
  }

  /** Closing the stream of a read closes the read. */
  @Test
  default void closingTheStreamClosesTheRead() {
    put(store(), "a-1", "A", "B");
    var read = store().read(Query.everything());
    try (Stream<RecordedEvent> events = read.stream()) {
      assertEquals("A", events.findFirst().map(RecordedEvent::type).orElse("nothing"));
    }
    assertThrows(IllegalStateException.class, read::iterator);
  }

  /** What a read handed out is good after it was closed, too. */
  @Test
  default void eventsStayValidAfterTheReadIsClosed() {
    Event event = Event.of("A", Samples.bytes(100_000, 3));
    store().append("a-1", any(), event);
    RecordedEvent kept;
    try (var read = store().read(Query.everything())) {
      kept = read.iterator().next();
    }
    for (int i = 0; i < 20; i++) {
      store().append("b-1", any(), Event.of("B", Samples.bytes(100_000, i)));
    }
    assertEquals(event, kept.event());
  }

  /** Bytes, tags and lists that a caller still holds don't reach what is stored. */
  @Test
  default void whatTheCallerKeepsDoesNotReachTheStore() {
    byte[] data = {1, 2, 3};
    byte[] metadata = {4, 5};
    var tags = new ArrayList<>(List.of("x:1"));
    var event =
        new Event(
            UUID.randomUUID(),
            "A",
            tags,
            Payload.of(data, "application/x"),
            Payload.of(metadata, "application/y"));
    var events = new ArrayList<>(List.of(event));
    store().append("a-1", any(), events);
    data[0] = 99;
    metadata[0] = 99;
    tags.set(0, "x:2");
    events.clear();
    RecordedEvent stored = all(store()).getFirst();
    assertArrayEquals(new byte[] {1, 2, 3}, stored.data().toByteArray());
    assertArrayEquals(new byte[] {4, 5}, stored.metadata().toByteArray());
    assertEquals(List.of("x:1"), stored.tags());
  }

  /** What was read can't be changed, and what is done to copies of it doesn't reach the store. */
  @Test
  default void whatWasReadCannotBeChanged() {
    store().append("a-1", any(), Event.of("A", Samples.bytes(10, 0)).withTags("x:1"));
    RecordedEvent stored = all(store()).getFirst();
    stored.data().toByteArray()[0] = 99;
    assertThrows(
        ReadOnlyBufferException.class, () -> stored.data().asByteBuffer().put(0, (byte) 99));
    assertThrows(UnsupportedOperationException.class, () -> stored.tags().add("y:2"));
    assertEquals(Samples.bytes(10, 0), stored.data());
    assertEquals(stored, all(store()).getFirst());
  }

  /** Any bytes come back to the last one, with their content type. */
  @Test
  default void anyBytesComeBackWithTheirContentType() {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    var event =
        new Event(
            UUID.randomUUID(),
            "A",
            List.of(),
            Payload.of(every, "application/octet-stream"),
            Payload.of(new byte[] {0}, "text/plain; charset=utf-8"));
    store().append("a-1", any(), event);
    RecordedEvent stored = all(store()).getFirst();
    assertArrayEquals(every, stored.data().toByteArray());
    assertEquals("application/octet-stream", stored.data().contentType());
    assertArrayEquals(new byte[] {0}, stored.metadata().toByteArray());
    assertEquals("text/plain; charset=utf-8", stored.metadata().contentType());
  }

  /** No bytes are bytes, too, and keep their content type. */
  @Test
  default void emptyPayloadsComeBackEmpty() {
    var event =
        new Event(
            UUID.randomUUID(),
            "A",
            List.of(),
            Payload.of(new byte[0], "text/csv"),
            Payload.empty());
    store().append("a-1", any(), event);
    RecordedEvent stored = all(store()).getFirst();
    assertTrue(stored.data().isEmpty());
    assertEquals("text/csv", stored.data().contentType());
    assertEquals(Payload.empty(), stored.metadata());
  }

  /** Bytes that claim to be JSON are not parsed. */
  @Test
  default void whatClaimsToBeJsonIsNotParsed() {
    Payload broken = Payload.json("{ \"a\": 1.0, \"a\": 2 } trailing \u0000");
    store().append("a-1", any(), Event.of("A", broken));
    assertEquals(broken, all(store()).getFirst().data());
  }

  /** An event is found by its id. */
  @Test
  default void anEventIsFoundByItsId() {
    Event event = event("B", "x:1");
    put(store(), "a-1", "A");
    store().append("a-1", any(), event);
    put(store(), "a-1", "C");
    RecordedEvent found = store().find(event.id()).orElseThrow();
    assertEquals(event, found.event());
    assertEquals(new Position(1), found.position());
    assertEquals(all(store()).get(1), found);
  }

  /** An id that is not stored is not found. */
  @Test
  default void anUnknownIdIsNotFound() {
    Event event = event("A");
    store().append("a-1", any(), event);
    assertTrue(store().find(UUID.randomUUID()).isEmpty());
    assertTrue(store().find(event.id()).isPresent());
  }
}
