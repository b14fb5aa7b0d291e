package io.daybook.cli;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of the array that people write by hand: {@code event_type, aggregate_id, data,
 * timestamp, version}. White space between the tokens of the data is not kept.
 */
final class ArrayElementParser implements RecordParser {
  private final String file;
  private final ZoneId zone;
  private final boolean ignoreUnknown;

  ArrayElementParser(String file, ZoneId zone, boolean ignoreUnknown) {
    this.file = file;
    this.zone = zone;
    this.ignoreUnknown = ignoreUnknown;
  }

  /** What was found so far. */
  private static final class Fields {
    private @Nullable String stream;
    private @Nullable String type;
    private @Nullable Payload data;
    private @Nullable String timestamp;
    private @Nullable Instant occurredAt;
    private @Nullable Long version;
  }

  @Override
  public ImportedEvent parse(Slice slice) {
    try (var reader = new FieldReader(file, slice)) {
      var fields = new Fields();
      for (String name = reader.nextField(); name != null; name = reader.nextField()) {
        read(name, reader, slice, fields);
      }
      String type = require("event_type", fields.type, reader);
      String stream = require("aggregate_id", fields.stream, reader);
      Payload data = require("data", fields.data, reader);
      try {
        var event = new Event(Event.newId(), type, List.of(), data, metadata(fields));
        return new ImportedEvent(stream, event, null, null, slice.start());
      } catch (IllegalArgumentException e) {
        throw reader.badAt(0, Failures.message(e));
      }
    }
  }

  private void read(String name, FieldReader reader, Slice slice, Fields fields) {
    switch (name) {
      case "event_type" -> fields.type = once(name, fields.type, reader, reader.type(name));
      case "aggregate_id" -> fields.stream = once(name, fields.stream, reader, reader.stream(name));
      case "data" -> fields.data = once(name, fields.data, reader, data(reader, slice));
      case "timestamp" -> {
        fields.timestamp = once(name, fields.timestamp, reader, reader.text(name));
        fields.occurredAt = instant(fields.timestamp, reader);
      }
      case "version" -> fields.version = once(name, fields.version, reader, version(reader));
      default -> {
        if (!ignoreUnknown) {
          throw reader.bad(
              "the field " + name + " is not known; --ignore-unknown passes over such fields");
        }
        reader.skipValue();
      }
    }
  }

  private static <T> T once(String name, @Nullable T before, FieldReader reader, T now) {
    if (before != null) {
      throw reader.bad(name + " is given twice");
    }
    return now;
  }

  private static <T> T require(String name, @Nullable T value, FieldReader reader) {
    if (value == null) {
      throw reader.badAt(0, name + " is missing");
    }
    return value;
  }

  private static Payload data(FieldReader reader, Slice slice) {
    int start = reader.valueStart();
    int end = reader.skipValue();
    return Payload.json(Json.compact(slice.bytes(), slice.offset() + start, end - start));
  }

  private Instant instant(String timestamp, FieldReader reader) {
    try {
      return BusinessMetadata.parse(timestamp, zone);
    } catch (DateTimeException _) {
      throw reader.bad("timestamp is a date and time of ISO 8601, not: " + timestamp);
    }
  }

  private static long version(FieldReader reader) {
    long version = reader.number("version");
    if (version < 1) {
      throw reader.bad("version is 1 or more, not " + version);
    }
    return version;
  }

  private static Payload metadata(Fields fields) {
    long version = fields.version == null ? 1 : fields.version;
    if (fields.timestamp != null && fields.occurredAt != null) {
      return new BusinessMetadata(fields.timestamp, version).at(fields.occurredAt);
    }
    return version == 1 ? Payload.empty() : BusinessMetadata.versionOnly(version);
  }
}
