package io.daybook.eventsourcing.subscription;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.daybook.eventsourcing.json.FlatJson;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How dead letters are written: flat JSON objects. Ids are made of what is said, so it is said
 * once.
 */
final class LetterFormat {
  private static final int LONGEST_ERROR = 2_000;

  private LetterFormat() {}

  static Event parked(
      String stream,
      int build,
      RecordedEvent event,
      String key,
      int attempts,
      String error,
      long request) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("build", Integer.toString(build));
    fields.put("eventId", event.id().toString());
    fields.put("position", event.position().toString());
    fields.put("stream", event.stream());
    fields.put("type", event.type());
    fields.put("key", key);
    fields.put("attempts", Integer.toString(attempts));
    fields.put("error", shortened(error));
    fields.put("request", Long.toString(request));
    return event(stream, Letters.PARKED, fields, Long.toString(request));
  }

  static Event replayed(String stream, int build, UUID eventId, long request) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("build", Integer.toString(build));
    fields.put("eventId", eventId.toString());
    fields.put("request", Long.toString(request));
    return event(stream, Letters.REPLAYED, fields, Long.toString(request));
  }

  /** What is asked for, each time anew. */
  static Event asked(String type, int build, UUID eventId) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("build", Integer.toString(build));
    fields.put("eventId", eventId.toString());
    return Event.json(type, FlatJson.write(fields));
  }

  static DeadLetter letter(Map<String, String> fields, RecordedEvent stored) {
    return new DeadLetter(
        UUID.fromString(Letters.field(fields, "eventId")),
        new Position(Long.parseLong(Letters.field(fields, "position"))),
        Letters.field(fields, "stream"),
        Letters.field(fields, "type"),
        Letters.field(fields, "key"),
        Integer.parseInt(Letters.field(fields, "build")),
        Integer.parseInt(Letters.field(fields, "attempts")),
        Letters.field(fields, "error"),
        stored.recordedAt());
  }

  private static Event event(
      String stream, String type, Map<String, String> fields, String occasion) {
    String name =
        String.join("\n", stream, type, fields.get("build"), fields.get("eventId"), occasion);
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
    return new Event(id, type, List.of(), Payload.json(FlatJson.write(fields)), Payload.empty());
  }

  private static String shortened(String error) {
    return error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR) + "…";
  }
}
