package io.daybook.cli;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Comma-separated values as RFC 4180 has them, with lines that end in a line feed. */
public final class Csv {
  private Csv() {}

  /** The values as a line, in quotes where they need them. */
  public static String line(Object... values) {
    return Stream.of(values)
            .map(value -> quoted(String.valueOf(value)))
            .collect(Collectors.joining(","))
        + "\n";
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
