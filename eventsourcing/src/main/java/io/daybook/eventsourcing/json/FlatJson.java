package io.daybook.eventsourcing.json;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON objects whose values are all strings: the form of what this module records itself, so that
 * it needs no library for it.
 */
public final class FlatJson {
  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  public static String write(Map<String, String> fields) {
    var json = new StringBuilder("{");
    fields.forEach((name, value) -> {
      if (json.length() > 1) {
        json.append(',');
      }
      quote(json, name);
      json.append(':');
      quote(json, value);
    });
    return json.append('}').toString();
  }

  /**
   * The fields of an object that may be written with white space.
   *
   * @throws IllegalArgumentException if it is not an object of strings
   */
  public static Map<String, String> read(String text) {
    return new FlatJson(text).object();
  }

  private Map<String, String> object() {
    var fields = new LinkedHashMap<String, String>();
    expect('{');
    if (!skips('}')) {
      do {
        String name = string();
        expect(':');
        fields.put(name, string());
      } while (skips(','));
      expect('}');
    }
    skipSpace();
    if (at < text.length()) {
      throw wrong();
    }
    return fields;
  }

  private String string() {
    expect('"');
    var value = new StringBuilder();
    while (true) {
      char c = next();
      switch (c) {
        case '"' -> {
          return value.toString();
        }
        case '\\' -> value.append(escaped());
        default -> value.append(c);
      }
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode();
      default -> throw wrong();
    };
  }

  private char unicode() {
    int end = at + 4;
    if (end > text.length()) {
      throw wrong();
    }
    try {
      char c = (char) Integer.parseInt(text, at, end, 16);
      at = end;
      return c;
    } catch (NumberFormatException _) {
      throw wrong();
    }
  }

  private char next() {
    if (at >= text.length()) {
      throw wrong();
    }
    return text.charAt(at++);
  }

  private void expect(char wanted) {
    if (!skips(wanted)) {
      throw wrong();
    }
  }

  private boolean skips(char wanted) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("not a JSON object of strings, at index " + at);
  }

  private static void quote(StringBuilder json, String value) {
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20 || Character.isSurrogate(c)) {
            // an unpaired surrogate has no UTF-8 form
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
