package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The names of streams, categories, types and tags. */
public interface ListingContract extends StoreUnderTest {

  /** Streams are listed once each, in order. */
  @Test
  default void streamsAreListedInOrder() {
    put(store(), "b-1", "A", "B");
    put(store(), "a-2", "A");
    put(store(), "a-10", "A");
    put(store(), "b-1", "A");
    assertLists(Dimension.STREAM, "", "a-10", "a-2", "b-1");
  }

  /** Categories are listed once each; a stream without one adds none. */
  @Test
  default void categoriesAreListedInOrder() {
    put(store(), "shop-1", "A");
    put(store(), "account-1", "A");
    put(store(), "account-2-x", "A");
    put(store(), "plain", "A");
    put(store(), "-dash", "A");
    put(store(), " -blank", "A");
    assertLists(Dimension.CATEGORY, "", "account", "shop");
  }

  /** Types are listed once each. */
  @Test
  default void typesAreListedInOrder() {
    put(store(), "a-1", "Opened", "Closed", "Opened");
    put(store(), "b-1", "Billed", "Opened");
    assertLists(Dimension.TYPE, "", "Billed", "Closed", "Opened");
  }

  /** Tags are listed once each. */
  @Test
  default void tagsAreListedInOrder() {
    putTagged(store(), "a-1", "A", "owner:bob", "branch:7");
    putTagged(store(), "a-2", "A", "owner:ada", "branch:7");
    assertLists(Dimension.TAG, "", "branch:7", "owner:ada", "owner:bob");
  }

  /** A prefix keeps the names that begin with it, taken literally. */
  @Test
  default void aPrefixIsTakenLiterally() {
    for (String stream :
        List.of("a%b", "a_b", "axb", "a-b", "A-b", "a", "b", "a\\b", "a*", "ä-1")) {
      put(store(), stream, "A");
    }
    assertLists(Dimension.STREAM, "a", "a", "a%b", "a*", "a-b", "a\\b", "a_b", "axb");
    assertLists(Dimension.STREAM, "a%", "a%b");
    assertLists(Dimension.STREAM, "a_", "a_b");
    assertLists(Dimension.STREAM, "a\\", "a\\b");
    assertLists(Dimension.STREAM, "a-b", "a-b");
    assertLists(Dimension.STREAM, "a-bc");
    assertLists(Dimension.STREAM, "zzz");
  }

  /** A prefix works for every kind of name. */
  @Test
  default void aPrefixWorksInEveryDimension() {
    putTagged(store(), "order-1", "OrderPlaced", "order:1", "customer:1");
    putTagged(store(), "ordinal-1", "Counted", "order:2");
    putTagged(store(), "customer-1", "OrderShipped", "customer:2");
    assertLists(Dimension.STREAM, "ord", "order-1", "ordinal-1");
    assertLists(Dimension.CATEGORY, "orde", "order");
    assertLists(Dimension.TYPE, "Order", "OrderPlaced", "OrderShipped");
    assertLists(Dimension.TAG, "customer:", "customer:1", "customer:2");
  }

