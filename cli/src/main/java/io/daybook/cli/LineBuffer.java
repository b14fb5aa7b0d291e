package io.daybook.cli;

import io.daybook.eventstore.Payload;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.core.io.JsonStringEncoder;

/** Where one line of output is put together. Used by one thread. */
final class LineBuffer {
  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

  private byte[] bytes = new byte[4096];
  private int size;

  /** Text that is ASCII. */
  @SuppressWarnings(
      "deprecation") // String.getBytes(int, int, byte[], int): right for ASCII, and no copy
  LineBuffer ascii(String text) {
    int length = text.length();
    reserve(length);
    text.getBytes(0, length, bytes, size);
    size += length;
    return this;
  }

  /** A whole number. */
  LineBuffer number(long number) {
    return ascii(Long.toString(number));
  }

  /** Any text as a JSON text, quotes included. */
  LineBuffer quoted(String text) {
    if (isPlain(text)) {
      return ascii("\"").ascii(text).ascii("\"");
    }
    return ascii("\"").raw(ENCODER.quoteAsUTF8(text)).ascii("\"");
  }

  /** A payload's bytes as they are, if they are JSON that fits one line; otherwise nothing. */
  boolean inlineJson(Payload payload) {
    if (!payload.contentType().equals(Payload.JSON)) {
      return false;
    }
    reserve(payload.size());
    payload.copyTo(bytes, size);
    if (!Json.fitsOneLine(bytes, size, payload.size())) {
      return false;
    }
    size += payload.size();
    return true;
  }

  /** A payload's bytes without white space between tokens, if they are JSON; otherwise nothing. */
  boolean compactJson(Payload payload) {
    byte[] json = payload.toByteArray();
    if (!payload.contentType().equals(Payload.JSON) || !Json.isText(json)) {
      return false;
    }
    raw(Json.compact(json, 0, json.length));
    return true;
  }

  /** A payload's bytes as a JSON text in Base64, quotes included. */
  LineBuffer base64(Payload payload) {
    return ascii("\"").raw(Base64.getEncoder().encode(payload.toByteArray())).ascii("\"");
  }

  /** The bytes put together so far. */
  int size() {
    return size;
  }

  /** Takes back what was added since there were so many bytes. */
  void truncate(int newSize) {
    size = newSize;
  }

  /** What was put together. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes what was put together, and begins anew. */
  void writeTo(Output out) {
    out.write(bytes, 0, size);
    size = 0;
  }

  private LineBuffer raw(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }
}
