package io.daybook.cli;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file that is imported, packed with gzip or not: its first bytes tell, whatever its name says.
 * Used by one thread.
 */
public final class ImportFile implements Closeable {
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;
  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private final InputStream content;
  private final Counting raw;
  private final long sizeBytes;

  private ImportFile(String name, InputStream content, Counting raw, long sizeBytes) {
    this.name = name;
    this.content = content;
    this.raw = raw;
    this.sizeBytes = sizeBytes;
  }

  /** Counts the bytes that are read. */
  private static final class Counting extends FilterInputStream {
    private long count;

    private Counting(InputStream in) {
      super(in);
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

  /**
   * Unpacks all of a file. Java's class takes what it can't understand behind the end of a packed
   * part for no part, and says nothing: but it may be the next part, damaged.
   */
  private static final class Unpacking extends GZIPInputStream {
    private static final int TRAILER_BYTES = 8;

    private final Counting packed;
    private long countWhenFilled;

    private Unpacking(Counting packed) throws IOException {
      super(packed, BUFFER_BYTES);
      this.packed = packed;
    }

    @Override
    protected void fill() throws IOException {
      super.fill();
      countWhenFilled = packed.count;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read;
      try {
        read = super.read(bytes, offset, length);
      } catch (EOFException e) {
        throw new CutOffException(e);
      }
      if (read < 0) {
        // the trailer is read from what was left in the buffer, and then from the file
        long behind = inf.getRemaining() + packed.count - countWhenFilled - TRAILER_BYTES;
        if (behind > 0 || packed.read() >= 0) {
          throw new ZipException("something stands behind the end of what is packed");
        }
      }
      return read;
    }
  }

  /** What is packed ends early. Not an {@link EOFException}: some take that for a good end. */
  private static final class CutOffException extends ZipException {
    private CutOffException(EOFException cause) {
      super(cause.getMessage());
      var _ = initCause(cause);
    }
  }

  /**
   * Opens a file, which may be opened again to be read once more.
   *
   * @throws CommandFailedException if it can't be opened, or read only once
   */
  public static ImportFile open(Path file) {
    String name = file.toString();
    try {
      if (Files.exists(file) && !Files.isDirectory(file) && !Files.isRegularFile(file)) {
        throw CommandFailedException.failure(
            name + " is no regular file, which could be read twice: save its content first", null);
      }
      return open(name, file);
    } catch (IOException e) {
      throw failure(name, e, "");
    }
  }

  /**
   * Opens a file; {@code -} is standard input.
   *
   * @throws CommandFailedException if it is a directory
   */
  static ImportFile open(String file, Terminal terminal) throws IOException {
    return file.equals("-") ? of("<stdin>", terminal.in(), 0) : open(file, Path.of(file));
  }

  private static ImportFile open(String name, Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw CommandFailedException.failure(name + " is a directory, not a file", null);
    }
    long size = Files.isRegularFile(file) ? Files.size(file) : 0;
    InputStream in = Files.newInputStream(file);
    try {
      return of(name, in, size);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static ImportFile of(String name, InputStream in, long size) throws IOException {
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
    InputStream content = packed ? new Unpacking(new Counting(peeking)) : peeking;
    return new ImportFile(name, content, raw, size);
  }

  /** How messages name it. */
  String name() {
    return name;
  }

  /** What it holds, unpacked; give what it throws to {@link #failure(IOException)}. */
  public InputStream content() {
    return content;
  }

  /** How many of its bytes were read, packed as they are. */
  public long readBytes() {
    return raw.count;
  }

  /** How many bytes it has, packed as they are; 0 if that is not known. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Says in one line that it can't be read to its end, and what to do. */
  public CommandFailedException failure(IOException e) {
    return failure(name, e, "");
  }

  /** The same of a text whose line with that number, from 1, was the last that could be read. */
  CommandFailedException failure(IOException e, long line) {
    return failure(name, e, line == 0 ? "" : " after line " + line);
  }

  private static CommandFailedException failure(String name, IOException e, String where) {
    return switch (e) {
      case ClosedByInterruptException _ -> CommandFailedException.interrupted("interrupted", e);
      case EOFException _, CutOffException _ ->
          CommandFailedException.failure(name + " is cut off" + where + ": get it again", e);
      case ZipException _ ->
          CommandFailedException.failure(
              name + " is damaged" + where + " (" + e.getMessage() + "): get it again", e);
      case NoSuchFileException _ -> CommandFailedException.failure("there is no file " + name, e);
      case AccessDeniedException _ ->
          CommandFailedException.failure(name + " may not be read by you", e);
      default ->
          CommandFailedException.failure(
              name + " can't be read" + where + ": " + Failures.message(e), e);
    };
  }

  /** Does not fail: what was read was read. */
  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException _) {
      // nothing is asked of it any more
    }
  }
}
