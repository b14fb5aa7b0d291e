package io.daybook.cli;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Small JSON texts as maps, lists, strings, booleans, null, and numbers that keep every digit
 * ({@link BigDecimal}).
 */
final class JsonTree {
  private static final int MAX_DEPTH = 500;
  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

  private JsonTree() {}

  /**
   * Reads one JSON text.
   *
   * @throws IllegalArgumentException if it is not one, or nested too deep
   */
  static @Nullable Object parse(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Json.Problem problem = Json.check(bytes, 0, bytes.length);
    if (problem != null) {
      throw new IllegalArgumentException(problem.what());
    }
    try (JsonParser parser = Json.parser(bytes, 0, bytes.length)) {
      parser.nextToken();
      return value(parser, 0);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(Json.problem(e, bytes.length).what(), e);
    }
  }

  /**
   * Reads one JSON object.
   *
   * @throws IllegalArgumentException if it is not one, or nested too deep
   */
  static Map<String, @Nullable Object> parseObject(String json) {
    Object tree = parse(json);
    if (!(tree instanceof Map<?, ?>)) {
      throw new IllegalArgumentException("a JSON object is needed");
    }
    return object(tree);
  }

  /** A part of a tree as the object that it is; an empty one if it is none. */
  static Map<String, @Nullable Object> object(@Nullable Object part) {
    var object = new LinkedHashMap<String, @Nullable Object>();
    if (part instanceof Map<?, ?> map) {
      map.forEach((name, value) -> object.put(String.valueOf(name), value));
    }
    return object;
  }

  /** A part of a tree as the list that it is; an empty one if it is none. */
  static List<@Nullable Object> list(@Nullable Object part) {
    return part instanceof List<?> list ? new ArrayList<>(list) : List.of();
  }

  /** A part of a tree as a text; empty if it is null. */
  static String text(@Nullable Object part) {
    return Objects.toString(part, "");
  }

  /** A part of a tree as a whole number; 0 if it is none. */
  static long number(@Nullable Object part) {
    return part instanceof Number number ? number.longValue() : 0;
  }

  private static @Nullable Object value(JsonParser parser, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("it is nested deeper than " + MAX_DEPTH);
    }
    JsonToken token = Objects.requireNonNull(parser.currentToken());
    return switch (token) {
      case START_OBJECT -> {
        var object = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser, depth + 1));
        }
        yield object;
      }
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, depth + 1));
        }
        yield list;
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> decimal(parser.getString());
      default -> parser.getString();
    };
  }

  private static BigDecimal decimal(String digits) {
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a number is too large: " + digits, e);
    }
  }

  /** Writes a tree as JSON on one line. */
  static String write(@Nullable Object tree) {
    var out = new StringBuilder();
    write(tree, out);
    return out.toString();
  }

  private static void write(@Nullable Object tree, StringBuilder out) {
    switch (tree) {
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "";
        for (var entry : map.entrySet()) {
          out.append(separator);
          quoted(String.valueOf(entry.getKey()), out);
          out.append(':');
          write(entry.getValue(), out);
          separator = ",";
        }
        out.append('}');
      }
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object each : list) {
          out.append(separator);
          write(each, out);
          separator = ",";
        }
        out.append(']');
      }
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      case null -> out.append("null");
      default -> quoted(tree.toString(), out);
    }
  }

  private static void quoted(String text, StringBuilder out) {
    out.append('"');
    ENCODER.quoteAsString(text, out);
    out.append('"');
  }
}
