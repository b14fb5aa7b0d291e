package io.daybook.eventstore;

import java.util.Objects;

/**
 * The limits that every store enforces, and the checks that enforce them.
 *
 * <p>Sizes of names are counted in UTF-8 bytes. A name may not be blank, may not hold control
 * characters and may not hold an unpaired surrogate, since such a string has no UTF-8 form and
 * could not be read back as it was written.
 */
public final class Limits {
  /** Longest stream name, in UTF-8 bytes. */
  public static final int MAX_STREAM_NAME_BYTES = 1_024;

  /** Longest event type, in UTF-8 bytes. */
  public static final int MAX_TYPE_BYTES = 256;

  /** Longest tag, in UTF-8 bytes. */
  public static final int MAX_TAG_BYTES = 512;

  /** Longest content type, in UTF-8 bytes. */
  public static final int MAX_CONTENT_TYPE_BYTES = 256;

  /** Most tags on one event. */
  public static final int MAX_TAGS_PER_EVENT = 64;

  /** Most events in one append. */
  public static final int MAX_EVENTS_PER_APPEND = 65_536;

  /** Largest event, in bytes: data, metadata, type and tags together. */
  public static final int MAX_EVENT_BYTES = 16 << 20;

  /** Largest append, in bytes: its events and the names of their streams together. */
  public static final int MAX_APPEND_BYTES = 32 << 20;

  private Limits() {}

  /**
   * Checks a stream name. That of the system stream that belongs to a stream may be longer by its
   * prefix.
   *
   * @return the name
   * @throws IllegalArgumentException if it is blank, too long or holds a forbidden character
   */
  public static String requireStreamName(String name) {
    int prefix = name.startsWith(SystemEvents.PREFIX) ? SystemEvents.PREFIX.length() : 0;
    return requireName("stream name", name, MAX_STREAM_NAME_BYTES + prefix);
  }

  /**
   * Checks an event type.
   *
   * @return the type
   * @throws IllegalArgumentException if it is blank, too long or holds a forbidden character
   */
  public static String requireType(String type) {
    return requireName("event type", type, MAX_TYPE_BYTES);
  }

  /**
   * Checks a tag.
   *
   * @return the tag
   * @throws IllegalArgumentException if it is blank, too long or holds a forbidden character
   */
  public static String requireTag(String tag) {
    return requireName("tag", tag, MAX_TAG_BYTES);
  }

  /** Whether the name belongs to the system: it starts with {@code $}. */
  public static boolean isSystemName(String name) {
    return name.startsWith("$");
  }

  static String requireName(String what, String name, int maxBytes) {
    Objects.requireNonNull(name, what);
    if (name.isBlank()) {
      throw new IllegalArgumentException("the " + what + " is blank");
    }
    int bytes = utf8Length(what, name);
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " has "
              + bytes
              + " bytes, the limit is "
              + maxBytes
              + ": "
              + name.substring(0, 40)
              + "…");
    }
    return name;
  }

  /** The UTF-8 length of a name that holds neither control characters nor unpaired surrogates. */
  static int utf8Length(String what, String name) {
    int length = name.length();
    int ascii = 0;
    while (ascii < length && isPrintableAscii(name.charAt(ascii))) {
      ascii++;
    }
    return ascii == length ? length : utf8Length(what, name, ascii);
  }

  private static boolean isPrintableAscii(char c) {
    return (char) (c - 0x20) < 0x7f - 0x20;
  }

  private static int utf8Length(String what, String name, int from) {
    int bytes = from;
    for (int i = from; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < 0x80) {
        if (c < 0x20 || c == 0x7f) {
          throw new IllegalArgumentException(
              String.format(
                  "the %s holds the control character U+%04X at index %d", what, (int) c, i));
        }
        bytes++;
      } else if (c < 0x800) {
        if (c < 0xa0) {
          throw new IllegalArgumentException(
              String.format(
                  "the %s holds the control character U+%04X at index %d", what, (int) c, i));
        }
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (i + 1 < name.length() && Character.isSurrogatePair(c, name.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        throw new IllegalArgumentException(
            String.format(
                "the %s holds the unpaired surrogate U+%04X at index %d", what, (int) c, i));
      }
    }
    return bytes;
  }
}
