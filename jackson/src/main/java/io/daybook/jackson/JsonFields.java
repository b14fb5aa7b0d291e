package io.daybook.jackson;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** Replaces fields of a JSON object, and leaves all other bytes as they are. */
final class JsonFields {

  /** A field of the object, with its value as it stands there. */
  @SuppressWarnings("ArrayRecordComponent") // neither compared nor kept
  record Field(String name, byte[] json) {}

  private JsonFields() {}

  /**
   * The object with other values.
   *
   * @param json an object; anything else is returned as it is
   * @param replacement the new value of a field in JSON; null to leave it
   */
  static byte[] replace(
      JsonMapper mapper, byte[] json, Function<Field, byte @Nullable []> replacement) {
    var out = new ByteArrayOutputStream(json.length);
    int copied = 0;
    try (JsonParser parser = mapper.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return json;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        byte[] value = replacement.apply(new Field(name, Arrays.copyOfRange(json, start, end)));
        if (value != null) {
          out.write(json, copied, start - copied);
          out.writeBytes(value);
          copied = end;
        }
      }
    }
    out.write(json, copied, json.length - copied);
    return out.toByteArray();
  }
}
