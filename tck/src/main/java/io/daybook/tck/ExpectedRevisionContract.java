package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.exists;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertHead;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.events;
import static io.daybook.tck.Samples.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an append may expect of streams, and how it fails if they are not so. */
public interface ExpectedRevisionContract extends StoreUnderTest {

  /** Any: the stream may be there or not. */
  @Test
  default void anyPassesWhetherTheStreamIsThereOrNot() {
    store().append("a-1", any(), event("A"));
    store().append("a-1", any(), event("B"));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** No stream: passes for a new stream. */
  @Test
  default void noStreamPassesForANewStream() {
    put(store(), "b-1", "X");
    store().append("a-1", noStream(), event("A"));
    assertFinds(store(), Query.stream("a-1"), "A");
  }

  /** No stream: fails for one that has an event, and says where the stream is. */
  @Test
  default void noStreamFailsForAStreamThatIsThere() {
    put(store(), "a-1", "A", "B");
    var conflict =
        assertThrows(
            RevisionConflictException.class, () -> store().append("a-1", noStream(), event("C")));
    assertEquals("a-1", conflict.stream());
    assertEquals(noStream(), conflict.expected());
    assertEquals(Optional.of(new Revision(1)), conflict.actual());
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** Exists: passes for a stream that has an event. */
  @Test
  default void existsPassesForAStreamThatIsThere() {
    put(store(), "a-1", "A");
    store().append("a-1", exists(), event("B"));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** Exists: fails for a stream that never had an event. */
  @Test
  default void existsFailsForANewStream() {
    put(store(), "b-1", "X");
    var conflict =
        assertThrows(
            RevisionConflictException.class, () -> store().append("a-1", exists(), event("A")));
    assertEquals(exists(), conflict.expected());
    assertEquals(Optional.empty(), conflict.actual());
    assertFinds(store(), Query.everything(), "X");
  }

  /** Exactly n: passes if n is the last revision. */
  @Test
  default void exactlyPassesForTheLastRevision() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "X");
    AppendResult result = store().append("a-1", exactly(1), event("C"));
    assertEquals(new Revision(2), result.lastRevision("a-1"));
    assertFinds(store(), Query.stream("a-1"), "A", "B", "C");
  }

  /** Exactly n: fails if the stream is behind, and says where it is. */
  @Test
  default void exactlyFailsIfTheStreamIsBehind() {
    put(store(), "a-1", "A");
    var conflict =
        assertThrows(
            RevisionConflictException.class, () -> store().append("a-1", exactly(1), event("B")));
    assertEquals(exactly(1), conflict.expected());
    assertEquals(Optional.of(new Revision(0)), conflict.actual());
  }

  /** Exactly n: fails if the stream has gone on, and says where it is. */
  @Test
  default void exactlyFailsIfTheStreamHasGoneOn() {
    put(store(), "a-1", "A", "B", "C");
    var conflict =
        assertThrows(
            RevisionConflictException.class, () -> store().append("a-1", exactly(1), event("D")));
    assertEquals(Optional.of(new Revision(2)), conflict.actual());
    assertHead(store(), 2);
  }

  /** Exactly 0: is not the same as no stream. */
  @Test
  default void exactlyZeroFailsForANewStream() {
    put(store(), "b-1", "X");
    var conflict =
        assertThrows(
            RevisionConflictException.class, () -> store().append("a-1", exactly(0), event("A")));
    assertEquals(Optional.empty(), conflict.actual());
  }

  /** A conflict is a conflict exception, so that a caller can catch both kinds. */
  @Test
  default void aRevisionConflictIsAConflict() {
    put(store(), "a-1", "A");
    assertThrows(ConflictException.class, () -> store().append("a-1", noStream(), event("B")));
  }

  /** Each stream of an append has its own expectation, and all must be met. */
  @Test
  default void eachStreamHasItsOwnExpectation() {
    put(store(), "a-1", "A", "B");
    store()
        .append(
            Append.to("a-1")
                .expecting(exactly(1))
                .events(event("C"))
                .and("b-1")
                .expecting(noStream())
                .events(event("D")));
    assertFinds(store(), Query.everything(), "A", "B", "C", "D");
    var conflict =
        assertThrows(
            RevisionConflictException.class,
            () ->
                store()
                    .append(
                        Append.to("a-1")
                            .expecting(exactly(2))
                            .events(event("E"))
                            .and("b-1")
                            .expecting(exactly(5))
                            .events(event("F"))));
    assertEquals("b-1", conflict.stream());
    assertFinds(store(), Query.everything(), "A", "B", "C", "D");
  }

  /** Expectations speak of the streams before the append, also where it writes one twice. */
  @Test
  default void expectationsSpeakOfTheStreamsBeforeTheAppend() {
    Append twice =
        Append.to("a-1")
            .expecting(noStream())
            .events(event("A"))
            .and("a-1")
            .events(event("B"))
            .alsoExpecting("b-1", noStream());
    store().append(twice);
    assertFinds(store(), Query.stream("a-1"), "A", "B");
    assertThrows(
        RevisionConflictException.class,
        () ->
            store()
                .append(
                    Append.to("a-1")
                        .events(event("C"))
                        .and("a-1")
                        .expecting(exactly(2))
                        .events(event("D"))));
    assertHead(store(), 1);
  }

  /** Something may be expected of a stream that is not written. */
  @Test
  default void aStreamThatIsNotWrittenMayBeExpected() {
    put(store(), "limits-1", "Limited");
    store().append(Append.to("a-1").events(event("A")).alsoExpecting("limits-1", exactly(0)));
    put(store(), "limits-1", "Raised");
    var conflict =
        assertThrows(
            RevisionConflictException.class,
            () ->
                store()
                    .append(
                        Append.to("a-1").events(event("B")).alsoExpecting("limits-1", exactly(0))));
    assertEquals("limits-1", conflict.stream());
    assertEquals(Optional.of(new Revision(1)), conflict.actual());
    assertFinds(store(), Query.stream("a-1"), "A");
  }

  /** To expect a stream does not write it. */
  @Test
  default void anExpectationDoesNotWriteTheStream() {
    AppendResult result =
        store().append(Append.to("a-1").events(event("A")).alsoExpecting("b-1", noStream()));
    assertEquals(Set.of("a-1"), result.lastRevisions().keySet());
    assertEquals(Optional.empty(), store().streamInfo("b-1"));
    store().append("b-1", noStream(), event("B"));
    assertFinds(store(), Query.stream("b-1"), "B");
  }

  /** Of several expectations that are not met, the first that was given is reported. */
  @Test
  default void ofSeveralConflictsTheFirstIsReported() {
    put(store(), "a-1", "A");
    for (int i = 0; i < 10; i++) {
      String first = "z-" + i;
      Append append =
          Append.to(first)
              .expecting(exists())
              .events(event("B"))
              .and("a-1")
              .expecting(noStream())
              .events(event("C"));
      var conflict = assertThrows(RevisionConflictException.class, () -> store().append(append));
      assertEquals(first, conflict.stream());
    }
  }

  /** Hidden events count: the last revision of a stream is that of its last event ever. */
  @Test
  default void hiddenEventsCountForTheRevision() {
    put(store(), "a-1", "A", "B", "C");
    store()
        .changeSettings(
            "a-1", exactly(2), StreamSettings.none().withTruncateBefore(new Revision(3)));
    assertThrows(
        RevisionConflictException.class, () -> store().append("a-1", noStream(), event("D")));
    store().append("a-1", exactly(2), event("E"));
    store().append("a-1", exists(), event("F"));
    assertFinds(store(), Query.stream("a-1"), "E", "F");
  }

  /** A stream's system events may be expected: so nobody changes its settings unseen. */
  @Test
  default void theSystemEventsOfAStreamMayBeExpected() {
    put(store(), "a-1", "A");
    String system = SystemEvents.systemStreamOf("a-1");
    store().append(Append.to("a-1").events(event("B")).alsoExpecting(system, noStream()));
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(9));
    store().append(Append.to("a-1").events(event("C")).alsoExpecting(system, exactly(0)));
    var conflict =
        assertThrows(
            RevisionConflictException.class,
            () ->
                store()
                    .append(Append.to("a-1").events(event("D")).alsoExpecting(system, noStream())));
    assertEquals(system, conflict.stream());
    assertFinds(store(), Query.stream("a-1"), "A", "B", "C");
  }

  /** Streams don't share their revisions with streams of similar names. */
  @Test
  default void similarNamesAreDifferentStreams() {
    put(store(), "a-1", "A", "B");
    store().append("A-1", noStream(), events("C"));
    store().append("a-1 ", noStream(), events("D"));
    store().append("a-", noStream(), events("E"));
    store().append("a-11", noStream(), events("F"));
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }
}
