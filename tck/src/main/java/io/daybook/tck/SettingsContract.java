package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.exists;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertTypes;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static io.daybook.tck.Samples.revisions;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What streams keep, and that what they don't keep is hidden everywhere. */
public interface SettingsContract extends StoreUnderTest {

  /** A stream that was written is known, with its last revision. */
  @Test
  default void aStreamThatWasWrittenIsKnown() {
    put(store(), "a-1", "A", "B");
    assertEquals(
        Optional.of(
            new StreamInfo(
                "a-1",
                StreamInfo.Status.ACTIVE,
                new Revision(1),
                Revision.FIRST,
                StreamSettings.none())),
        store().streamInfo("a-1"));
  }

  /** A stream that was never written and has no settings is not known. */
  @Test
  default void aStreamThatWasNeverWrittenIsNotKnown() {
    put(store(), "a-1", "A");
    assertEquals(Optional.empty(), store().streamInfo("a-2"));
    assertTrue(store().streamInfo("a-1").isPresent());
  }

  /** Settings are read back as they were given. */
  @Test
  default void settingsAreReadBack() {
    put(store(), "a-1", "A");
    StreamSettings settings =
        StreamSettings.none()
            .withMaxCount(7)
            .withMaxAge(Duration.ofDays(30).plusMillis(1))
            .withTruncateBefore(new Revision(3));
    store().changeSettings("a-1", any(), settings);
    assertEquals(settings, info("a-1").settings());
  }

  /** The largest settings are read back, too. */
  @Test
  default void theLargestSettingsAreReadBack() {
    put(store(), "a-1", "A");
    StreamSettings settings =
        StreamSettings.none()
            .withMaxCount(Long.MAX_VALUE)
            .withMaxAge(Duration.ofMillis(Long.MAX_VALUE))
            .withTruncateBefore(new Revision(0));
    store().changeSettings("a-1", any(), settings);
    assertEquals(settings, info("a-1").settings());
    assertFinds(store(), Query.stream("a-1"), "A");
  }

  /** New settings replace the old ones; nothing of them stays but what they have hidden. */
  @Test
  default void newSettingsReplaceTheOldOnes() {
    put(store(), "a-1", "A", "B", "C");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    assertFinds(store(), Query.stream("a-1"), "C");
    StreamSettings later = StreamSettings.none().withMaxAge(Duration.ofDays(1));
    store().changeSettings("a-1", any(), later);
    assertEquals(later, info("a-1").settings());
    put(store(), "a-1", "D");
    assertEquals(List.of(2L, 3L), revisions(store().read(Query.stream("a-1")).toList()));
  }

