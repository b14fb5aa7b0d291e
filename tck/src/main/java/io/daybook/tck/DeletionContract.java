package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.exists;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertHead;
import static io.daybook.tck.Samples.assertTypes;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.events;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static io.daybook.tck.Samples.revisions;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.StreamTombstonedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Deleted streams, whose numbers go on, and tombstoned ones, which are closed for ever. */
public interface DeletionContract extends StoreUnderTest {

  /** The events of a deleted stream are hidden in every dimension. */
  @Test
  default void deletedEventsAreHiddenEverywhere() {
    Event gone = event("T", "x:1");
    store().append("a-1", any(), gone);
    putTagged(store(), "a-2", "T", "x:1");
    store().delete("a-1", any());
    for (Query query :
        List.of(Query.everything(), Query.category("a"), Query.types("T"), Query.tags("x:1"))) {
      var found = store().read(query).toList();
      assertEquals(List.of("a-2"), found.stream().map(e -> e.stream()).toList(), query::toString);
    }
    assertFinds(store(), Query.stream("a-1"));
    assertEquals(Optional.empty(), store().find(gone.id()));
  }

  /** A deleted stream is known as deleted, with its last revision. */
  @Test
  default void aDeletedStreamIsKnownAsDeleted() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    StreamInfo info = info("a-1");
    assertEquals(StreamInfo.Status.DELETED, info.status());
    assertEquals(Optional.of(new Revision(1)), info.lastRevision());
    assertEquals(Optional.empty(), info.firstVisibleRevision());
  }

  /** After a delete, numbering goes on, and the new events are shown. */
  @Test
  default void theNumbersOfADeletedStreamGoOn() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    AppendResult result = put(store(), "a-1", "C");
    assertEquals(new Revision(2), result.lastRevision("a-1"));
    assertFinds(store(), Query.stream("a-1"), "C");
    assertEquals(List.of(2L), revisions(store().read(Query.stream("a-1")).toList()));
    assertEquals(
        new StreamInfo(
            "a-1",
            StreamInfo.Status.ACTIVE,
            new Revision(2),
            new Revision(2),
            StreamSettings.none()),
        info("a-1"));
  }

  /** A delete says which position it took. */
  @Test
  default void aDeleteTakesAPosition() {
    put(store(), "a-1", "A");
    assertEquals(new Position(1), store().delete("a-1", any()).lastPosition());
    assertHead(store(), 1);
    assertEquals(new Position(2), put(store(), "a-1", "B").firstPosition());
  }

  /** After a delete, no stream passes. */
  @Test
  default void afterADeleteNoStreamPasses() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    store().append("a-1", noStream(), event("C"));
    assertFinds(store(), Query.stream("a-1"), "C");
    assertThrows(
        RevisionConflictException.class, () -> store().append("a-1", noStream(), event("D")));
  }

  /** After a delete, exactly the last revision passes, and no other. */
  @Test
  default void afterADeleteExactlyTheLastRevisionPasses() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    assertThrows(
        RevisionConflictException.class, () -> store().append("a-1", exactly(0), event("C")));
    store().append("a-1", exactly(1), event("D"));
    assertFinds(store(), Query.stream("a-1"), "D");
  }

  /** After a delete, exists fails until the stream is written again. */
  @Test
  default void afterADeleteExistsFails() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    var conflict =
        assertThrows(
            RevisionConflictException.class, () -> store().append("a-1", exists(), event("C")));
    assertEquals(Optional.of(new Revision(1)), conflict.actual());
    put(store(), "a-1", "D");
    store().append("a-1", exists(), event("E"));
    assertFinds(store(), Query.stream("a-1"), "D", "E");
  }

  /** A stream is deleted only if it is as expected. */
  @Test
  default void aStreamIsDeletedOnlyIfItIsAsExpected() {
    put(store(), "a-1", "A", "B");
    var conflict =
        assertThrows(RevisionConflictException.class, () -> store().delete("a-1", exactly(0)));
    assertEquals("a-1", conflict.stream());
    assertThrows(RevisionConflictException.class, () -> store().delete("a-1", noStream()));
    assertThrows(RevisionConflictException.class, () -> store().delete("a-2", exists()));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
    store().delete("a-1", exactly(1));
    assertFinds(store(), Query.stream("a-1"));
  }

  /** A stream may be deleted again, after it was written again or not. */
  @Test
  default void aStreamMayBeDeletedAgain() {
    put(store(), "a-1", "A");
    store().delete("a-1", any());
    store().delete("a-1", any());
    put(store(), "a-1", "B");
    store().delete("a-1", exactly(1));
    assertFinds(store(), Query.everything());
    assertEquals(StreamInfo.Status.DELETED, info("a-1").status());
    store().append("a-1", exactly(1), event("C"));
    assertFinds(store(), Query.everything(), "C");
  }

  /** A stream that was never written may be deleted; that changes nothing for its events. */
  @Test
  default void aStreamThatWasNeverWrittenMayBeDeleted() {
    store().delete("a-1", noStream());
    assertHead(store(), 0);
    assertEquals(StreamInfo.Status.DELETED, info("a-1").status());
    assertEquals(Optional.empty(), info("a-1").lastRevision());
    store().append("a-1", noStream(), event("A"));
    assertFinds(store(), Query.stream("a-1"), "A");
    assertEquals(Revision.FIRST, info("a-1").last());
  }

  /** What was deleted stays deleted, whatever settings come later. */
  @Test
  default void laterSettingsDoNotBringDeletedEventsBack() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(100));
    assertFinds(store(), Query.stream("a-1"));
    assertEquals(StreamInfo.Status.DELETED, info("a-1").status());
    store().changeSettings("a-1", any(), StreamSettings.none());
    put(store(), "a-1", "C");
    assertFinds(store(), Query.stream("a-1"), "C");
  }

  /** A delete leaves the settings as they are. */
  @Test
  default void settingsOutliveADelete() {
    StreamSettings settings = StreamSettings.none().withMaxCount(1);
    store().changeSettings("a-1", any(), settings);
    put(store(), "a-1", "A");
    store().delete("a-1", any());
    assertEquals(settings, info("a-1").settings());
    put(store(), "a-1", "B", "C");
    assertFinds(store(), Query.stream("a-1"), "C");
  }

  /** A read that began before the delete is not disturbed. */
  @Test
  default void aReadThatBeganBeforeADeleteGoesOn() {
    put(store(), "a-1", "A", "B", "C");
    put(store(), "b-1", "D", "E");
    try (var everything = store().read(Query.everything());
        var stream = store().read(ReadRequest.of(Query.stream("a-1")).inReverse())) {
      var events = everything.iterator();
      assertEquals("A", events.next().type());
      store().delete("a-1", any());
      store().tombstone("b-1", any());
      assertEquals("B", events.next().type());
      assertTypes(List.of("C", "B", "A"), stream);
      events.next();
      assertEquals("D", events.next().type());
    }
    assertFinds(store(), Query.everything());
  }

  /** The events of a tombstoned stream are hidden in every dimension. */
  @Test
  default void tombstonedEventsAreHiddenEverywhere() {
    Event gone = event("T", "x:1");
    store().append("a-1", any(), gone);
    putTagged(store(), "a-2", "T", "x:1");
    store().tombstone("a-1", any());
    for (Query query :
        List.of(Query.everything(), Query.category("a"), Query.types("T"), Query.tags("x:1"))) {
      var found = store().read(query).toList();
      assertEquals(List.of("a-2"), found.stream().map(e -> e.stream()).toList(), query::toString);
    }
    assertFinds(store(), Query.stream("a-1"));
    assertEquals(Optional.empty(), store().find(gone.id()));
  }

  /** A tombstoned stream is known as tombstoned, with its last revision. */
  @Test
  default void aTombstonedStreamIsKnownAsTombstoned() {
    put(store(), "a-1", "A", "B");
    store().tombstone("a-1", exactly(1));
    StreamInfo info = info("a-1");
    assertEquals(StreamInfo.Status.TOMBSTONED, info.status());
    assertEquals(Optional.of(new Revision(1)), info.lastRevision());
    assertEquals(Optional.empty(), info.firstVisibleRevision());
  }

  /** After a tombstone every append fails, whatever it expects. */
  @Test
  default void afterATombstoneEveryAppendFails() {
    put(store(), "a-1", "A");
    store().tombstone("a-1", any());
    for (var expected : List.of(any(), noStream(), exists(), exactly(0))) {
      var refused =
          assertThrows(
              StreamTombstonedException.class,
              () -> store().append("a-1", expected, event("B")),
              expected::toString);
      assertEquals("a-1", refused.stream());
    }
    assertHead(store(), 1);
  }

  /** A tombstoned stream keeps an append from writing others. */
  @Test
  default void anAppendToATombstonedStreamAndOthersFailsWhole() {
    store().tombstone("a-1", any());
    Append append = Append.to("b-1").events(events("A", "B")).and("a-1").events(event("C"));
    assertThrows(StreamTombstonedException.class, () -> store().append(append));
    assertFinds(store(), Query.everything());
    assertEquals(Optional.empty(), store().streamInfo("b-1"));
  }

  /** To expect anything of a tombstoned stream fails, too. */
  @Test
  default void nothingCanBeExpectedOfATombstonedStream() {
    put(store(), "a-1", "A");
    store().tombstone("a-1", any());
    for (var expected : List.of(noStream(), exists(), exactly(0))) {
      var refused =
          assertThrows(
              StreamTombstonedException.class,
              () ->
                  store()
                      .append(Append.to("b-1").events(event("B")).alsoExpecting("a-1", expected)),
              expected::toString);
      assertEquals("a-1", refused.stream());
    }
  }

  /** A tombstone is looked at before any other expectation or condition. */
  @Test
  default void aTombstoneIsReportedBeforeConflicts() {
    put(store(), "b-1", "B");
    store().tombstone("a-1", any());
    Append append =
        Append.to("b-1")
            .expecting(noStream())
            .events(event("C"))
            .and("a-1")
            .events(event("D"))
            .unless(Query.types("B"));
    assertThrows(StreamTombstonedException.class, () -> store().append(append));
    assertFinds(store(), Query.everything(), "B");
  }

  /** A tombstoned stream can't be deleted, tombstoned again or given settings. */
  @Test
  default void aTombstonedStreamCannotBeChanged() {
    put(store(), "a-1", "A");
    store().tombstone("a-1", any());
    assertThrows(StreamTombstonedException.class, () -> store().tombstone("a-1", any()));
    assertThrows(StreamTombstonedException.class, () -> store().delete("a-1", any()));
    assertThrows(
        StreamTombstonedException.class,
        () -> store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1)));
    assertHead(store(), 1);
  }

  /** A stream is tombstoned only if it is as expected. */
  @Test
  default void aStreamIsTombstonedOnlyIfItIsAsExpected() {
    put(store(), "a-1", "A");
    var conflict =
        assertThrows(RevisionConflictException.class, () -> store().tombstone("a-1", exactly(4)));
    assertEquals(Optional.of(Revision.FIRST), conflict.actual());
    store().append("a-1", exactly(0), event("B"));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** A stream that was never written may be closed for ever. */
  @Test
  default void aStreamThatWasNeverWrittenMayBeTombstoned() {
    store().tombstone("a-1", noStream());
    assertEquals(StreamInfo.Status.TOMBSTONED, info("a-1").status());
    assertEquals(Optional.empty(), info("a-1").lastRevision());
    assertThrows(StreamTombstonedException.class, () -> put(store(), "a-1", "A"));
  }

  /** A deleted stream may be closed for ever. */
  @Test
  default void aDeletedStreamMayBeTombstoned() {
    put(store(), "a-1", "A");
    store().delete("a-1", any());
    store().tombstone("a-1", noStream());
    assertEquals(StreamInfo.Status.TOMBSTONED, info("a-1").status());
    assertThrows(StreamTombstonedException.class, () -> put(store(), "a-1", "B"));
  }

  /** The tombstone of one stream does not keep another from being written. */
  @Test
  default void otherStreamsAreNotTouched() {
    put(store(), "a-1", "A");
    put(store(), "a-11", "B");
    store().tombstone("a-1", any());
    store().delete("a", any());
    store().append("a-11", exactly(0), event("C"));
    assertFinds(store(), Query.everything(), "B", "C");
  }

  /** The tombstoned events don't break a condition. */
  @Test
  default void tombstonedEventsDoNotBreakACondition() {
    putTagged(store(), "a-1", "A", "x:1");
    Append append = Append.to("b-1").events(event("B")).unless(Query.tags("x:1"));
    assertThrows(AppendConditionException.class, () -> store().append(append));
    store().tombstone("a-1", any());
    store().append(append);
    assertTrue(store().find(append.writes().getFirst().events().getFirst().id()).isPresent());
  }

  private StreamInfo info(String stream) {
    return store().streamInfo(stream).orElseThrow();
  }
}