  /** Names are in the order of their UTF-8 bytes, which is not that of Java's chars. */
  @Test
  default void namesAreInTheOrderOfTheirUtf8Bytes() {
    List<String> ordered =
        List.of("A", "Z", "a", "a b", "a-b", "ab", "z", "é", "ÿ", "Ā", "中", "\uFF5E", "😀", "😁");
    var shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(7));
    for (String name : shuffled) {
      putTagged(store(), name, name, name);
    }
    assertEquals(ordered, list(Dimension.STREAM, ""));
    assertEquals(ordered, list(Dimension.TYPE, ""));
    assertEquals(ordered, list(Dimension.TAG, ""));
  }

  /** Streams whose events are all hidden are left out, and come back with new events. */
  @Test
  default void streamsWithoutVisibleEventsAreLeftOut() {
    put(store(), "a-1", "A");
    put(store(), "b-1", "B");
    put(store(), "c-1", "C");
    store().delete("a-1", any());
    store().tombstone("b-1", any());
    store().changeSettings("d-1", any(), StreamSettings.none().withMaxCount(1));
    assertLists(Dimension.STREAM, "", "c-1");
    assertLists(Dimension.CATEGORY, "", "c");
    put(store(), "a-1", "A");
    assertLists(Dimension.STREAM, "", "a-1", "c-1");
    assertLists(Dimension.CATEGORY, "", "a", "c");
  }

  /** Types and tags that only hidden events have are left out. */
  @Test
  default void typesAndTagsOfHiddenEventsAreLeftOut() {
    putTagged(store(), "a-1", "Old", "old:1", "both:1");
    putTagged(store(), "a-1", "New", "new:1", "both:1");
    store().changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(1)));
    assertLists(Dimension.TYPE, "", "New");
    assertLists(Dimension.TAG, "", "both:1", "new:1");
    assertLists(Dimension.STREAM, "", "a-1");
  }

  /** Names of events that are too old are left out. */
  @Test
  default void namesOfEventsThatAreTooOldAreLeftOut() {
    putTagged(store(), "session-1", "Opened", "user:1");
    store()
        .changeSettings("session-1", any(), StreamSettings.none().withMaxAge(Duration.ofHours(1)));
    put(store(), "a-1", "A");
    assertLists(Dimension.STREAM, "", "a-1", "session-1");
    clock().advance(Duration.ofHours(2));
    assertLists(Dimension.STREAM, "", "a-1");
    assertLists(Dimension.CATEGORY, "", "a");
    assertLists(Dimension.TYPE, "", "A");
    assertLists(Dimension.TAG, "");
  }

  /** The system's own streams and types are left out. */
  @Test
  default void theSystemsNamesAreLeftOut() {
    put(store(), "a-1", "A");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(10));
    assertLists(Dimension.STREAM, "", "a-1");
    assertLists(Dimension.CATEGORY, "", "a");
    assertLists(Dimension.TYPE, "", "A");
    assertLists(Dimension.STREAM, "$");
    assertLists(Dimension.TYPE, "$");
  }

  /** A listing is of one moment, whatever is appended meanwhile. */
  @Test
  default void aListingIsOfOneMoment() {
    put(store(), "a-1", "A");
    put(store(), "c-1", "C");
    try (var streams = store().list(Dimension.STREAM, "");
        var types = store().list(Dimension.TYPE, "")) {
      assertEquals(new Position(1), streams.head());
      put(store(), "b-1", "B");
      put(store(), "d-1", "D");
      assertEquals(List.of("a-1", "c-1"), streams.toList());
      assertEquals(List.of("A", "C"), types.toList());
    }
    assertLists(Dimension.STREAM, "", "a-1", "b-1", "c-1", "d-1");
  }

  /** Thousands of names are listed in order, and a few without the rest. */
  @Test
  default void thousandsOfNamesAreListed() {
    List<String> names =
        IntStream.range(0, 3_000).mapToObj(i -> String.format("n%04d-x", i)).toList();
    var shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(11));
    for (int i = 0; i < shuffled.size(); i += 500) {
      List<Append.Write> writes =
          shuffled.subList(i, i + 500).stream()
              .map(name -> new Append.Write(name, List.of(event("A"))))
              .toList();
      store().append(new Append(writes, Map.of(), null));
    }
    assertEquals(names, list(Dimension.STREAM, ""));
    assertEquals(names.subList(100, 110), list(Dimension.STREAM, "n010"));
    try (var listing = store().list(Dimension.CATEGORY, "")) {
      assertEquals("n0000", listing.iterator().next());
    }
  }

  private List<String> list(Dimension dimension, String prefix) {
    return store().list(dimension, prefix).toList();
  }

  private void assertLists(Dimension dimension, String prefix, String... names) {
    assertEquals(List.of(names), list(dimension, prefix));
  }
}
