package io.daybook.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The bytes of an input that are being looked at. Used by one thread. */
final class InputWindow implements Closeable {
  private static final int FIRST_BYTES = 1 << 20;

  private final InputStream in;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int start;
  private int end;

  InputWindow(InputStream in) {
    this.in = in;
  }

  /** The buffer; {@link #fill} may replace it. */
  byte[] bytes() {
    return bytes;
  }

  /** The index in the buffer of the first byte that was not passed over. */
  int start() {
    return start;
  }

  /** The number of bytes that were read and not passed over. */
  int size() {
    return end - start;
  }

  /** Passes over bytes that were read. */
  void skip(int count) {
    start += count;
  }

  /** Reads more; the bytes that were not passed over stay. Returns false at the end. */
  boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    int read = in.read(bytes, end, bytes.length - end);
    if (read < 0) {
      return false;
    }
    end += read;
    return true;
  }

  /** Passes over a byte order mark at the very beginning. */
  void skipByteOrderMark() throws IOException {
    boolean more = true;
    while (size() < 3 && more) {
      more = fill();
    }
    if (size() >= 3
        && bytes[start] == (byte) 0xEF
        && bytes[start + 1] == (byte) 0xBB
        && bytes[start + 2] == (byte) 0xBF) {
      start += 3;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
