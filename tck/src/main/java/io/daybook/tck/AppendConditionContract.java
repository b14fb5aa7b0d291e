package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.assertHead;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Appends that fail if an event matches a query: the dynamic consistency boundary. */
public interface AppendConditionContract extends StoreUnderTest {

  /** Without a match the append goes through. */
  @Test
  default void anAppendGoesThroughIfNothingMatches() {
    putTagged(store(), "a-1", "A", "coupon:1");
    store().append(Append.to("a-1").events(event("B")).unless(Query.tags("coupon:2")));
    assertFinds(store(), Query.everything(), "A", "B");
  }

  /** With a match the append fails, and nothing is written. */
  @Test
  default void anAppendFailsIfAnEventMatches() {
    putTagged(store(), "a-1", "A", "coupon:1");
    Append append = Append.to("b-1").events(event("B")).unless(Query.tags("coupon:1"));
    assertThrows(AppendConditionException.class, () -> store().append(append));
    assertFinds(store(), Query.everything(), "A");
    assertHead(store(), 0);
  }

  /** The conflict carries the condition and where a matching event stands. */
  @Test
  default void theConflictNamesTheConditionAndTheMatch() {
    put(store(), "a-1", "A", "B", "C");
    var condition = AppendCondition.failIfMatches(Query.types("B"));
    var conflict =
        assertThrows(
            AppendConditionException.class,
            () -> store().append(Append.to("a-1").events(event("D")).unless(condition)));
    assertEquals(condition, conflict.condition());
    assertEquals(new Position(1), conflict.matchingPosition());
  }

  /** A broken condition is a conflict exception, so that a caller can catch both kinds. */
  @Test
  default void aBrokenConditionIsAConflict() {
    put(store(), "a-1", "A");
    Append append = Append.to("a-1").events(event("B")).unless(Query.everything());
    assertThrows(ConflictException.class, () -> store().append(append));
  }

  /** Only events after the position count, the position itself excluded. */
  @Test
  default void onlyEventsAfterThePositionCount() {
    put(store(), "a-1", "A", "B", "C");
    store().append(Append.to("a-1").events(event("D")).unless(Query.types("B"), new Position(1)));
    var conflict =
        assertThrows(
            AppendConditionException.class,
            () ->
                store()
                    .append(
                        Append.to("a-1")
                            .events(event("E"))
                            .unless(Query.types("B"), new Position(0))));
    assertEquals(new Position(1), conflict.matchingPosition());
    assertFinds(store(), Query.everything(), "A", "B", "C", "D");
  }

  /** After the head of a read nothing stands until somebody appends. */
  @Test
  default void theHeadOfAReadIsWhatAConditionTakes() {
    putTagged(store(), "a-1", "A", "x:1");
    put(store(), "b-1", "B");
    Query query = Query.tags("x:1");
    Position seen;
    try (var read = store().read(query)) {
      seen = read.head();
    }
    Append decided = Append.to("c-1").events(event("C", "x:1")).unless(query, seen);
    store().append(decided);
    Append late = Append.to("c-1").events(event("D", "x:1")).unless(query, seen);
    assertThrows(AppendConditionException.class, () -> store().append(late));
    assertFinds(store(), query, "A", "C");
  }

  /** A position beyond the head leaves nothing to match. */
  @Test
  default void aConditionAfterTheHeadPasses() {
    put(store(), "a-1", "A");
    store()
        .append(Append.to("a-1").events(event("B")).unless(Query.everything(), new Position(99)));
    assertFinds(store(), Query.everything(), "A", "B");
  }

  /** Everything: the append fails unless the store is empty, or as it was. */
  @Test
  default void aConditionOnEverythingFailsIfAnythingWasAppended() {
    Append first = Append.to("a-1").events(event("A")).unless(Query.everything());
    store().append(first);
    Append second = Append.to("b-1").events(event("B")).unless(Query.everything());
    assertThrows(AppendConditionException.class, () -> store().append(second));
    store().append(second.unless(Query.everything(), store().head()));
    assertFinds(store(), Query.everything(), "A", "B");
  }

