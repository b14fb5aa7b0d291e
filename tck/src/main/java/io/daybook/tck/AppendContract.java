package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertHead;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.events;
import static io.daybook.tck.Samples.failure;
import static io.daybook.tck.Samples.get;
import static io.daybook.tck.Samples.numbered;
import static io.daybook.tck.Samples.positions;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.revisions;
import static io.daybook.tck.Samples.types;
import static io.daybook.tck.Samples.upTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an append assigns, returns and stores. */
public interface AppendContract extends StoreUnderTest {

  /** The first event stands at position 0 and revision 0. */
  @Test
  default void theFirstEventTakesPositionAndRevisionZero() {
    put(store(), "account-1", "Opened");
    RecordedEvent only = all(store()).getFirst();
    assertEquals(Position.FIRST, only.position());
    assertEquals(Revision.FIRST, only.revision());
    assertEquals("account-1", only.stream());
  }

  /** Positions count over all streams without a gap. */
  @Test
  default void positionsAreDenseAcrossStreams() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "C");
    put(store(), "a-1", "D");
    assertEquals(upTo(4), positions(all(store())));
    assertEquals(List.of("A", "B", "C", "D"), types(all(store())));
  }

  /** Revisions count in each stream. */
  @Test
  default void revisionsCountInEachStream() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "C");
    put(store(), "a-1", "D");
    assertEquals(upTo(3), revisions(store().read(Query.stream("a-1")).toList()));
    assertEquals(upTo(1), revisions(store().read(Query.stream("b-1")).toList()));
  }

  /** The events of one append keep their order. */
  @Test
  default void theEventsOfAnAppendKeepTheirOrder() {
    List<Event> events = numbered(1_000);
    store().append("a-1", any(), events);
    assertEquals(events, all(store()).stream().map(RecordedEvent::event).toList());
  }

  /** The result names the first and the last position. */
  @Test
  default void theResultNamesTheFirstAndTheLastPosition() {
    put(store(), "a-1", "A", "B");
    AppendResult result = put(store(), "b-1", "C", "D", "E");
    assertEquals(new Position(2), result.firstPosition());
    assertEquals(new Position(4), result.lastPosition());
  }

  /** The result names each written stream's last revision, and no other's. */
  @Test
  default void theResultNamesTheLastRevisionOfEachWrittenStream() {
    put(store(), "a-1", "A", "B");
    put(store(), "c-1", "C");
    AppendResult result =
        store()
            .append(Append.to("a-1").events(event("D")).and("b-1").events(events("E", "F", "G")));
    assertEquals(Map.of("a-1", new Revision(2), "b-1", new Revision(2)), result.lastRevisions());
  }

  /** The result says when the events were recorded. */
  @Test
  default void theResultSaysWhenTheEventsWereRecorded() {
    clock().advance(Duration.ofMinutes(5));
    AppendResult result = put(store(), "a-1", "A");
    assertEquals(clock().instant(), result.recordedAt());
    assertEquals(result.recordedAt(), all(store()).getFirst().recordedAt());
  }

  /** Several streams are written by one append, in the order of its writes. */
  @Test
  default void severalStreamsAreWrittenInTheOrderOfTheWrites() {
    store()
        .append(
            Append.to("b-1")
                .events(events("A", "B"))
                .and("a-1")
                .events(event("C"))
                .and("c-1")
                .events(event("D")));
    List<RecordedEvent> all = all(store());
    assertEquals(List.of("A", "B", "C", "D"), types(all));
    assertEquals(
        List.of("b-1", "b-1", "a-1", "c-1"), all.stream().map(RecordedEvent::stream).toList());
    assertEquals(List.of(0L, 1L, 0L, 0L), revisions(all));
  }

  /** A stream may be written more than once by one append. */
  @Test
  default void aStreamMayBeWrittenInSeveralRunsOfOneAppend() {
    put(store(), "a-1", "A");
    AppendResult result =
        store()
            .append(
                Append.to("a-1")
                    .events(events("B", "C"))
                    .and("b-1")
                    .events(event("D"))
                    .and("a-1")
                    .events(event("E"))
                    .and("b-1")
                    .events(event("F")));
    assertFinds(store(), Query.everything(), "A", "B", "C", "D", "E", "F");
    assertFinds(store(), Query.stream("a-1"), "A", "B", "C", "E");
    assertEquals(upTo(4), revisions(store().read(Query.stream("a-1")).toList()));
    assertEquals(upTo(2), revisions(store().read(Query.stream("b-1")).toList()));
    assertEquals(Map.of("a-1", new Revision(3), "b-1", new Revision(1)), result.lastRevisions());
  }

  /** If one of several streams is not as expected, none is written. */
  @Test
  default void severalStreamsAreWrittenAllOrNone() {
    put(store(), "b-1", "A");
    Append append =
        Append.to("a-1").events(event("B")).and("b-1").expecting(noStream()).events(event("C"));
    assertThrows(RevisionConflictException.class, () -> store().append(append));
    assertFinds(store(), Query.everything(), "A");
    assertHead(store(), 0);
  }

  /** What failed leaves no gap: the next append takes the next position and revision. */
  @Test
  default void aFailedAppendTakesNoPosition() {
    put(store(), "a-1", "A");
    assertThrows(
        RevisionConflictException.class, () -> store().append("a-1", exactly(7), event("B")));
    AppendResult result = put(store(), "a-1", "C");
    assertEquals(new Position(1), result.firstPosition());
    assertEquals(new Revision(1), result.lastRevision("a-1"));
    assertFinds(store(), Query.everything(), "A", "C");
  }

  /** An event comes back with its id, type, tags, data and metadata. */
  @Test
  default void anEventComesBackAsItWasAppended() {
    Event event =
        event("Deposited", "account:1", "owner:ada")
            .withMetadata(Payload.json("{\"actor\":\"ada\"}"));
    store().append("account-1", any(), event);
    assertEquals(event, all(store()).getFirst().event());
  }

  /** Tags keep their order, and a repeated tag counts once. */
  @Test
  default void tagsKeepTheirOrder() {
    Event event = event("A", "z:1", "a:2", "z:1", "m:3");
    store().append("a-1", any(), event);
    assertEquals(List.of("z:1", "a:2", "m:3"), all(store()).getFirst().tags());
  }

  /** The head is the position of the last event. */
  @Test
  default void theHeadIsThePositionOfTheLastEvent() {
    Position before = store().head();
    put(store(), "a-1", "A", "B", "C");
    assertEquals(Position.BEFORE_FIRST, before);
    assertHead(store(), 2);
  }

  /** An event is found as soon as its append returned. */
  @Test
  default void whatWasAppendedIsReadAtOnce() {
    for (int i = 0; i < 100; i++) {
      put(store(), "a-" + i % 3, "E" + i);
      assertEquals(
          "E" + i,
          store().read(Query.types("E" + i)).toList().getFirst().type(),
          "after append " + i);
    }
  }

  /** Recorded times are cut to the microsecond. */
  @Test
  default void recordedTimesAreCutToTheMicrosecond() {
    clock().set(Instant.parse("2026-03-04T05:06:07.123456789Z"));
    put(store(), "a-1", "A");
    assertEquals(
        Instant.parse("2026-03-04T05:06:07.123456Z"), all(store()).getFirst().recordedAt());
  }

  /** All events of an append are recorded at the same time. */
  @Test
  default void theEventsOfAnAppendShareTheirRecordedTime() {
    store().append(Append.to("a-1").events(events("A", "B")).and("b-1").events(events("C", "D")));
    List<Instant> times = all(store()).stream().map(RecordedEvent::recordedAt).distinct().toList();
    assertEquals(List.of(TestClock.START), times);
  }

  /** When the clock steps back, recorded times stand still until it has caught up. */
  @Test
  default void recordedTimesNeverRunBackwards() {
    put(store(), "a-1", "A");
    clock().advance(Duration.ofHours(-1));
    AppendResult back = put(store(), "a-1", "B");
    clock().advance(Duration.ofHours(2));
    put(store(), "a-1", "C");
    assertEquals(TestClock.START, back.recordedAt());
    assertEquals(
        List.of(TestClock.START, TestClock.START, TestClock.START.plus(Duration.ofHours(1))),
        all(store()).stream().map(RecordedEvent::recordedAt).toList());
  }

  /** An asynchronous append completes with the result of the blocking one. */
  @Test
  default void anAsynchronousAppendCompletesWithItsResult() {
    AppendResult first = get(this, store().appendAsync(Append.to("a-1").events(events("A", "B"))));
    assertEquals(
        new AppendResult(
            new Position(0), new Position(1), Map.of("a-1", new Revision(1)), clock().instant()),
        first);
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** An asynchronous append fails with what the blocking one throws. */
  @Test
  default void anAsynchronousAppendFailsWithWhatTheBlockingOneThrows() {
    put(store(), "a-1", "A");
    var conflict =
        failure(
            this,
            RevisionConflictException.class,
            store().appendAsync(Append.to("a-1").expecting(noStream()).events(event("B"))));
    assertEquals("a-1", conflict.stream());
  }

  /** A caller may send the next request before the last one is answered. */
  @Test
  default void asynchronousAppendsOfOneThreadAreDecidedInTheirOrder() {
    var answers = new ArrayList<CompletableFuture<AppendResult>>();
    answers.add(store().appendAsync(Append.to("a-1").expecting(noStream()).events(event("E0"))));
    for (int i = 1; i < 500; i++) {
      answers.add(
          store().appendAsync(Append.to("a-1").expecting(exactly(i - 1)).events(event("E" + i))));
    }
    List<Long> positions =
        answers.stream().map(answer -> get(this, answer).firstPosition().value()).toList();
    assertEquals(upTo(500), positions);
    assertEquals(Samples.numberedTypes(0, 500), types(all(store())));
  }

  /** One that fails does not keep the next from being decided. */
  @Test
  default void anAsynchronousAppendThatFailsDoesNotHarmTheNext() {
    var good = store().appendAsync(Append.to("a-1").events(event("A")));
    var bad = store().appendAsync(Append.to("a-1").expecting(exactly(5)).events(event("B")));
    var next = store().appendAsync(Append.to("a-1").expecting(exactly(0)).events(event("C")));
    assertEquals(0, get(this, good).firstPosition().value());
    failure(this, RevisionConflictException.class, bad);
    assertEquals(1, get(this, next).firstPosition().value());
    assertFinds(store(), Query.everything(), "A", "C");
  }

  /** The short forms append what the request would. */
  @Test
  default void theShortFormsAppendToOneStream() {
    store().append("a-1", noStream(), event("A"), event("B"));
    store().append("a-1", exactly(1), events("C"));
    assertThrows(
        RevisionConflictException.class, () -> store().append("a-1", exactly(1), event("D")));
    assertFinds(store(), Query.stream("a-1"), "A", "B", "C");
  }
}
