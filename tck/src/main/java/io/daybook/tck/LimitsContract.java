package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.event;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.putTagged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a store must take at the limits, and what it must refuse. */
public interface LimitsContract extends StoreUnderTest {

  /** The longest names are stored, found and listed. */
  @Test
  default void theLongestNamesAreStoredFoundAndListed() {
    String stream = "s".repeat(500) + "-" + "t".repeat(Limits.MAX_STREAM_NAME_BYTES - 501);
    String type = "T".repeat(Limits.MAX_TYPE_BYTES);
    String tag = "g".repeat(Limits.MAX_TAG_BYTES);
    putTagged(store(), stream, type, tag);
    put(store(), "a-1", "A");
    assertFinds(store(), Query.stream(stream), type);
    assertFinds(store(), Query.category("s".repeat(500)), type);
    assertFinds(store(), Query.types(type), type);
    assertFinds(store(), Query.tags(tag), type);
    assertEquals(List.of(stream), store().list(Dimension.STREAM, "sss").toList());
    assertEquals(List.of(tag), store().list(Dimension.TAG, "g").toList());
    assertEquals(Revision.FIRST, store().streamInfo(stream).orElseThrow().last());
  }

  /** The longest names count in UTF-8 bytes. */
  @Test
  default void theLongestNamesOfFourByteCharactersAreStored() {
    String stream = "😀".repeat(Limits.MAX_STREAM_NAME_BYTES / 4);
    String type = "😁".repeat(Limits.MAX_TYPE_BYTES / 4);
    String tag = "😂".repeat(Limits.MAX_TAG_BYTES / 4);
    RecordedEvent stored = putTagged(store(), stream, type, tag);
    assertEquals(stream, stored.stream());
    assertFinds(store(), Query.item().withStreams(stream).withTags(tag).asQuery(), type);
  }

  /** A stream with the longest name may have settings, and their events are found. */
  @Test
  default void aStreamWithTheLongestNameMayHaveSettings() {
    String stream = "s".repeat(Limits.MAX_STREAM_NAME_BYTES);
    put(store(), stream, "A", "B");
    store().changeSettings(stream, exactly(1), StreamSettings.none().withMaxCount(1));
    assertFinds(store(), Query.stream(stream), "B");
    ReadRequest system =
        ReadRequest.of(Query.stream(SystemEvents.systemStreamOf(stream))).withSystemEvents();
    assertFinds(store(), system, SystemEvents.STREAM_SETTINGS_CHANGED);
  }

  /** Long names that differ only at their ends are different. */
  @Test
  default void longNamesThatDifferAtTheEndAreDifferent() {
    String prefix = "s".repeat(Limits.MAX_STREAM_NAME_BYTES - 1);
    String tag = "g".repeat(Limits.MAX_TAG_BYTES - 1);
    putTagged(store(), prefix + "1", "A", tag + "1");
    putTagged(store(), prefix + "2", "B", tag + "2");
    assertFinds(store(), Query.stream(prefix + "1"), "A");
    assertFinds(store(), Query.stream(prefix + "2"), "B");
    assertFinds(store(), Query.tags(tag + "2"), "B");
  }

