package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.tck.Samples.assertFinds;
import static io.daybook.tck.Samples.positions;
import static io.daybook.tck.Samples.put;
import static io.daybook.tck.Samples.revisions;
import static io.daybook.tck.Samples.types;
import static io.daybook.tck.Samples.upTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Settings, deletes and tombstones are events, which are shown to those who ask for them. */
public interface SystemEventsContract extends StoreUnderTest {

  /** An ordinary read does not show system events. */
  @Test
  default void anOrdinaryReadShowsNoSystemEvents() {
    changeEverything();
    assertFinds(store(), Query.everything(), "B", "C");
    assertFinds(store(), Query.stream("$$a-1"));
    assertFinds(store(), Query.types(SystemEvents.STREAM_DELETED));
    assertFinds(store(), ReadRequest.of(Query.everything()).inReverse(), "C", "B");
  }

  /** A read that asks for them shows them in their places. */
  @Test
  default void aReadThatAsksForSystemEventsShowsThemInTheirPlaces() {
    changeEverything();
    List<RecordedEvent> all =
        store().read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
    assertEquals(
        List.of(
            SystemEvents.STREAM_SETTINGS_CHANGED,
            SystemEvents.STREAM_DELETED,
            "B",
            SystemEvents.STREAM_TOMBSTONED,
            "C"),
        types(all));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), positions(all));
  }

  /** System events stand in the stream's own system stream, numbered from 0. */
  @Test
  default void systemEventsStandInTheStreamsSystemStream() {
    changeEverything();
    ReadRequest request = ReadRequest.of(Query.stream("$$a-1")).withSystemEvents();
    List<RecordedEvent> events = store().read(request).toList();
    assertEquals(
        List.of(SystemEvents.STREAM_SETTINGS_CHANGED, SystemEvents.STREAM_DELETED), types(events));
    assertEquals(upTo(2), revisions(events));
    assertTrue(events.stream().allMatch(RecordedEvent::isSystem));
    assertFinds(store(), request.inReverse().limit(1), SystemEvents.STREAM_DELETED);
    assertFinds(store(), request.from(new Revision(1)), SystemEvents.STREAM_DELETED);
  }

  /** A system event is found by its id, as any other. */
  @Test
  default void aSystemEventIsFoundByItsId() {
    changeEverything();
    List<RecordedEvent> all =
        store().read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
    assertTrue(all.getFirst().isSystem());
    for (RecordedEvent event : all) {
      assertEquals(event, store().find(event.id()).orElseThrow());
    }
  }

  /** System events are found by their type, if they are asked for. */
  @Test
  default void systemEventsAreFoundByTheirType() {
    changeEverything();
    Query query = Query.types(SystemEvents.STREAM_TOMBSTONED);
    List<RecordedEvent> events = store().read(ReadRequest.of(query).withSystemEvents()).toList();
    assertEquals(List.of("$$c-1"), events.stream().map(RecordedEvent::stream).toList());
    assertEquals("c-1", SystemEvents.streamOf(events.getFirst().stream()));
  }

  /** The data of a change of settings are the settings. */
  @Test
  default void aChangeOfSettingsCarriesTheSettings() {
    StreamSettings settings =
        StreamSettings.none().withMaxAge(Duration.ofDays(3)).withTruncateBefore(new Revision(12));
    store().changeSettings("a-1", any(), settings);
    RecordedEvent event = onlySystemEvent();
    assertEquals(SystemEvents.STREAM_SETTINGS_CHANGED, event.type());
    assertEquals(settings, StreamSettings.fromPayload(event.data()));
    assertEquals(settings.toPayload(), event.data());
  }

  /** The data of a delete say which revisions it hides. */
  @Test
  default void aDeleteCarriesTheRevisionThatItHidesUpTo() {
    put(store(), "a-1", "A", "B", "C");
    store().delete("a-1", any());
    RecordedEvent event = onlySystemEvent();
    assertEquals(SystemEvents.STREAM_DELETED, event.type());
    assertEquals(Payload.json("{\"truncateBefore\":3}"), event.data());
  }

  /** A tombstone carries nothing. */
  @Test
  default void aTombstoneCarriesAnEmptyObject() {
    store().tombstone("a-1", any());
    RecordedEvent event = onlySystemEvent();
    assertEquals(SystemEvents.STREAM_TOMBSTONED, event.type());
    assertEquals(Payload.json("{}"), event.data());
  }

  /** The result of a change names the system stream and its last revision. */
  @Test
  default void theResultOfAChangeNamesTheSystemStream() {
    put(store(), "a-1", "A");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(3));
    clock().advance(Duration.ofSeconds(1));
    AppendResult result = store().delete("a-1", any());
    assertEquals(
        new AppendResult(
            new Position(2), new Position(2), Map.of("$$a-1", new Revision(1)), clock().instant()),
        result);
  }

  /** System events count for the past. */
  @Test
  default void thePastMayEndAtASystemEvent() {
    changeEverything();
    ReadRequest past = ReadRequest.of(Query.everything()).asOf(new Position(2));
    try (var read = store().read(past)) {
      assertEquals(new Position(2), read.head());
    }
    assertFinds(
        store(),
        past.withSystemEvents(),
        SystemEvents.STREAM_SETTINGS_CHANGED,
        SystemEvents.STREAM_DELETED);
  }

  /** Streams of the system have no information of their own. */
  @Test
  default void systemStreamsHaveNoInformation() {
    changeEverything();
    assertEquals(Optional.empty(), store().streamInfo("$$a-1"));
    assertTrue(store().streamInfo("a-1").isPresent());
  }

  /** Events of a hidden stream are hidden also where system events are shown. */
  @Test
  default void hiddenEventsStayHiddenAmongSystemEvents() {
    put(store(), "a-1", "A", "B");
    store().delete("a-1", any());
    assertFinds(
        store(),
        ReadRequest.of(Query.everything()).withSystemEvents(),
        SystemEvents.STREAM_DELETED);
  }

  /** Positions: A 0, settings 1, delete 2, B 3, tombstone of another stream 4, C 5. */
  private void changeEverything() {
    put(store(), "a-1", "A");
    store().changeSettings("a-1", any(), StreamSettings.none().withMaxCount(100));
    store().delete("a-1", any());
    put(store(), "a-1", "B");
    store().tombstone("c-1", any());
    put(store(), "b-1", "C");
  }

  private RecordedEvent onlySystemEvent() {
    List<RecordedEvent> events =
        store().read(ReadRequest.of(Query.everything()).withSystemEvents()).toList().stream()
            .filter(RecordedEvent::isSystem)
            .toList();
    assertEquals(1, events.size());
    return events.getFirst();
  }
}
