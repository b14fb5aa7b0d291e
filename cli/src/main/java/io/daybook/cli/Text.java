package io.daybook.cli;

import java.util.Locale;

/** Text for people: safe to print, and with numbers that can be read. */
final class Text {
  private Text() {}

  /**
   * The text on one line. Line ends become spaces; other control characters, which could do
   * anything to a terminal, are shown as {@code \}{@code u001b}.
   */
  static String printable(String text) {
    boolean clean = true;
    for (int i = 0; i < text.length() && clean; i++) {
      clean = !isControl(text.charAt(i));
    }
    if (clean) {
      return text;
    }
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == '\t') {
        out.append(' ');
      } else if (isControl(c)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** A number with separators, and what it counts: {@code 1 event}, {@code 46,997 events}. */
  static String count(long number, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
  }

  /** So many bytes: {@code 608 bytes}, {@code 1.2 MiB (1,254,912) bytes}. */
  static String bytes(long number) {
    return Figure.bytes("", number).text() + (number == 1 ? " byte" : " bytes");
  }

  /** Control characters, and those that turn the direction of the text around them. */
  private static boolean isControl(char c) {
    return c < 0x20
        || (c >= 0x7f && c < 0xa0)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029;
  }
}
