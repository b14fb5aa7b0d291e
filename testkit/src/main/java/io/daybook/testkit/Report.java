package io.daybook.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a test says when it fails: the story, and where it went otherwise. */
final class Report {
  private static final String INDENT = "\n    ";

  private Report() {}

  static String of(
      String what, List<?> given, @Nullable Object command, Object expected, Object actual) {
    String subject = what.isEmpty() ? "" : what + " ";
    return story(given, command)
        + "\n  expected "
        + subject
        + INDENT
        + expected
        + "\n  but was "
        + subject
        + INDENT
        + actual;
  }

  /** The events side by side: those that differ are marked. */
  static String ofEvents(List<?> given, Object command, List<?> expected, List<?> actual) {
    var lines = new ArrayList<String>();
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      Object wanted = i < expected.size() ? expected.get(i) : null;
      Object got = i < actual.size() ? actual.get(i) : null;
      if (Objects.equals(wanted, got)) {
        lines.add("  " + wanted);
      } else {
        if (wanted != null) {
          lines.add("- " + wanted);
        }
        if (got != null) {
          lines.add("+ " + got + (wanted != null && looksLike(wanted, got) ? " (not equal)" : ""));
        }
      }
    }
    return story(given, command)
        + "\n  expected these events (- missing, + unexpected)"
        + INDENT
        + String.join(INDENT, lines);
  }

  static String lines(List<?> events) {
    return events.isEmpty()
        ? "no events"
        : String.join(INDENT, events.stream().map(Object::toString).toList());
  }

  /** Two that print the same and still differ are told apart in words. */
  private static boolean looksLike(Object wanted, Object got) {
    return wanted.toString().equals(got.toString());
  }

  private static String story(List<?> given, @Nullable Object command) {
    return "\n  given"
        + INDENT
        + (given.isEmpty() ? "nothing" : lines(given))
        + (command == null ? "" : "\n  when" + INDENT + command);
  }
}
