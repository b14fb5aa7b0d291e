package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;

/**
 * Up to 128 ascending numbers, of which the first is stored elsewhere: a byte with the number of
 * bits, then for each number the difference to the one before, less 1, in that many bits.
 */
final class Chunk {
  /** More bytes than a chunk can have. */
  static final int MAX_BYTES = 1 + Entry.CHUNK * Integer.BYTES;

  /** Bytes behind a chunk that must be readable when it is decoded. */
  static final int PADDING = Long.BYTES;

  private Chunk() {}

  /**
   * Writes a chunk.
   *
   * @param target has {@link #MAX_BYTES} and {@link #PADDING} bytes left
   * @return the offset behind it
   */
  static int encode(int[] values, int count, byte[] target, int at) {
    int all = 0;
    for (int i = 1; i < count; i++) {
      all |= values[i] - values[i - 1] - 1;
    }
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(all);
    target[at] = (byte) width;
    int out = at + 1;
    long pending = 0;
    int bits = 0;
    for (int i = 1; i < count; i++) {
      pending |= (long) (values[i] - values[i - 1] - 1) << bits;
      bits += width;
      while (bits >= Byte.SIZE) {
        target[out++] = (byte) pending;
        pending >>>= Byte.SIZE;
        bits -= Byte.SIZE;
      }
    }
    if (bits > 0) {
      target[out++] = (byte) pending;
    }
    return out;
  }

  /** How many bytes a chunk of that many numbers has that begins with this byte. */
  static int length(int width, int count) {
    return 1 + ((count - 1) * width + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** Reads a chunk at the start of the bytes, which go on for {@link #PADDING} bytes behind it. */
  static int[] decode(byte[] bytes, int first, int count) {
    int[] values = new int[count];
    int width = bytes[0];
    long mask = (1L << width) - 1;
    int value = first;
    values[0] = value;
    int bit = Byte.SIZE;
    for (int i = 1; i < count; i++) {
      value += 1 + (int) ((Bytes.getLong(bytes, bit >>> 3) >>> (bit & 7)) & mask);
      values[i] = value;
      bit += width;
    }
    return values;
  }
}
