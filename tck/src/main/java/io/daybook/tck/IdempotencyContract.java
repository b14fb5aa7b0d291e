package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertHead;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.events;
import static io.daybook.tck.Samples.get;
import static io.daybook.tck.Samples.numbered;
import static io.daybook.tck.Samples.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RevisionConflictException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Retries of an append succeed with its first result; anything else with a known id is refused. */
public interface IdempotencyContract extends StoreUnderTest {

  /** The same request again gives the same result and stores nothing. */
  @Test
  default void aRetryGivesTheFirstResultAndStoresNothing() {
    Append append = Append.to("a-1").events(events("A", "B"));
    AppendResult first = store().append(append);
    assertEquals(first, store().append(append));
    assertFinds(store(), Query.everything(), "A", "B");
    assertHead(store(), 1);
  }

  /** A retry's result is the first one, whatever was appended since. */
  @Test
  default void aLateRetryGivesTheFirstResult() {
    put(store(), "b-1", "X");
    Append append = Append.to("a-1").events(events("A", "B"));
    AppendResult first = store().append(append);
    put(store(), "a-1", "C", "D");
    clock().advance(Duration.ofHours(1));
    AppendResult second = store().append(append);
    assertEquals(first, second);
    assertEquals(new Position(1), second.firstPosition());
    assertEquals(TestClock.START, second.recordedAt());
    assertFinds(store(), Query.stream("a-1"), "A", "B", "C", "D");
  }