  /** Streams, categories, types and tags may all be asked for in a condition. */
  @Test
  default void aConditionTakesEveryDimension() {
    putTagged(store(), "account-1", "Opened", "owner:ada", "branch:7");
    Query[] broken = {
      Query.stream("account-1"),
      Query.category("account"),
      Query.types("Closed", "Opened"),
      Query.tags("branch:7", "owner:ada"),
      Query.item().withStreams("account-1").withTypes("Opened").withTags("owner:ada").asQuery(),
      Query.types("Closed").or(Query.category("account"))
    };
    for (Query query : broken) {
      Append append = Append.to("account-2").events(event("Opened")).unless(query);
      assertThrows(AppendConditionException.class, () -> store().append(append), query::toString);
    }
    Query[] met = {
      Query.stream("account-2"),
      Query.category("accoun"),
      Query.types("Closed"),
      Query.tags("branch:7", "owner:bob"),
      Query.item().withStreams("account-1").withTypes("Closed").asQuery(),
      Query.item().withCategories("account").withTags("branch:8").asQuery()
    };
    for (Query query : met) {
      store().append(Append.to("other").events(event("Met")).unless(query));
    }
    assertEquals(met.length, store().read(Query.types("Met")).toList().size());
  }

  /** The events of the append itself don't break its condition. */
  @Test
  default void anAppendDoesNotBreakItsOwnCondition() {
    Append append = Append.to("a-1").events(event("A", "x:1"), event("A", "x:1"));
    store().append(append.unless(Query.tags("x:1")));
    assertFinds(store(), Query.tags("x:1"), "A", "A");
  }

  /** Expectations are checked before the condition. */
  @Test
  default void expectationsAreCheckedBeforeTheCondition() {
    put(store(), "a-1", "A");
    Append both =
        Append.to("a-1").expecting(noStream()).events(event("B")).unless(Query.types("A"));
    assertThrows(RevisionConflictException.class, () -> store().append(both));
    Append conditionOnly =
        Append.to("a-1").expecting(exactly(0)).events(event("B")).unless(Query.types("A"));
    assertThrows(AppendConditionException.class, () -> store().append(conditionOnly));
  }

  /** A condition holds for all streams that the append writes. */
  @Test
  default void aBrokenConditionKeepsAllStreamsUnwritten() {
    put(store(), "c-1", "C");
    Append append =
        Append.to("a-1")
            .events(event("A"))
            .and("b-1")
            .events(event("B"))
            .unless(Query.stream("c-1"));
    assertThrows(AppendConditionException.class, () -> store().append(append));
    assertFinds(store(), Query.everything(), "C");
  }

