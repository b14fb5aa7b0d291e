package io.daybook.jackson;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.time.Instant;

/** Events as a store would hand them out. */
final class Stored {
  private Stored() {}

  static RecordedEvent of(Event event) {
    return new RecordedEvent(
        new Position(17), "thing-1", new Revision(3), Instant.parse("2026-01-01T00:00:00Z"), event);
  }

  static RecordedEvent of(String type, String json) {
    return of(Event.json(type, json));
  }

  static RecordedEvent of(String type, int version, String json) {
    return of(
        Event.json(type, json).withMetadata(Payload.json("{\"schemaVersion\":" + version + "}")));
  }
}
