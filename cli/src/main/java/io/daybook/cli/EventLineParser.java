package io.daybook.cli;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line of NDJSON, as {@code read} and {@code export} write it. Data and metadata are taken
 * as they stand in the line, to the byte.
 */
final class EventLineParser implements RecordParser {
  private static final String OCTETS = "application/octet-stream";
  private static final int NONE = -1;

  private final String file;
  private final boolean ignoreUnknown;

  EventLineParser(String file, boolean ignoreUnknown) {
    this.file = file;
    this.ignoreUnknown = ignoreUnknown;
  }

  /** What was found so far. */
  private static final class Fields {
    private final Content data = new Content("data", "dataBase64", "contentType");
    private final Content metadata =
        new Content("metadata", "metadataBase64", "metadataContentType");
    private @Nullable String stream;
    private @Nullable String type;
    private @Nullable UUID id;
    private @Nullable String appendKey;
    private @Nullable ExpectedRevision expected;
    private List<String> tags = List.of();
    private int seen;
  }

  /** Data or metadata: a part of the line, or decoded bytes. */
  private static final class Content {
    private final String inlineName;
    private final String base64Name;
    private final String contentTypeName;
    private int start = NONE;
    private int end;
    private byte @Nullable [] bytes;
    private @Nullable String contentType;
    private int contentTypeStart;

    private Content(String inlineName, String base64Name, String contentTypeName) {
      this.inlineName = inlineName;
      this.base64Name = base64Name;
      this.contentTypeName = contentTypeName;
    }

    private void inline(FieldReader reader) {
      start = reader.valueStart();
      end = reader.skipValue();
    }

    private void base64(FieldReader reader) {
      bytes = reader.base64(base64Name);
    }

    private void contentType(FieldReader reader) {
      contentTypeStart = reader.valueStart();
      contentType = reader.text(contentTypeName);
    }

    private boolean isMissing() {
      return start == NONE && bytes == null;
    }

    private Payload payload(FieldReader reader, Slice slice) {
      if (start != NONE && bytes != null) {
        throw reader.badAt(start, inlineName + " and " + base64Name + " exclude each other");
      }
      String given = contentType;
      try {
        byte[] decoded = bytes;
        if (decoded != null) {
          return Payload.of(decoded, given == null ? OCTETS : given);
        }
        return start == NONE
            ? Payload.empty()
            : Payload.of(
                slice.bytes(),
                slice.offset() + start,
                end - start,
                given == null ? Payload.JSON : given);
      } catch (IllegalArgumentException e) {
        throw reader.badAt(contentTypeStart, Failures.message(e));
      }
    }
  }

  @Override
  public ImportedEvent parse(Slice slice) {
    try (var reader = new FieldReader(file, slice)) {
      var fields = new Fields();
      for (String name = reader.nextField(); name != null; name = reader.nextField()) {
        read(name, reader, fields);
      }
      String stream = require("stream", fields.stream, reader);
      String type = require("type", fields.type, reader);
      if (fields.data.isMissing()) {
        throw reader.badAt(0, "data or dataBase64 is missing");
      }
      Payload data = fields.data.payload(reader, slice);
      Payload metadata = fields.metadata.payload(reader, slice);
      UUID id = fields.id == null ? Event.newId() : fields.id;
      try {
        var event = new Event(id, type, fields.tags, data, metadata);
        return new ImportedEvent(stream, event, fields.appendKey, fields.expected, slice.start());
      } catch (IllegalArgumentException e) {
        throw reader.badAt(0, Failures.message(e));
      }
    }
  }

  private static String require(String name, @Nullable String value, FieldReader reader) {
    if (value == null) {
      throw reader.badAt(0, name + " is missing");
    }
    return value;
  }

  private void read(String name, FieldReader reader, Fields fields) {
    switch (name) {
      case "stream" -> {
        once(fields, 0, name, reader);
        fields.stream = reader.stream(name);
      }
      case "type" -> {
        once(fields, 1, name, reader);
        fields.type = reader.type(name);
      }
      case "id" -> {
        once(fields, 2, name, reader);
        fields.id = reader.id(name);
      }
      case "tags" -> {
        once(fields, 3, name, reader);
        fields.tags = reader.isNull() ? List.of() : reader.tags(name);
      }
      case "append" -> {
        once(fields, 4, name, reader);
        fields.appendKey = reader.isNull() ? null : reader.scalar(name);
      }
      case "expected" -> {
        once(fields, 5, name, reader);
        fields.expected = reader.isNull() ? null : expected(reader);
      }
      default -> readContent(name, reader, fields);
    }
  }

  private void readContent(String name, FieldReader reader, Fields fields) {
    switch (name) {
      case "data" -> {
        once(fields, 6, name, reader);
        fields.data.inline(reader);
      }
      case "dataBase64" -> {
        once(fields, 7, name, reader);
        fields.data.base64(reader);
      }
      case "contentType" -> {
        once(fields, 8, name, reader);
        fields.data.contentType(reader);
      }
      case "metadata" -> {
        once(fields, 9, name, reader);
        if (!reader.isNull()) {
          fields.metadata.inline(reader);
        }
      }
      case "metadataBase64" -> {
        once(fields, 10, name, reader);
        fields.metadata.base64(reader);
      }
      case "metadataContentType" -> {
        once(fields, 11, name, reader);
        fields.metadata.contentType(reader);
      }
      // what the store gave the event where it was exported; here it gets its own
      case "position", "revision", "recordedAt" -> reader.skipValue();
      default -> {
        if (!ignoreUnknown) {
          throw reader.bad(
              "the field " + name + " is not known; --ignore-unknown passes over such fields");
        }
        reader.skipValue();
      }
    }
  }

  private static void once(Fields fields, int field, String name, FieldReader reader) {
    if ((fields.seen & (1 << field)) != 0) {
      throw reader.bad(name + " is given twice");
    }
    fields.seen |= 1 << field;
  }

  private static ExpectedRevision expected(FieldReader reader) {
    String text = reader.scalar("expected");
    try {
      return ExpectedRevisionConverter.parse(text);
    } catch (IllegalArgumentException e) {
      throw reader.bad(Failures.message(e));
    }
  }
}