  /** Truncated events don't break a condition. */
  @Test
  default void truncatedEventsDoNotBreakACondition() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "a-1", "B", "x:2");
    Append append = Append.to("b-1").events(event("C")).unless(Query.tags("x:1"));
    assertThrows(AppendConditionException.class, () -> store().append(append));
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(1)));
    store().append(append);
    assertFinds(store(), Query.everything(), "B", "C");
  }

  /** Events that are too old don't break a condition. */
  @Test
  default void eventsThatAreTooOldDoNotBreakACondition() {
    put(store(), "session-1", "Opened");
    store()
        .changeSettings("session-1", any(), StreamSettings.none().withMaxAge(Duration.ofHours(1)));
    Append append = Append.to("b-1").events(event("B")).unless(Query.types("Opened"));
    clock().advance(Duration.ofMinutes(59));
    assertThrows(AppendConditionException.class, () -> store().append(append));
    clock().advance(Duration.ofMinutes(2));
    store().append(append);
    assertFinds(store(), Query.everything(), "B");
  }

  /** Events of a deleted stream don't break a condition; those written afterwards do. */
  @Test
  default void deletedEventsDoNotBreakACondition() {
    put(store(), "a-1", "A");
    store().delete("a-1", any());
    store().append(Append.to("b-1").events(event("B")).unless(Query.types("A")));
    put(store(), "a-1", "A");
    Append append = Append.to("b-1").events(event("C")).unless(Query.types("A"));
    assertThrows(AppendConditionException.class, () -> store().append(append));
  }

  /** The store's own events don't break a condition on everything. */
  @Test
  default void systemEventsDoNotBreakACondition() {
    put(store(), "a-1", "A");
    Position seen = store().head();
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(10));
    Append append = Append.to("b-1").events(event("B")).unless(Query.everything(), seen);
    store().append(append);
    assertFinds(store(), Query.everything(), "A", "B");
    assertHead(store(), 2);
  }

  /** The store's own events don't break a condition that names their stream, category or type. */
  @Test
  default void systemEventsDoNotBreakAConditionThatNamesThem() {
    put(store(), "a-1", "A");
    Position before = store().head();
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(10));
    store().delete("b-1", any());
    store().tombstone("c-1", any());
    Query[] queries = {
      Query.streams("$$a-1", "$$b-1", "$$c-1"),
      Query.category("$$a").or(Query.category("$$b")),
      Query.types(
          SystemEvents.STREAM_SETTINGS_CHANGED,
          SystemEvents.STREAM_DELETED,
          SystemEvents.STREAM_TOMBSTONED),
      Query.item().withStreams("$$a-1").withTypes(SystemEvents.STREAM_SETTINGS_CHANGED).asQuery(),
      Query.item().withCategories("$$c").withTags("x:1").asQuery(),
      Query.types(SystemEvents.STREAM_DELETED).or(Query.types("Never"))
    };
    for (Query query : queries) {
      store().append(Append.to("d-1").events(event("D")).unless(query));
      store().append(Append.to("d-1").events(event("D")).unless(query, before));
      store().append(Append.to("d-1").events(event("D")).unless(query, store().head()));
    }
    assertEquals(3 * queries.length, store().read(Query.types("D")).toList().size());
  }

  /**
   * A condition that names system events and others is broken by the others, after its position.
   */
  @Test
  default void aConditionThatNamesSystemEventsAndOthersIsBrokenByTheOthers() {
    put(store(), "a-1", "A");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(10));
    Query[] queries = {
      Query.streams("$$a-1", "a-1"),
      Query.category("a").or(Query.category("$$a")),
      Query.types("A", SystemEvents.STREAM_SETTINGS_CHANGED),
      Query.stream("$$a-1").or(Query.types("A"))
    };
    for (Query query : queries) {
      var conflict =
          assertThrows(
              AppendConditionException.class,
              () -> store().append(Append.to("b-1").events(event("B")).unless(query)),
              query::toString);
      assertEquals(Position.FIRST, conflict.matchingPosition(), query::toString);
      store().append(Append.to("c-1").events(event("C")).unless(query, Position.FIRST));
    }
    assertEquals(queries.length, store().read(Query.types("C")).toList().size());
  }

  /** Tags that begin as the system's names do are an application's, and break conditions. */
  @Test
  default void tagsThatLookLikeTheSystemsBreakACondition() {
    putTagged(store(), "a-1", "A", "$command:1");
    Append append = Append.to("b-1").events(event("B")).unless(Query.tags("$command:1"));
    assertThrows(AppendConditionException.class, () -> store().append(append));
    store().append(append.unless(Query.tags("$command:2")));
    assertFinds(store(), Query.everything(), "A", "B");
  }

  /** Pipelined appends see those before them. */
  @Test
  default void aPipelinedAppendSeesThoseBeforeIt() {
    Query query = Query.tags("coupon:1");
    var first = store().appendAsync(Append.to("a-1").events(event("A", "coupon:1")).unless(query));
    var second = store().appendAsync(Append.to("b-1").events(event("B", "coupon:1")).unless(query));
    assertEquals(Position.FIRST, Samples.get(this, first).firstPosition());
    Samples.failure(this, AppendConditionException.class, second);
    assertFinds(store(), query, "A");
  }
}
