package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What queries find: each dimension, their ANDs and ORs, and any mixture, by a seeded oracle. */
public interface QueryContract extends StoreUnderTest {

  /** Several streams. */
  @Test
  default void streamsAreOred() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B");
    put(store(), "c-1", "C");
    put(store(), "a-1", "D");
    assertFinds(store(), Query.streams("c-1", "a-1"), "A", "C", "D");
    assertFinds(store(), Query.streams("c-1", "x-1"), "C");
  }

  /** A category is the part of a stream's name before the first dash. */
  @Test
  default void aCategoryIsTheNameBeforeTheFirstDash() {
    put(store(), "account-1", "A");
    put(store(), "account-2-b", "B");
    put(store(), "account", "C");
    put(store(), "accounts-1", "D");
    put(store(), "my-account-1", "E");
    put(store(), "account-", "F");
    assertFinds(store(), Query.category("account"), "A", "B", "F");
    assertFinds(store(), Query.category("my"), "E");
  }

  /** Several categories. */
  @Test
  default void categoriesAreOred() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B");
    put(store(), "c-1", "C");
    Query query = Query.item().withCategories("a", "c", "x").asQuery();
    assertFinds(store(), query, "A", "C");
  }

  /** Several types. */
  @Test
  default void typesAreOred() {
    put(store(), "a-1", "A", "B");
    put(store(), "b-1", "C", "A");
    assertFinds(store(), Query.types("A", "C"), "A", "C", "A");
    assertFinds(store(), Query.types("B"), "B");
  }

  /** All of the tags must be there, in any order. */
  @Test
  default void tagsAreAnded() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "a-1", "B", "x:1", "y:1");
    putTagged(store(), "b-1", "C", "z:1", "y:1", "x:1");
    assertFinds(store(), Query.tags("x:1"), "A", "B", "C");
    assertFinds(store(), Query.tags("x:1", "y:1"), "B", "C");
    assertFinds(store(), Query.tags("y:1", "x:1", "z:1"), "C");
    assertFinds(store(), Query.tags("y:1", "x:2"));
  }

  /** Dimensions of one item restrict one another. */
  @Test
  default void theDimensionsOfAnItemAreAnded() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "a-2", "A", "x:1");
    putTagged(store(), "a-1", "B", "x:1");
    putTagged(store(), "a-1", "A", "x:2");
    putTagged(store(), "b-1", "A", "x:1");
    Query.Item item = Query.item().withStreams("a-1", "b-1").withTypes("A");
    assertEquals(List.of(0L, 3L, 4L), found(item.asQuery()));
    assertEquals(List.of(0L, 4L), found(item.withTags("x:1").asQuery()));
    assertEquals(List.of(0L), found(item.withTags("x:1").withCategories("a").asQuery()));
    assertEquals(List.of(0L, 1L), found(typeAndTagIn("a")));
  }

  /** A stream and another category have nothing in common. */
  @Test
  default void aContradictionFindsNothing() {
    put(store(), "a-1", "A");
    assertFinds(store(), Query.item().withStreams("a-1").withCategories("b").asQuery());
    assertFinds(store(), Query.item().withStreams("a-1").withCategories("a").asQuery(), "A");
  }

  /** Items of a query add to one another. */
  @Test
  default void theItemsOfAQueryAreOred() {
    putTagged(store(), "a-1", "A", "x:1");
    putTagged(store(), "b-1", "B", "x:2");
    putTagged(store(), "c-1", "C", "x:3");
    Query query = Query.stream("a-1").or(Query.tags("x:3"));
    assertFinds(store(), query, "A", "C");
    assertFinds(store(), query.or(Query.types("B")), "A", "B", "C");
    assertFinds(store(), query.or(Query.everything()), "A", "B", "C");
  }

  /** An event that several items match is found once. */
  @Test
  default void anEventThatSeveralItemsMatchIsFoundOnce() {
    putTagged(store(), "a-1", "A", "x:1", "y:1");
    putTagged(store(), "a-1", "B", "x:1");
    Query query =
        Query.tags("x:1")
            .or(Query.tags("y:1"))
            .or(Query.stream("a-1"))
            .or(Query.types("A"))
            .or(Query.tags("x:1"));
    assertFinds(store(), query, "A", "B");
    assertFinds(store(), ReadRequest.of(query).inReverse(), "B", "A");
  }

  /** Names compare byte for byte: case, spaces and composed characters make a difference. */
  @Test
  default void namesCompareByteForByte() {
    String composed = "caf\u00e9";
    String decomposed = "cafe\u0301";
    putTagged(store(), composed, "A", composed);
    putTagged(store(), decomposed, "B", decomposed);
    putTagged(store(), "CAFÉ", "a", "CAFÉ");
    putTagged(store(), composed + " ", "A ", composed + " ");
    assertFinds(store(), Query.stream(composed), "A");
    assertFinds(store(), Query.tags(decomposed), "B");
    assertFinds(store(), Query.types("a"), "a");
    assertFinds(store(), Query.types("A "), "A ");
    assertFinds(store(), Query.tags("CAFÉ"), "a");
  }

  /** The same name in another dimension is another thing. */
  @Test
  default void dimensionsDoNotMix() {
    putTagged(store(), "x", "A", "z");
    putTagged(store(), "y", "x", "z");
    putTagged(store(), "x-1", "B", "x");
    assertFinds(store(), Query.stream("x"), "A");
    assertFinds(store(), Query.types("x"), "x");
    assertFinds(store(), Query.category("x"), "B");
    assertFinds(store(), Query.tags("x"), "B");
  }

  /** A tag is a whole: a key or the beginning of a value does not match. */
  @Test
  default void aTagMatchesAsAWhole() {
    putTagged(store(), "a-1", "A", "order:12");
    putTagged(store(), "a-1", "B", "order:1");
    assertFinds(store(), Query.tags("order:1"), "B");
    assertFinds(store(), Query.tags("order"));
    assertFinds(store(), Query.tags("order:12"), "A");
  }

  /** A query with hundreds of alternatives. */
  @Test
  default void aQueryMayHaveHundredsOfAlternatives() {
    String[] streams = new String[300];
    for (int i = 0; i < streams.length; i++) {
      streams[i] = "s-" + i;
      put(store(), "s-" + i, "E" + i);
      put(store(), "other-" + i, "X");
    }
    assertEquals(
        Samples.numberedTypes(0, 300),
        Samples.types(store().read(Query.streams(streams)).toList()));
    Query ored = Query.stream(streams[0]);
    for (int i = 1; i < 100; i++) {
      ored = ored.or(Query.item().withStreams(streams[i]).withTypes("E" + i).asQuery());
    }
    assertEquals(Samples.numberedTypes(0, 100), Samples.types(store().read(ored).toList()));
  }

  /** Any query finds what a plain filter over everything finds, in both directions. */
  @Test
  default void anyQueryFindsWhatAPlainFilterFinds() {
    for (int seed = 1; seed <= 3; seed++) {
      var oracle = new Oracle(seed);
      oracle.fill(store(), 200);
      List<RecordedEvent> all = all(store());
      assertEquals(seed * 200, all.size());
      for (int i = 0; i < 150; i++) {
        ReadRequest request = oracle.request(all.size());
        assertEquals(
            Oracle.expected(all, request),
            store().read(request).toList(),
            "seed " + seed + ": " + request);
      }
    }
  }

  /** Any condition fails at exactly the events that a plain filter finds. */
  @Test
  default void anyConditionFailsWhereAPlainFilterFinds() {
    var oracle = new Oracle(42);
    oracle.fill(store(), 200);
    var all = new ArrayList<>(all(store()));
    int broken = 0;
    for (int i = 0; i < 200; i++) {
      Query query = oracle.query();
      Position after = new Position(oracle.below(all.size() + 1) - 1);
      List<Position> matches =
          all.stream()
              .filter(event -> event.position().compareTo(after) > 0 && query.matches(event))
              .map(RecordedEvent::position)
              .toList();
      Append append = Append.to("probe").events(Event.json("Probe" + i, "{}")).unless(query, after);
      if (matches.isEmpty()) {
        store().append(append);
        all.addAll(store().read(Query.types("Probe" + i)).toList());
      } else {
        var conflict = assertThrows(AppendConditionException.class, () -> store().append(append));
        assertEquals(
            Optional.of(conflict.matchingPosition()),
            matches.stream().filter(conflict.matchingPosition()::equals).findAny(),
            append::toString);
        broken++;
      }
    }
    assertEquals(200 - broken, store().read(Query.stream("probe")).toList().size());
    store().append("probe", any(), Event.json("Last", "{}"));
    assertFinds(store(), Query.types("Last"), "Last");
  }

  private List<Long> found(Query query) {
    return Samples.positions(store().read(query).toList());
  }

  private static Query typeAndTagIn(String category) {
    return Query.item().withCategories(category).withTypes("A").withTags("x:1").asQuery();
  }
}
