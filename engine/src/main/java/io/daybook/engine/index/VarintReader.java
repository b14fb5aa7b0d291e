package io.daybook.engine.index;

/** Reads numbers in groups of 7 bits (LEB128). */
final class VarintReader {
  private final byte[] bytes;
  private int at;

  VarintReader(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /**
   * The next number.
   *
   * @throws IndexOutOfBoundsException if the bytes end before it does
   */
  long next() {
    byte b = bytes[at++];
    if (b >= 0) {
      return b;
    }
    long value = b & 0x7f;
    for (int shift = 7; ; shift += 7) {
      b = bytes[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  int nextByte() {
    return bytes[at++];
  }

  void skip(int count) {
    at += count;
  }

  int at() {
    return at;
  }
}
