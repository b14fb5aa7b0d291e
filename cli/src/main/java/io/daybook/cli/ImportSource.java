package io.daybook.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file, or standard input, to import; unpacked if it is packed with gzip.
 *
 * @param name how messages name it
 * @param unpacked its content
 * @param raw its bytes as they are, to know how far the reading is
 * @param sizeBytes how many bytes it has, packed; 0 if that is not known
 */
record ImportSource(String name, InputStream unpacked, Counting raw, long sizeBytes) {
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Counts the bytes that are read. */
  static final class Counting extends FilterInputStream {
    private long count;

    private Counting(InputStream in) {
      super(in);
    }

    long count() {
      return count;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      if (b >= 0) {
        count++;
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      count += Math.max(read, 0);
      return read;
    }
  }

  /** Opens a file; {@code -} is standard input. */
  static ImportSource open(String file, Terminal terminal) throws IOException {
    if (file.equals("-")) {
      return of("<stdin>", terminal.in(), 0);
    }
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw CommandFailedException.failure(file + " is a directory, not a file", null);
    }
    long size = Files.isRegularFile(path) ? Files.size(path) : 0;
    return of(file, Files.newInputStream(path), size);
  }

  private static ImportSource of(String name, InputStream in, long size) throws IOException {
    var raw = new Counting(in);
    var peeking = new PushbackInputStream(raw, 2);
    int first = peeking.read();
    int second = first < 0 ? -1 : peeking.read();
    if (second >= 0) {
      peeking.unread(second);
    }
    if (first >= 0) {
      peeking.unread(first);
    }
    boolean packed = first == GZIP_FIRST && second == GZIP_SECOND;
    InputStream unpacked = packed ? new GZIPInputStream(peeking, BUFFER_BYTES) : peeking;
    return new ImportSource(name, unpacked, raw, size);
  }
}
