package io.daybook.eventstore;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.exists;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AppendTest {
  private static final Event A = Event.json("A", "{}");
  private static final Event B = Event.json("B", "{}");
  private static final Event C = Event.json("C", "{}");

  @Test
  void aRequestKeepsItsWritesExpectationsAndConditionInOrder() {
    Append append =
        Append.to("z-1")
            .expecting(exactly(3))
            .events(A)
            .and("a-1")
            .expecting(noStream())
            .events(B, C)
            .alsoExpecting("m-1", exists())
            .unless(Query.tags("x:1"), new Position(7));
    assertThat(append.writes())
        .containsExactly(
            new Append.Write("z-1", List.of(A)), new Append.Write("a-1", List.of(B, C)));
    assertThat(append.expectations())
        .containsExactly(
            Map.entry("z-1", exactly(3)), Map.entry("a-1", noStream()), Map.entry("m-1", exists()));
    assertThat(append.condition())
        .isEqualTo(new AppendCondition(Query.tags("x:1"), new Position(7)));
    assertThat(append.eventCount()).isEqualTo(3);
  }

  @Test
  void nothingIsExpectedUnlessItIsSaid() {
    Append append = Append.to("a-1").events(A).and("b-1").events(B);
    assertThat(append.expectations()).isEmpty();
    assertThat(append.condition()).isNull();
  }

  @Test
  void aStreamThatIsWrittenTwiceKeepsItsExpectation() {
    Append append =
        Append.to("a-1").expecting(exactly(1)).events(A).and("b-1").events(B).and("a-1").events(C);
    assertThat(append.expectations()).containsExactly(Map.entry("a-1", exactly(1)));
    assertThat(append.writes()).hasSize(3);
  }

  @Test
  void aLaterExpectationReplacesAnEarlierOne() {
    Append append =
        Append.to("a-1").expecting(exactly(1)).events(A).alsoExpecting("a-1", exactly(2));
    assertThat(append.expectations()).containsExactly(Map.entry("a-1", exactly(2)));
    assertThat(append.alsoExpecting("a-1", any()).expectations())
        .containsExactly(Map.entry("a-1", any()));
  }

  @Test
  void listsAndMapsAreCopied() {
    var events = new ArrayList<>(List.of(A));
    var writes = new ArrayList<>(List.of(new Append.Write("a-1", events)));
    var expectations = new HashMap<>(Map.of("a-1", any(), "b-1", noStream()));
    var append = new Append(writes, expectations, null);
    events.clear();
    writes.clear();
    expectations.clear();
    assertThat(append.writes()).containsExactly(new Append.Write("a-1", List.of(A)));
    assertThat(append.expectations()).hasSize(2);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> append.writes().clear());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> append.writes().getFirst().events().clear());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> append.expectations().clear());
  }

  @Test
  void anEmptyAppendIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Append.to("a-1").events())
        .withMessage("no event is given for the stream a-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Append.to("a-1").events(A).and("b-1").events(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Append(List.of(), Map.of(), null))
        .withMessage("an append needs at least one event");
  }

  @Test
  void theSystemsStreamsAndTypesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Append.to("$$a-1").events(A))
        .withMessageContaining("$$a-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Append.to("a-1").events(A, Event.json("$StreamDeleted", "{}")))
        .withMessageContaining("$StreamDeleted");
  }

  @Test
  void brokenStreamNamesAreRefused() {
    for (String name : new String[] {"", " ", "a\n", "\udc00", "x".repeat(1_025)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Append.to(name).events(A));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Append.to("a-1").events(A).alsoExpecting(name, noStream()));
    }
  }

  @Test
  void anIdOccursOnce() {
    for (Append.Target target : List.of(Append.to("a-1"), Append.to("a-1").events(C).and("b-1"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> target.events(A, B, A))
          .withMessage("the event id " + A.id() + " occurs twice in the append");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Append.to("a-1").events(A).and("b-1").events(A));
  }

  @Test
  void anIdOccursOnceAmongManyThatAreAlike() {
    for (int alike : new int[] {2, 3, 8, 9, 10, 40}) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        // the same high half for several in a row, and low halves that do not ascend
        events.add(A.withId(new UUID(1_000 + i / alike, (i * 37L) % 101)));
      }
      assertThat(Append.to("a-1").events(events).eventCount()).isEqualTo(100);
      for (int copy : new int[] {0, alike / 2, alike - 1, 98}) {
        List<Event> twice = new ArrayList<>(events);
        twice.set(copy + 1, events.get(copy));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Append.to("a-1").events(twice))
            .withMessage("the event id " + events.get(copy).id() + " occurs twice in the append");
      }
      List<Event> farApart = new ArrayList<>(events);
      farApart.set(99, events.getFirst());
      assertThatIllegalArgumentException().isThrownBy(() -> Append.to("a-1").events(farApart));
    }
  }

  @Test
  void idsMayBeInAnyOrder() {
    List<Event> events =
        new ArrayList<>(Stream.generate(() -> A.withId(UUID.randomUUID())).limit(100).toList());
    assertThat(Append.to("a-1").events(events).eventCount()).isEqualTo(100);
    Collections.reverse(events);
    assertThat(Append.to("a-1").events(events).eventCount()).isEqualTo(100);
  }

  @Test
  void theNumberOfEventsIsLimited() {
    List<Event> most =
        Stream.generate(() -> A.withId(Event.newId())).limit(Limits.MAX_EVENTS_PER_APPEND).toList();
    Append largest = Append.to("a-1").events(most);
    assertThat(largest.eventCount()).isEqualTo(65_536);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> largest.and("b-1").events(B))
        .withMessage("the append has 65537 events, the limit is 65536");
  }

  @Test
  void theNumberOfBytesIsLimited() {
    Payload half = Payload.of(new byte[Limits.MAX_EVENT_BYTES - 4], "x/y");
    Append largest = Append.to("a-1").events(Event.of("A", half), Event.of("B", half));
    assertThat(largest.eventCount()).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> largest.and("b").events(A))
        .withMessageContaining("bytes, the limit is 33554432");
  }

  @Test
  void nullIsRefused() {
    Append append = Append.to("a-1").events(A);
    assertThatNullPointerException().isThrownBy(() -> Append.to(null));
    assertThatNullPointerException().isThrownBy(() -> append.and(null));
    assertThatNullPointerException().isThrownBy(() -> Append.to("a-1").expecting(null));
    assertThatNullPointerException().isThrownBy(() -> Append.to("a-1").events((Event) null));
    assertThatNullPointerException().isThrownBy(() -> Append.to("a-1").events((List<Event>) null));
    assertThatNullPointerException().isThrownBy(() -> append.alsoExpecting(null, any()));
    assertThatNullPointerException().isThrownBy(() -> append.alsoExpecting("b-1", null));
    assertThatNullPointerException().isThrownBy(() -> append.unless((AppendCondition) null));
    assertThatNullPointerException().isThrownBy(() -> append.unless((Query) null));
    assertThatNullPointerException().isThrownBy(() -> append.unless(Query.everything(), null));
  }

  @Test
  void aResultCopiesItsRevisions() {
    var revisions = new HashMap<>(Map.of("a-1", new Revision(4)));
    var result = new AppendResult(Position.FIRST, Position.FIRST, revisions, Instant.EPOCH);
    revisions.clear();
    assertThat(result.lastRevision("a-1")).isEqualTo(new Revision(4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> result.lastRevision("b-1"))
        .withMessageContaining("b-1");
  }
}
