package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Reads as of a position or an instant of the past. */
public interface AsOfContract extends StoreUnderTest {

  /** As of a position: what stands up to it, itself included. */
  @Test
  default void asOfAPositionShowsWhatStandsUpToIt() {
    put(store(), "a-1", "A", "B", "C");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(new Position(1)), "A", "B");
    assertFinds(store(), request.asOf(new Position(0)), "A");
    assertFinds(store(), request.asOf(new Position(2)), "A", "B", "C");
  }

  /** Before the first event there was nothing. */
  @Test
  default void asOfBeforeTheFirstThereIsNothing() {
    put(store(), "a-1", "A");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(Position.BEFORE_FIRST));
    assertFinds(store(), request.asOf(TestClock.START.minusNanos(1)));
    assertFinds(store(), request.asOf(Position.FIRST), "A");
  }

  /** The future looks like now. */
  @Test
  default void asOfTheFutureShowsEverything() {
    put(store(), "a-1", "A", "B");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(new Position(1_000)), "A", "B");
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(1_000)), "A", "B");
  }

  /** As of an instant: what was recorded then or before. */
  @Test
  default void asOfAnInstantShowsWhatWasRecordedByThen() {
    put(store(), "a-1", "A");
    clock().advance(Duration.ofSeconds(10));
    put(store(), "b-1", "B");
    clock().advance(Duration.ofSeconds(10));
    put(store(), "a-1", "C");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(TestClock.START), "A");
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(9)), "A");
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(10)), "A", "B");
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(19)), "A", "B");
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(20)), "A", "B", "C");
  }

  /** Events that were recorded at the same instant belong together. */
  @Test
  default void asOfAnInstantShowsAllThatWereRecordedAtIt() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B");
    put(store(), "a-1", "C", "D");
    clock().advance(Duration.ofMillis(1));
    put(store(), "a-1", "E");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(TestClock.START), "A", "B", "C", "D");
    assertFinds(store(), request.asOf(TestClock.START.plusMillis(1)), "A", "B", "C", "D", "E");
  }

  /** After the clock stepped back, an instant still cuts the log at one position. */
  @Test
  default void asOfAnInstantFollowsRecordedTimesWhenTheClockStepsBack() {
    clock().advance(Duration.ofMinutes(10));
    put(store(), "a-1", "A");
    clock().set(TestClock.START);
    put(store(), "a-1", "B");
    clock().advance(Duration.ofMinutes(11));
    put(store(), "a-1", "C");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(60)));
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(600)), "A", "B");
    assertFinds(store(), request.asOf(TestClock.START.plusSeconds(660)), "A", "B", "C");
  }

  /** Instants finer than a microsecond are compared as they are. */
  @Test
  default void asOfAnInstantMayBeFinerThanAMicrosecond() {
    Instant recorded = TestClock.START.plusNanos(5_000);
    clock().set(recorded.plusNanos(999));
    put(store(), "a-1", "A");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(recorded), "A");
    assertFinds(store(), request.asOf(recorded.plusNanos(1)), "A");
    assertFinds(store(), request.asOf(recorded.minusNanos(1)));
  }

  /** Any instant that Java knows may be asked for. */
  @Test
  default void asOfTheEndsOfTime() {
    put(store(), "a-1", "A");
    ReadRequest request = ReadRequest.of(Query.everything());
    assertFinds(store(), request.asOf(Instant.MAX), "A");
    assertFinds(store(), request.asOf(Instant.MIN));
  }

  /** The head of a read of the past is the last position of that past. */
  @Test
  default void theHeadOfAReadOfThePastIsThatOfThePast() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B");
    clock().advance(Duration.ofSeconds(1));
    put(store(), "b-1", "C", "D");
    ReadRequest request = ReadRequest.of(Query.stream("a-1"));
    assertEquals(new Position(2), headOf(request.asOf(new Position(2))));
    assertEquals(new Position(3), headOf(request.asOf(new Position(99))));
    assertEquals(new Position(1), headOf(request.asOf(TestClock.START)));
    assertEquals(Position.BEFORE_FIRST, headOf(request.asOf(TestClock.START.minusSeconds(1))));
  }

  /** What was decided on a look at the past conflicts with what came after. */
  @Test
  default void aDecisionOnThePastConflictsWithWhatCameAfter() {
    put(store(), "a-1", "A");
    put(store(), "a-1", "B");
    Position then = headOf(ReadRequest.of(Query.stream("a-1")).asOf(Position.FIRST));
    Append append = Append.to("b-1").events(event("C")).unless(Query.stream("a-1"), then);
    var conflict = assertThrows(AppendConditionException.class, () -> store().append(append));
    assertEquals(new Position(1), conflict.matchingPosition());
  }

  /** The past is queried like the present. */
  @Test
  default void thePastIsQueriedLikeThePresent() {
    put(store(), "a-1", "A", "X");
    put(store(), "b-1", "B", "X");
    put(store(), "a-1", "C", "X");
    Position then = new Position(4);
    assertFinds(store(), ReadRequest.of(Query.stream("a-1")).asOf(then), "A", "X", "C");
    assertFinds(store(), ReadRequest.of(Query.types("X")).asOf(then), "X", "X");
    assertFinds(store(), ReadRequest.of(Query.category("b")).asOf(Position.FIRST));
  }

  /** Direction, limit and start hold in the past, too. */
  @Test
  default void thePastIsReadInBothDirectionsAndFromAnywhere() {
    put(store(), "a-1", "A", "B", "C", "D", "E");
    ReadRequest past = ReadRequest.of(Query.stream("a-1")).asOf(new Position(3));
    assertFinds(store(), past.inReverse(), "D", "C", "B", "A");
    assertFinds(store(), past.inReverse().limit(2), "D", "C");
    assertFinds(store(), past.from(new Position(2)), "C", "D");
    assertFinds(store(), past.from(new Revision(1)), "B", "C", "D");
    assertFinds(store(), past.from(new Revision(4)).inReverse(), "D", "C", "B", "A");
    assertFinds(store(), past.from(new Position(4)));
  }

  /** What is hidden now is hidden in the past, too. */
  @Test
  default void thePastDoesNotShowWhatIsHiddenNow() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "C");
    Position then = store().head();
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(1)));
    store().delete("b-1", any());
    put(store(), "a-1", "D");
    assertFinds(store(), ReadRequest.of(Query.everything()).asOf(then), "B");
    assertFinds(store(), ReadRequest.of(Query.everything()).asOf(TestClock.START), "B", "D");
  }

  /** How many events a stream keeps is counted from its end of now, not of then. */
  @Test
  default void thePastKeepsTheEventsThatAreKeptNow() {
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(2));
    put(store(), "a-1", "A", "B", "C");
    ReadRequest request = ReadRequest.of(Query.stream("a-1"));
    assertFinds(store(), request.asOf(new Position(2)), "B");
    assertFinds(store(), request.asOf(new Position(3)), "B", "C");
  }

  /** The same past looks the same however much is appended. */
  @Test
  default void thePastStaysAsItWas() {
    put(store(), "a-1", "A", "B");
    Instant then = clock().instant();
    clock().advance(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      put(store(), "a-1", "Later");
      assertFinds(store(), ReadRequest.of(Query.stream("a-1")).asOf(then), "A", "B");
    }
    assertEquals(22, all(store()).size());
  }

  private Position headOf(ReadRequest request) {
    try (var read = store().read(request)) {
      return read.head();
    }
  }
}
