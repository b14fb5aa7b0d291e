package io.daybook.cli;

import io.daybook.eventstore.Limits;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one JSON object field by field, and knows the place of whatever is wrong with it. One per
 * object.
 */
final class FieldReader implements AutoCloseable {
  private static final int UUID_LENGTH = 36;

  private final String file;
  private final Slice slice;
  private final JsonParser parser;

  FieldReader(String file, Slice slice) {
    this.file = file;
    this.slice = slice;
    this.parser = Json.parser(slice.bytes(), slice.offset(), slice.length());
    if (next() != JsonToken.START_OBJECT) {
      boolean array = parser.currentToken() == JsonToken.START_ARRAY;
      throw bad("a JSON object is needed" + (array ? "; is it of --format array?" : ""));
    }
  }

  /** The next field's name, its value being at hand; null at the object's end. */
  @Nullable String nextField() {
    if (next() == JsonToken.END_OBJECT) {
      if (next() != null) {
        throw bad("nothing may follow the object");
      }
      return null;
    }
    String name = parser.currentName();
    next();
    return name;
  }

  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** The offset of the field's value in the piece. */
  int valueStart() {
    return Json.tokenStart(parser);
  }

  /** Passes over the value and returns the offset after it. */
  int skipValue() {
    try {
      return Json.skipValue(parser);
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /** A text. */
  String text(String field) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw bad(field + " is a text");
    }
    return string();
  }

  /** A text or a number, as text. */
  String scalar(String field) {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      throw bad(field + " is a text or a whole number");
    }
    return string();
  }

  /** A whole number. */
  long number(String field) {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      try {
        return Long.parseLong(string());
      } catch (NumberFormatException _) {
        // reported below
      }
    }
    throw bad(field + " is a whole number");
  }

  /** The name of a stream that may be written. */
  String stream(String field) {
    String stream = text(field);
    try {
      Limits.requireStreamName(stream);
    } catch (IllegalArgumentException e) {
      throw bad(Failures.message(e));
    }
    if (Limits.isSystemName(stream)) {
      throw bad("streams that start with $ are the system's: " + stream);
    }
    return stream;
  }

  /** A type of event that may be written. */
  String type(String field) {
    String type = text(field);
    try {
      Limits.requireType(type);
    } catch (IllegalArgumentException e) {
      throw bad(Failures.message(e));
    }
    if (Limits.isSystemName(type)) {
      throw bad("event types that start with $ are the system's: " + type);
    }
    return type;
  }

  /** A list of tags. */
  List<String> tags(String field) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw bad(field + " is a list of texts");
    }
    var tags = new java.util.ArrayList<String>(4);
    while (next() != JsonToken.END_ARRAY) {
      String tag = text("a tag");
      try {
        tags.add(Limits.requireTag(tag));
      } catch (IllegalArgumentException e) {
        throw bad(Failures.message(e));
      }
    }
    return tags;
  }

  /** An event id. */
  UUID id(String field) {
    String text = text(field);
    if (text.length() == UUID_LENGTH) {
      try {
        return UUID.fromString(text);
      } catch (IllegalArgumentException _) {
        // reported below
      }
    }
    throw bad(field + " is a UUID, not: " + text);
  }

  /** Bytes in Base64. */
  byte[] base64(String field) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw bad(field + " is a text in Base64");
    }
    try {
      return parser.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
    } catch (JacksonException e) {
      throw BadInputException.at(
          file, slice.placeOf(valueStart()), field + " is not Base64: " + e.getOriginalMessage());
    }
  }

  /** Something is wrong with the current value. */
  BadInputException bad(String what) {
    return badAt(valueStart(), what);
  }

  /** Something is wrong at that offset of the piece. */
  BadInputException badAt(int offset, String what) {
    return BadInputException.at(file, slice.placeOf(offset), what);
  }

  private String string() {
    try {
      return parser.getString();
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  private @Nullable JsonToken next() {
    try {
      return parser.nextToken();
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  private BadInputException malformed(JacksonException e) {
    Json.Problem problem = Json.problem(e, slice.length());
    return badAt(problem.offset(), problem.what());
  }

  @Override
  public void close() {
    parser.close();
  }
}
