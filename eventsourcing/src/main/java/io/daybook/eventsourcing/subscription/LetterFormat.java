package io.daybook.eventsourcing.subscription;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.daybook.eventsourcing.json.FlatJson;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import java.time.Instant;
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

  /**
   * That an event is parked. When, is not written, but is when this is recorded.
   *
   * @param request the request by which it was tried in vain; -1 if it was none
   * @param known where the stream says what this is to replace; -1 if nowhere
   */
  static Event parked(String stream, DeadLetter letter, long request, long known) {
    var fields = fieldsOf(letter.build());
    fields.put("eventId", letter.eventId().toString());
    fields.put("position", letter.position().toString());
    fields.put("stream", letter.stream());
    fields.put("type", letter.type());
    fields.put("key", letter.key());
    fields.put("attempts", Integer.toString(letter.attempts()));
    fields.put("error", shortened(letter.error()));
    fields.put("request", Long.toString(request));
    return event(stream, Letters.PARKED, fields, occasion(request, known));
  }

  /** That a parked event was handled by that request; see {@link #parked} for what is known. */
  static Event replayed(String stream, BuildId build, UUID eventId, long request, long known) {
    var fields = fieldsOf(build);
    fields.put("eventId", eventId.toString());
    fields.put("request", Long.toString(request));
    return event(stream, Letters.REPLAYED, fields, occasion(request, known));
  }

  /** What is asked for, each time anew. */
  static Event asked(String type, BuildId build, UUID eventId) {
    var fields = fieldsOf(build);
    fields.put("eventId", eventId.toString());
    return Event.json(type, FlatJson.write(fields));
  }

  static DeadLetter letter(Map<String, String> fields, Instant parkedAt) {
    return new DeadLetter(
        UUID.fromString(Letters.field(fields, "eventId")),
        new Position(Long.parseLong(Letters.field(fields, "position"))),
        Letters.field(fields, "stream"),
        Letters.field(fields, "type"),
        Letters.field(fields, "key"),
        build(fields),
        Integer.parseInt(Letters.field(fields, "attempts")),
        Letters.field(fields, "error"),
        parkedAt);
  }

  private static Map<String, String> fieldsOf(BuildId build) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("build", Integer.toString(build.number()));
    if (!build.database().isEmpty()) {
      fields.put("database", build.database());
    }
    return fields;
  }

  /** Which build something is said of. */
  static BuildId build(Map<String, String> fields) {
    int number = Integer.parseInt(Letters.field(fields, "build"));
    return new BuildId(fields.getOrDefault("database", ""), number);
  }

  private static String occasion(long request, long known) {
    return known < 0 ? Long.toString(request) : request + "\n" + known;
  }

  private static Event event(
      String stream, String type, Map<String, String> fields, String occasion) {
    String build = (fields.get("build") + " " + fields.getOrDefault("database", "")).strip();
    String name = String.join("\n", stream, type, build, fields.get("eventId"), occasion);
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
    return new Event(id, type, List.of(), Payload.json(FlatJson.write(fields)), Payload.empty());
  }

  private static String shortened(String error) {
    return error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR) + "…";
  }
}