  /** A higher max count brings nothing back. */
  @Test
  default void aHigherMaxCountBringsNothingBack() {
    put(store(), "a-1", "A", "B", "C", "D");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(2));
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(4));
    assertFinds(store(), Query.stream("a-1"), "C", "D");
    put(store(), "a-1", "E", "F", "G");
    assertFinds(store(), Query.everything(), "D", "E", "F", "G");
    assertEquals(new Revision(3), info("a-1").firstVisible());
  }

  /** Settings that keep everything keep all that is still there. */
  @Test
  default void noSettingsBringNothingBack() {
    put(store(), "a-1", "A", "B", "C");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    for (int i = 0; i < 3; i++) {
      store().changeSettings("a-1", any(), StreamSettings.none());
      assertFinds(store(), Query.types("A", "B", "C"), "C");
    }
    assertEquals(StreamSettings.none(), info("a-1").settings());
    put(store(), "a-1", "D");
    assertFinds(store(), Query.stream("a-1"), "C", "D");
    store().append(Append.to("b-1").events(event("X")).unless(Query.types("A", "B")));
  }

  /** A lower truncation brings nothing back. */
  @Test
  default void aLowerTruncationBringsNothingBack() {
    put(store(), "a-1", "A", "B", "C");
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(2)));
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(1)));
    assertFinds(store(), Query.stream("a-1"), "C");
    assertEquals(new Revision(2), info("a-1").firstVisible());
  }

  /** A truncation that lay ahead and is taken back has hidden what was there, and no more. */
  @Test
  default void aTruncationAheadThatIsTakenBackHidesNothingLater() {
    put(store(), "a-1", "A", "B");
    store()
        .changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(99)));
    put(store(), "a-1", "C");
    store().changeSettings("a-1", any(), StreamSettings.none());
    put(store(), "a-1", "D");
    assertFinds(store(), Query.stream("a-1"), "D");
  }

  /** A longer max age brings nothing back that was too old when it was set. */
  @Test
  default void aLongerMaxAgeBringsNothingBack() {
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofMinutes(10)));
    Event old = event("A");
    store().append("a-1", any(), old);
    clock().advance(Duration.ofMinutes(6));
    put(store(), "a-1", "B");
    clock().advance(Duration.ofMinutes(5));
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofDays(1)));
    assertFinds(store(), Query.everything(), "B");
    assertEquals(Optional.empty(), store().find(old.id()));
    store().changeSettings("a-1", any(), StreamSettings.none());
    clock().advance(Duration.ofDays(9));
    assertFinds(store(), Query.stream("a-1"), "B");
    assertEquals(new Revision(1), info("a-1").firstVisible());
  }

  /** A clock that steps back brings nothing back that was too old when the last event came. */
  @Test
  default void aClockThatStepsBackBringsNothingBack() {
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofMinutes(10)));
    put(store(), "a-1", "A");
    clock().advance(Duration.ofMinutes(11));
    put(store(), "b-1", "B");
    clock().advance(Duration.ofMinutes(-9));
    assertFinds(store(), Query.everything(), "B");
    assertFinds(store(), Query.stream("a-1"));
    store().append(Append.to("b-1").events(event("C")).unless(Query.types("A")));
  }

  /** A read of the past shows nothing that is hidden now, whatever held then. */
  @Test
  default void aReadOfThePastBringsNothingBack() {
    put(store(), "a-1", "A", "B", "C");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    store().changeSettings("a-1", any(), StreamSettings.none());
    assertFinds(store(), ReadRequest.of(Query.stream("a-1")).asOf(new Position(2)), "C");
  }

  /** A stream may have settings before it has events. */
  @Test
  default void aStreamMayHaveSettingsBeforeEvents() {
    StreamSettings settings = StreamSettings.none().withMaxCount(1);
    store().changeSettings("a-1", noStream(), settings);
    assertEquals(
        new StreamInfo("a-1", StreamInfo.Status.ACTIVE, null, null, settings), info("a-1"));
    store().append("a-1", noStream(), event("A"), event("B"));
    assertFinds(store(), Query.stream("a-1"), "B");
  }

  /** Settings are changed only if the stream is as expected. */
  @Test
  default void settingsAreChangedOnlyIfTheStreamIsAsExpected() {
    put(store(), "a-1", "A", "B");
    StreamSettings settings = StreamSettings.none().withMaxCount(1);
    var conflict =
        assertThrows(
            RevisionConflictException.class,
            () -> store().changeSettings("a-1", exactly(0), settings));
    assertEquals("a-1", conflict.stream());
    assertEquals(exactly(0), conflict.expected());
    assertEquals(Optional.of(new Revision(1)), conflict.actual());
    assertThrows(
        RevisionConflictException.class, () -> store().changeSettings("a-2", exists(), settings));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
    store().changeSettings("a-1", exactly(1), settings);
    assertFinds(store(), Query.stream("a-1"), "B");
  }

  /** A change of settings takes a position and says which. */
  @Test
  default void aChangeOfSettingsTakesAPosition() {
    put(store(), "a-1", "A");
    AppendResult result =
        store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(5));
    assertEquals(new Position(1), result.firstPosition());
    assertEquals(new Position(1), result.lastPosition());
    assertEquals(new Position(2), put(store(), "a-1", "B").firstPosition());
    assertEquals(new Revision(1), info("a-1").last());
  }

  /** Max count: only the last events are kept, as the stream grows. */
  @Test
  default void maxCountKeepsTheLastEvents() {
    put(store(), "a-1", "A", "B", "C");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(2));
    assertFinds(store(), Query.stream("a-1"), "B", "C");
    put(store(), "a-1", "D");
    assertFinds(store(), Query.stream("a-1"), "C", "D");
    put(store(), "a-1", "E", "F", "G");
    assertFinds(store(), Query.stream("a-1"), "F", "G");
    assertEquals(new Revision(5), info("a-1").firstVisible());
    assertEquals(new Revision(6), info("a-1").last());
  }

  /** Max count: a stream that has fewer keeps them all. */
  @Test
  default void maxCountKeepsAllOfAShortStream() {
    put(store(), "a-1", "A", "B");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(2));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
    assertEquals(Revision.FIRST, info("a-1").firstVisible());
  }

  /** Truncate before: events with lower revisions are hidden. */
  @Test
  default void truncateBeforeHidesLowerRevisions() {
    put(store(), "a-1", "A", "B", "C");
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(2)));
    assertFinds(store(), Query.stream("a-1"), "C");
    assertEquals(new Revision(2), info("a-1").firstVisible());
    put(store(), "a-1", "D");
    assertFinds(store(), Query.stream("a-1"), "C", "D");
  }

  /** Truncate before a revision that is still to come hides what comes until then. */
  @Test
  default void truncateBeforeMayLieAhead() {
    put(store(), "a-1", "A", "B");
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(3)));
    put(store(), "a-1", "C");
    assertFinds(store(), Query.stream("a-1"));
    assertEquals(
        new StreamInfo(
            "a-1", StreamInfo.Status.ACTIVE, new Revision(2), null, info("a-1").settings()),
        info("a-1"));
    put(store(), "a-1", "D");
    assertFinds(store(), Query.stream("a-1"), "D");
  }

  /** Max age: what is older is hidden, what is exactly so old is kept. */
  @Test
  default void maxAgeHidesOlderEvents() {
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofMinutes(10)));
    put(store(), "a-1", "A");
    clock().advance(Duration.ofMinutes(6));
    put(store(), "a-1", "B");
    clock().advance(Duration.ofMinutes(4));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
    clock().advance(Duration.ofMillis(1));
    assertFinds(store(), Query.stream("a-1"), "B");
    assertEquals(new Revision(1), info("a-1").firstVisible());
    clock().advance(Duration.ofMinutes(6));
    assertFinds(store(), Query.stream("a-1"));
    assertEquals(Optional.empty(), info("a-1").firstVisibleRevision());
    put(store(), "a-1", "C");
    assertFinds(store(), Query.stream("a-1"), "C");
  }

  /** A read measures ages at its beginning: what it began to show, it shows to the end. */
  @Test
  default void aReadMeasuresAgesAtItsBeginning() {
    put(store(), "a-1", "A", "B");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofMinutes(10)));
    try (var read = store().read(Query.stream("a-1"))) {
      clock().advance(Duration.ofMinutes(11));
      assertTypes(List.of("A", "B"), read);
    }
    assertFinds(store(), Query.stream("a-1"));
  }

  /** All limits hold together. */
  @Test
  default void allLimitsHoldTogether() {
    put(store(), "a-1", "A", "B", "C");
    clock().advance(Duration.ofHours(1));
    put(store(), "a-1", "D", "E", "F");
    Duration age = Duration.ofMinutes(30);
    StreamSettings settings = StreamSettings.none().withMaxAge(age).withMaxCount(5);
    store().changeSettings("a-1", any(), settings);
    assertFinds(store(), Query.stream("a-1"), "D", "E", "F");
    store().changeSettings("a-1", any(), settings.withMaxCount(2));
    assertFinds(store(), Query.stream("a-1"), "E", "F");
    store()
        .changeSettings("a-1", any(), settings.withMaxCount(2).withTruncateBefore(new Revision(5)));
    assertFinds(store(), Query.stream("a-1"), "F");
  }

  /** A hidden event is hidden in reads by every dimension. */
  @Test
  default void aHiddenEventIsHiddenInEveryDimension() {
    putTagged(store(), "a-1", "T", "x:1", "n:1");
    putTagged(store(), "a-1", "T", "x:1", "n:2");
    putTagged(store(), "b-1", "T", "x:1", "n:3");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    for (Query query :
        List.of(
            Query.everything(),
            Query.types("T"),
            Query.tags("x:1"),
            Query.streams("a-1", "b-1"),
            Query.category("a").or(Query.category("b")))) {
      assertEquals(List.of("n:2", "n:3"), numbers(store().read(query).toList()), query::toString);
      assertEquals(
          List.of("n:3", "n:2"),
          numbers(store().read(ReadRequest.of(query).inReverse()).toList()),
          query::toString);
    }
  }

  /** A hidden event is not found by its id. */
  @Test
  default void aHiddenEventIsNotFoundByItsId() {
    Event old = event("A");
    Event last = event("B");
    store().append("a-1", any(), old, last);
    assertTrue(store().find(old.id()).isPresent());
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    assertEquals(Optional.empty(), store().find(old.id()));
    assertTrue(store().find(last.id()).isPresent());
  }

  /** An event that is too old is not found by its id. */
  @Test
  default void anEventThatIsTooOldIsNotFoundByItsId() {
    Event event = event("A");
    store().append("a-1", any(), event);
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofSeconds(5)));
    assertTrue(store().find(event.id()).isPresent());
    clock().advance(Duration.ofSeconds(6));
    assertEquals(Optional.empty(), store().find(event.id()));
  }

  /** A read from a hidden revision starts at the first that is kept. */
  @Test
  default void aReadFromAHiddenRevisionStartsAtTheNextThatIsKept() {
    put(store(), "a-1", "A", "B", "C", "D");
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(2)));
    ReadRequest request = ReadRequest.of(Query.stream("a-1")).from(new Revision(1));
    assertFinds(store(), request, "C", "D");
    assertFinds(store(), request.limit(1), "C");
    assertFinds(store(), request.inReverse());
  }

  /** A limit counts what is shown. */
  @Test
  default void aLimitCountsWhatIsShown() {
    put(store(), "a-1", "A", "B", "C", "D");
    put(store(), "b-1", "E");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    assertFinds(store(), ReadRequest.of(Query.everything()).limit(2), "D", "E");
    assertFinds(store(), ReadRequest.of(Query.everything()).inReverse().limit(2), "E", "D");
  }

  /** The head of a read is the last position, be the event there hidden or not. */
  @Test
  default void theHeadMayBeAHiddenEvent() {
    put(store(), "b-1", "X");
    put(store(), "a-1", "A", "B");
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(9)));
    assertEquals(new Position(3), store().head());
    try (var read = store().read(Query.everything())) {
      assertEquals(new Position(3), read.head());
      assertTypes(List.of("X"), read);
    }
  }

  /** A read that began before the settings changed is not disturbed. */
  @Test
  default void aReadThatBeganBeforeKeepsTheSettingsOfItsMoment() {
    put(store(), "a-1", "A", "B", "C");
    try (var read = store().read(Query.everything());
        var stream = store().read(ReadRequest.of(Query.stream("a-1")).inReverse())) {
      store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
      assertTypes(List.of("A", "B", "C"), read);
      assertTypes(List.of("C", "B", "A"), stream);
    }
    assertFinds(store(), Query.everything(), "C");
  }

  /** Settings of one stream don't touch another. */
  @Test
  default void settingsOfOneStreamDoNotTouchAnother() {
    put(store(), "a-1", "A", "B");
    put(store(), "a-2", "C", "D");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
    assertFinds(store(), Query.everything(), "B", "C", "D");
    assertEquals(StreamSettings.none(), info("a-2").settings());
  }

  /** Settings may be changed again and again; the last ones hold. */
  @Test
  default void theLastSettingsHold() {
    put(store(), "a-1", "A", "B", "C", "D", "E");
    for (int count = 5; count >= 1; count--) {
      store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(count));
      assertEquals(Optional.of(new Revision(5 - count)), info("a-1").firstVisibleRevision());
    }
    assertFinds(store(), Query.stream("a-1"), "E");
  }

  private StreamInfo info(String stream) {
    return store().streamInfo(stream).orElseThrow();
  }

  private static List<String> numbers(List<RecordedEvent> events) {
    return events.stream().map(event -> event.tags().getLast()).toList();
  }
}
