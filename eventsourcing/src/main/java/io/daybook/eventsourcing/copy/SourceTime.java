package io.daybook.eventsourcing.copy;

import io.daybook.eventstore.Payload;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes into an event's metadata when the source recorded it. The metadata stays as it is, to the
 * byte, but for the entries that are added at its end.
 */
final class SourceTime {
  /** When the first store that held the event recorded it. */
  static final String RECORDED_AT = "originallyRecordedAt";

  /** When it happened; where nothing else was said, that was when it was recorded. */
  static final String OCCURRED_AT = "occurredAt";

  private SourceTime() {}

  /** The metadata with both entries, where they are missing; nothing if it is no JSON object. */
  static Optional<Payload> addedTo(Payload metadata, Instant recordedAt) {
    if (metadata.isEmpty()) {
      return Optional.of(
          Payload.json(
              "{" + entry(OCCURRED_AT, recordedAt) + "," + entry(RECORDED_AT, recordedAt) + "}"));
    }
    if (!metadata.contentType().equals(Payload.JSON)) {
      return Optional.empty();
    }
    String text = metadata.text().stripTrailing();
    Set<String> names = namesOf(text.stripLeading());
    if (names == null) {
      return Optional.empty();
    }
    var more = new StringBuilder(text).deleteCharAt(text.length() - 1);
    boolean first = names.isEmpty();
    for (String name : new String[] {OCCURRED_AT, RECORDED_AT}) {
      if (!names.contains(name)) {
        more.append(first ? "" : ",").append(entry(name, recordedAt));
        first = false;
      }
    }
    return Optional.of(Payload.json(more.append('}').toString()));
  }

  private static String entry(String name, Instant time) {
    return "\"" + name + "\":\"" + time + "\"";
  }

  /** The names in a JSON object itself, not in what it holds; null if it is not one. */
  private static @Nullable Set<String> namesOf(String text) {
    if (!text.startsWith("{")) {
      return null;
    }
    var names = new HashSet<String>();
    int depth = 0;
    boolean nameNext = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        int end = endOfString(text, i);
        if (end < 0) {
          return null;
        }
        if (depth == 1 && nameNext) {
          names.add(text.substring(i + 1, end));
          nameNext = false;
        }
        i = end;
      } else if (c == '{' || c == '[') {
        depth++;
        nameNext = depth == 1;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          return i == text.length() - 1 && c == '}' ? names : null;
        }
      } else if (c == ',' && depth == 1) {
        nameNext = true;
      }
    }
    return null;
  }

  /** The index of the quotation mark that ends the string which begins there; -1 if none does. */
  private static int endOfString(String text, int start) {
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        return i;
      }
    }
    return -1;
  }
}
