package io.daybook.cli;

import java.util.Locale;
import java.util.Objects;

/**
 * One number of {@code daybook stats}.
 *
 * @param name what is counted, in lower case words, for example {@code index files}
 * @param value the number
 * @param unit what it is a number of
 */
public record Figure(String name, long value, Unit unit) {
  /** What a figure is a number of. */
  public enum Unit {
    /** Things. */
    COUNT,
    /** Bytes. */
    BYTES
  }

  /** Checks that nothing is null. */
  public Figure {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(unit, "unit");
  }

  /** A number of things. */
  public static Figure count(String name, long value) {
    return new Figure(name, value, Unit.COUNT);
  }

  /** A number of bytes. */
  public static Figure bytes(String name, long value) {
    return new Figure(name, value, Unit.BYTES);
  }

  /** The number as people read it, for example {@code 46,997} or {@code 1.2 MiB (1,254,912)}. */
  String text() {
    String exact = String.format(Locale.ROOT, "%,d", value);
    return unit == Unit.COUNT || value < 1024 ? exact : rounded(value) + " (" + exact + ")";
  }

  /** Bytes in the unit that fits, for example {@code 1.2 MiB}. */
  static String rounded(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < 4) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", amount, "KMGT".charAt(unit - 1));
  }
}
