package io.daybook.cli;

/** A piece of an input, in a buffer that the next piece overwrites. */
final class Slice {
  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final Place start;

  /** The piece of that offset and length in the buffer, and where it begins in the input. */
  Slice(byte[] bytes, int offset, int length, Place start) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.start = start;
  }

  /** The buffer itself. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the piece begins in the buffer. */
  int offset() {
    return offset;
  }

  /** Its bytes. */
  int length() {
    return length;
  }

  /** Where it begins in the input. */
  Place start() {
    return start;
  }

  /** Where in the input a byte of the piece is, given its offset in the piece. */
  Place placeOf(int at) {
    long line = start.line();
    int column = start.column();
    for (int i = 0; i < Math.min(at, length); i++) {
      byte b = bytes[offset + i];
      if (b == '\n') {
        line++;
        column = 1;
      } else if ((b & 0xC0) != 0x80) { // not the continuation of a character
        column++;
      }
    }
    return new Place(line, column);
  }
}
