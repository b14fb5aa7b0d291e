package io.daybook.cli;

import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * When an event happened and which version its data has, as metadata holds it: the entries {@code
 * occurredAt} and {@code schemaVersion} of the event-sourcing module, and beside them the timestamp
 * as it was written, where that is not how an instant is written.
 *
 * @param timestamp when it happened, as written by whoever recorded it first
 * @param version the version of the data's schema, from 1
 */
record BusinessMetadata(String timestamp, long version) {
  private static final String OCCURRED_AT = "occurredAt";
  private static final String SCHEMA_VERSION = "schemaVersion";
  private static final String TIMESTAMP = "timestamp";
  private static final int DATE_LENGTH = 10;

  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /**
   * Reads a timestamp: ISO 8601, with a {@code T} or a space between date and time.
   *
   * @param zone where a timestamp without zone was written
   * @throws DateTimeException if it is not a timestamp
   */
  static Instant parse(String timestamp, ZoneId zone) {
    if (timestamp.length() == DATE_LENGTH) {
      return LocalDate.parse(timestamp).atStartOfDay(zone).toInstant();
    }
    boolean spaced = timestamp.length() > DATE_LENGTH && timestamp.charAt(DATE_LENGTH) == ' ';
    String iso =
        spaced
            ? timestamp.substring(0, DATE_LENGTH) + 'T' + timestamp.substring(DATE_LENGTH + 1)
            : timestamp;
    TemporalAccessor parsed = DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
    return parsed instanceof OffsetDateTime withOffset
        ? withOffset.toInstant()
        : LocalDateTime.from(parsed).atZone(zone).toInstant();
  }

  /** The metadata of an event that happened at that instant. */
  Payload at(Instant occurredAt) {
    String canonical = occurredAt.toString();
    var json = new LineBuffer().ascii("{\"").ascii(OCCURRED_AT).ascii("\":").quoted(canonical);
    if (version != 1) {
      json.ascii(",\"").ascii(SCHEMA_VERSION).ascii("\":").number(version);
    }
    if (!timestamp.equals(canonical)) {
      json.ascii(",\"").ascii(TIMESTAMP).ascii("\":").quoted(timestamp);
    }
    return Payload.json(json.ascii("}").toByteArray());
  }

  /** The metadata of an event of which only the version is known. */
  static Payload versionOnly(long version) {
    return Payload.json("{\"" + SCHEMA_VERSION + "\":" + version + "}");
  }

  /** What an event's metadata says; where it says nothing, the time of recording and version 1. */
  static BusinessMetadata of(RecordedEvent event) {
    byte[] json = event.metadata().toByteArray();
    String occurredAt = null;
    String timestamp = null;
    long version = 1;
    try (JsonParser parser = Json.parser(json, 0, json.length)) {
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      while (object && !Json.isEnd(parser.nextToken())) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING && name.equals(OCCURRED_AT)) {
          occurredAt = parser.getString();
        } else if (value == JsonToken.VALUE_STRING && name.equals(TIMESTAMP)) {
          timestamp = parser.getString();
        } else if (name.equals(SCHEMA_VERSION)) {
          version = versionOf(parser, version);
        }
        parser.skipChildren();
      }
    } catch (JacksonException _) {
      // metadata of some other form: it says nothing
    }
    String when = timestamp != null && occurredAt != null ? timestamp : occurredAt;
    return new BusinessMetadata(when == null ? event.recordedAt().toString() : when, version);
  }

  private static long versionOf(JsonParser parser, long otherwise) {
    if (!parser.currentToken().isScalarValue()) {
      return otherwise;
    }
    try {
      return Long.parseLong(parser.getString());
    } catch (NumberFormatException _) {
      return otherwise;
    }
  }
}