  /** A retry is known before its expectation is checked. */
  @Test
  default void aRetrySucceedsThoughItsExpectationIsNoLongerMet() {
    Append append = Append.to("a-1").expecting(noStream()).events(event("A"));
    AppendResult first = store().append(append);
    put(store(), "a-1", "B");
    assertEquals(first, store().append(append));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** A retry is known before its condition is checked. */
  @Test
  default void aRetrySucceedsThoughItsConditionIsBrokenByItself() {
    Append append = Append.to("a-1").events(event("A", "x:1")).unless(Query.tags("x:1"));
    AppendResult first = store().append(append);
    assertEquals(first, store().append(append));
    assertFinds(store(), Query.everything(), "A");
  }

  /** A retry with another expectation is still a retry. */
  @Test
  default void aRetryIsKnownByItsEventsAlone() {
    List<Event> events = events("A", "B");
    AppendResult first = store().append("a-1", noStream(), events);
    assertEquals(first, store().append("a-1", exactly(77), events));
    assertHead(store(), 1);
  }

  /** An append to several streams is retried as a whole. */
  @Test
  default void aRetryOverSeveralStreamsGivesTheFirstResult() {
    Append append =
        Append.to("a-1")
            .events(events("A", "B"))
            .and("b-1")
            .events(event("C"))
            .and("a-1")
            .events(event("D"));
    AppendResult first = store().append(append);
    put(store(), "b-1", "E");
    assertEquals(first, store().append(append));
    assertFinds(store(), Query.everything(), "A", "B", "C", "D", "E");
  }

  /** A large append is retried as a whole. */
  @Test
  default void aLargeAppendIsRetriedAsAWhole() {
    List<Event> events = numbered(5_000);
    AppendResult first = store().append("a-1", any(), events);
    assertEquals(first, store().append("a-1", any(), events));
    assertHead(store(), 4_999);
    assertConflict(Append.to("a-1").events(events.subList(0, 4_999)), 0);
  }

  /** A retry of what the store hides by now still gives the first result. */
  @Test
  default void aRetryOfDeletedEventsGivesTheFirstResult() {
    Append append = Append.to("a-1").events(events("A", "B"));
    AppendResult first = store().append(append);
    store().delete("a-1", any());
    assertEquals(first, store().append(append));
    assertFinds(store(), Query.everything());
    assertHead(store(), 2);
  }

  /** A retry on a stream that is closed for ever still gives the first result. */
  @Test
  default void aRetryOnATombstonedStreamGivesTheFirstResult() {
    Append append = Append.to("a-1").events(events("A", "B"));
    AppendResult first = store().append(append);
    store().tombstone("a-1", any());
    assertEquals(first, store().append(append));
    assertHead(store(), 2);
  }

  /** Only the beginning of a stored append is not a retry of it. */
  @Test
  default void thePrefixOfAStoredAppendIsAConflict() {
    List<Event> events = events("A", "B", "C");
    store().append("a-1", any(), events);
    assertConflict(Append.to("a-1").events(events.subList(0, 2)), 0);
  }

  /** A stored append and more is not a retry of it. */
  @Test
  default void aStoredAppendWithMoreIsAConflict() {
    List<Event> events = events("A", "B", "C");
    store().append("a-1", any(), events.subList(0, 2));
    assertConflict(Append.to("a-1").events(events), 0);
  }

  /** Two stored appends in one are not a retry of either. */
  @Test
  default void twoStoredAppendsInOneAreAConflict() {
    List<Event> events = events("A", "B", "C", "D");
    store().append("a-1", any(), events.subList(0, 2));
    store().append("a-1", any(), events.subList(2, 4));
    assertConflict(Append.to("a-1").events(events), 0);
  }

  /** The end of a stored append is not a retry of it. */
  @Test
  default void theSuffixOfAStoredAppendIsAConflict() {
    List<Event> events = events("A", "B", "C");
    store().append("a-1", any(), events);
    assertConflict(Append.to("a-1").events(events.subList(1, 3)), 1);
  }

  /** A new event first and a known one later is a conflict that names the known one. */
  @Test
  default void aKnownIdBehindANewOneIsAConflict() {
    Event known = event("A");
    put(store(), "b-1", "X");
    store().append("a-1", any(), known);
    IdempotencyConflictException conflict =
        assertConflict(Append.to("a-1").events(event("B"), known), 1);
    assertEquals(known.id(), conflict.eventId());
  }

  /** So is the very first event of the store. */
  @Test
  default void theFirstEventOfTheStoreBehindANewOneIsAConflict() {
    Event first = event("A");
    store().append("a-1", any(), first);
    assertConflict(Append.to("a-1").events(event("B"), first), 0);
    assertConflict(Append.to("b-1").events(event("C")).and("a-1").events(first), 0);
  }

  /** Known ids in another order are a conflict. */
  @Test
  default void anotherOrderIsAConflict() {
    Event one = event("A");
    Event two = event("B");
    store().append("a-1", any(), one, two);
    assertConflict(Append.to("a-1").events(two, one), 1);
  }

  /** A known id in another stream is a conflict. */
  @Test
  default void anotherStreamIsAConflict() {
    Event event = event("A");
    store().append("a-1", any(), event);
    IdempotencyConflictException conflict = assertConflict(Append.to("b-1").events(event), 0);
    assertEquals(event.id(), conflict.eventId());
  }

  /** The same events, cut differently into streams, are a conflict. */
  @Test
  default void anotherCutIntoStreamsIsAConflict() {
    Event a = event("A");
    Event b = event("B");
    Event c = event("C");
    store().append(Append.to("a-1").events(a, b).and("b-1").events(c));
    assertConflict(Append.to("a-1").events(a).and("b-1").events(b, c), 0);
  }

  /** A hidden event's id is still taken. */
  @Test
  default void theIdOfAHiddenEventIsStillTaken() {
    Event event = event("A");
    store().append("a-1", any(), event, event("B"));
    store().delete("a-1", any());
    assertConflict(Append.to("b-1").events(event), 0);
  }

  /** What failed is not stored: its ids are free. */
  @Test
  default void theIdsOfAFailedAppendAreFree() {
    Event event = event("A");
    put(store(), "a-1", "X");
    assertThrows(RevisionConflictException.class, () -> store().append("a-1", noStream(), event));
    store().append("b-1", noStream(), event, event("B"));
    assertFinds(store(), Query.everything(), "X", "A", "B");
  }

  /** Pipelined retries of an append that is not yet answered give its result. */
  @Test
  default void aPipelinedRetryGivesTheFirstResult() {
    Append append = Append.to("a-1").expecting(noStream()).events(events("A", "B"));
    var first = store().appendAsync(append);
    var second = store().appendAsync(append);
    var third = store().appendAsync(append);
    AppendResult result = get(this, first);
    assertEquals(Position.FIRST, result.firstPosition());
    assertEquals(result, get(this, second));
    assertEquals(result, get(this, third));
    assertFinds(store(), Query.everything(), "A", "B");
  }

  /**
   * The append must be refused because of a known id that stands at this position, and must not
   * change anything.
   */
  private IdempotencyConflictException assertConflict(Append append, long storedAt) {
    Position head = store().head();
    var conflict = assertThrows(IdempotencyConflictException.class, () -> store().append(append));
    assertEquals(new Position(storedAt), conflict.storedAt());
    assertEquals(head, store().head());
    return conflict;
  }
}
