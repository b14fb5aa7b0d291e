package io.daybook.jackson;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Metadata as a flat JSON object: the audit's entries, and the version of the data. */
final class JsonMetadata {
  private static final String SCHEMA_VERSION = "schemaVersion";
  private static final byte[] SCHEMA_VERSION_KEY =
      ('"' + SCHEMA_VERSION + '"').getBytes(StandardCharsets.UTF_8);

  private final JsonMapper mapper;
  private final ObjectWriter writer;

  JsonMetadata(JsonMapper mapper) {
    this.mapper = mapper;
    this.writer = mapper.writerFor(Map.class);
  }

  Payload encode(Audit audit, int version) {
    if (version == 1 && audit.isEmpty()) {
      return Payload.empty();
    }
    Map<String, Object> all = new LinkedHashMap<>(audit.entries());
    if (all.containsKey(SCHEMA_VERSION)) {
      throw new IllegalArgumentException(
          "schemaVersion is written by the codec and cannot be an entry of an audit");
    }
    if (version != 1) {
      all.put(SCHEMA_VERSION, version);
    }
    return Payload.json(writer.writeValueAsBytes(all));
  }

  Audit decode(RecordedEvent stored) {
    if (stored.metadata().isEmpty()) {
      return Audit.none();
    }
    var entries = new LinkedHashMap<String, String>();
    tree(stored)
        .properties()
        .forEach(field -> {
          JsonNode value = field.getValue();
          if (!value.isNull() && !field.getKey().equals(SCHEMA_VERSION)) {
            entries.put(field.getKey(), value.isString() ? value.stringValue() : value.toString());
          }
        });
    return Audit.ofEntries(entries);
  }

  /** The version of the data. Metadata is only parsed if the name of the version occurs in it. */
  int version(RecordedEvent stored) {
    if (!mentionsVersion(stored.metadata())) {
      return 1;
    }
    JsonNode version = tree(stored).get(SCHEMA_VERSION);
    if (version == null) {
      return 1;
    }
    if (!version.canConvertToInt() || !version.isIntegralNumber() || version.intValue() < 1) {
      throw new UndecodableEventException(
          stored, "the schemaVersion in its metadata is " + version, null);
    }
    return version.intValue();
  }

  private ObjectNode tree(RecordedEvent stored) {
    Payload metadata = stored.metadata();
    try {
      if (metadata.contentType().equals(Payload.JSON)
          && mapper.readTree(metadata.toByteArray()) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new UndecodableEventException(
          stored, "its metadata is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new UndecodableEventException(stored, "its metadata is not a JSON object", null);
  }

  private static boolean mentionsVersion(Payload metadata) {
    ByteBuffer bytes = metadata.asByteBuffer();
    int last = bytes.remaining() - SCHEMA_VERSION_KEY.length;
    for (int start = 0; start <= last; start++) {
      int matched = 0;
      while (matched < SCHEMA_VERSION_KEY.length
          && bytes.get(start + matched) == SCHEMA_VERSION_KEY[matched]) {
        matched++;
      }
      if (matched == SCHEMA_VERSION_KEY.length) {
        return true;
      }
    }
    return false;
  }
}