  /** Names of any script, and of characters that other systems give a meaning. */
  @Test
  default void namesOfAnyCharactersAreStored() {
    List<String> names =
        List.of(
            "Überweisung-7",
            "счёт-42",
            "口座-1",
            "حساب-1",
            "😀-🏦",
            "a b c",
            "it's \"quoted\"",
            "50%_off",
            "back\\slash",
            "path/to/../x",
            "{json:[1,2]}",
            "semi;colon--comment",
            "*?[a-z]",
            "\u00a0nbsp",
            "\ufeffbom",
            "\uffff-last",
            "e\u0301-combining",
            ".",
            "-");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      RecordedEvent stored = putTagged(store(), name, name, name);
      assertEquals(name, stored.stream());
      assertEquals(i, stored.position().value());
    }
    for (String name : names) {
      assertFinds(store(), Query.stream(name), name);
      assertFinds(store(), Query.types(name), name);
      assertFinds(store(), Query.tags(name), name);
      assertEquals(List.of(name), store().list(Dimension.STREAM, name).toList());
    }
  }

  /** The most tags that an event may have. */
  @Test
  default void anEventMayHaveTheMostTags() {
    List<String> tags =
        IntStream.range(0, Limits.MAX_TAGS_PER_EVENT).mapToObj(i -> "tag:" + i).toList();
    store().append("a-1", any(), event("A").withTags(tags));
    assertEquals(tags, all(store()).getFirst().tags());
    for (String tag : tags) {
      assertFinds(store(), Query.tags(tag), "A");
    }
    assertFinds(store(), Query.tags(tags.toArray(String[]::new)), "A");
  }

  /** The largest event. */
  @Test
  default void theLargestEventIsStored() {
    Payload data = Samples.bytes(Limits.MAX_EVENT_BYTES - 1_000_001, 5);
    Payload metadata = Samples.bytes(1_000_000, 6);
    Event event = Event.of("A", data).withMetadata(metadata);
    assertEquals(Limits.MAX_EVENT_BYTES, event.sizeBytes());
    store().append("a-1", any(), event);
    put(store(), "a-1", "B");
    assertTrue(event.equals(all(store()).getFirst().event()), "the event came back changed");
    assertFinds(store(), Query.stream("a-1"), "A", "B");
  }

  /** The largest append, in bytes. */
  @Test
  default void theLargestAppendIsStored() {
    Event one = Event.of("A", Samples.bytes(Limits.MAX_EVENT_BYTES - 1, 1));
    Event two = Event.of("B", Samples.bytes(Limits.MAX_EVENT_BYTES - 7, 2));
    AppendResult result = store().append(Append.to("a-1").events(one).and("b-1").events(two));
    assertEquals(new Position(1), result.lastPosition());
    assertTrue(two.equals(store().find(two.id()).orElseThrow().event()), "changed");
    assertEquals(new Position(2), put(store(), "a-1", "C").firstPosition());
  }

  /** The largest append, in events. */
  @Test
  default void anAppendMayHaveTheMostEvents() {
    List<Event> events =
        Stream.generate(() -> Event.json("A", "{}")).limit(Limits.MAX_EVENTS_PER_APPEND).toList();
    AppendResult result = store().append("a-1", any(), events);
    assertEquals(new Position(65_535), result.lastPosition());
    assertEquals(new Revision(65_535), result.lastRevision("a-1"));
    assertEquals(result, store().append("a-1", any(), events));
    List<RecordedEvent> last =
        store().read(ReadRequest.of(Query.stream("a-1")).inReverse().limit(1)).toList();
    assertEquals(events.getLast(), last.getFirst().event());
    assertEquals(65_536, all(store()).size());
  }

  /** An append may write thousands of streams. */
  @Test
  default void anAppendMayWriteThousandsOfStreams() {
    var writes = new ArrayList<Append.Write>();
    for (int i = 0; i < 2_000; i++) {
      writes.add(new Append.Write("s-" + i, List.of(event("E" + i))));
    }
    var append = new Append(writes, Map.of(), null);
    AppendResult result = store().append(append);
    assertEquals(2_000, result.lastRevisions().size());
    assertEquals(result, store().append(append));
    assertFinds(store(), Query.stream("s-1999"), "E1999");
  }

  /** Large and small events mix. */
  @Test
  default void eventsOfAllSizesMix() {
    var events = new ArrayList<Event>();
    for (int size : List.of(0, 1, 7, 8, 63, 64, 65, 511, 4_095, 4_096, 4_097, 65_535, 1_000_000)) {
      events.add(Event.of("Size" + size, Samples.bytes(size, size)));
    }
    events.forEach(event -> store().append("a-1", any(), event));
    store().append("b-1", any(), events.stream().map(e -> e.withId(Event.newId())).toList());
    List<RecordedEvent> all = all(store());
    assertEquals(2 * events.size(), all.size());
    for (int i = 0; i < all.size(); i++) {
      assertTrue(events.get(i % events.size()).data().equals(all.get(i).data()), all.get(i)::type);
    }
  }

  /** Null is refused by every method. */
  @Test
  @SuppressWarnings("NullAway") // what happens with null is the question
  default void nullIsRefused() {
    assertThrows(NullPointerException.class, () -> store().append(null));
    assertThrows(NullPointerException.class, () -> store().read((ReadRequest) null));
    assertThrows(NullPointerException.class, () -> store().find(null));
    assertThrows(NullPointerException.class, () -> store().subscribe(null));
    assertThrows(NullPointerException.class, () -> store().checkpointAt(null));
    assertThrows(NullPointerException.class, () -> store().streamInfo(null));
    assertThrows(NullPointerException.class, () -> store().delete(null, any()));
    assertThrows(NullPointerException.class, () -> store().delete("a-1", null));
    assertThrows(NullPointerException.class, () -> store().tombstone(null, any()));
    assertThrows(NullPointerException.class, () -> store().tombstone("a-1", null));
    StreamSettings none = StreamSettings.none();
    assertThrows(NullPointerException.class, () -> store().changeSettings(null, any(), none));
    assertThrows(NullPointerException.class, () -> store().changeSettings("a-1", null, none));
    assertThrows(NullPointerException.class, () -> store().changeSettings("a-1", any(), null));
    assertThrows(NullPointerException.class, () -> store().list(null, ""));
    assertThrows(NullPointerException.class, () -> store().list(Dimension.STREAM, null));
  }

  /** A stream name that breaks a limit, or is the system's, can't be changed or deleted. */
  @Test
  default void namesThatNoStreamMayHaveAreRefused() {
    StreamSettings settings = StreamSettings.none().withMaxCount(1);
    String tooLong = "s".repeat(Limits.MAX_STREAM_NAME_BYTES + 1);
    for (String name : List.of("", " ", "a\n", "\ud800", tooLong, "$$a-1", "$settings")) {
      assertThrows(
          IllegalArgumentException.class, () -> store().changeSettings(name, any(), settings));
      assertThrows(IllegalArgumentException.class, () -> store().delete(name, any()));
      assertThrows(IllegalArgumentException.class, () -> store().tombstone(name, any()));
    }
    assertEquals(Position.BEFORE_FIRST, store().head());
  }
}
