package io.daybook.examples.game;

import io.daybook.examples.game.HandHistory.BadHandException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** A file of poker hands, plain or gzipped: each line is a {@link HandLine}. */
final class HandFile {
  private static final int MOST_CHARS = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char NOT_UTF_8 = '\uFFFD';

  private HandFile() {}

  /** Is given the hands of a file in their order; what it returns says whether to go on reading. */
  interface Reader {
    /**
     * A hand.
     *
     * @throws BadHandException if it can't be used; {@link #badLine} is told
     */
    boolean hand(long line, HandHistory hand) throws BadHandException, InterruptedException;

    /** A line that can't be used, and why. */
    boolean badLine(long line, String problem);

    /** So many bytes of the file are read, of so many. */
    void progress(long bytes, long of);
  }

  /** A file that can't be read to its end. */
  static final class UnreadableException extends IOException {
    UnreadableException(String message) {
      super(message);
    }
  }

  /** Counts what is read. */
  private static final class Counting extends FilterInputStream {
    private long bytes;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      bytes += Math.max(0, read);
      return read;
    }
  }

  /** Is given the lines that hold something; what it returns says whether to go on reading. */
  private interface Lines {
    boolean line(long line, String text, long bytes, long of) throws InterruptedException;
  }

  /**
   * Checks the file before anything is recorded.
   *
   * @throws UnreadableException if it can't be read to its end, or holds nothing
   */
  static void check(Path file) throws UnreadableException, InterruptedException {
    lines(file, (_, _, _, _) -> true);
  }

  /**
   * Reads the file from its start to its end.
   *
   * @throws UnreadableException if it can't be read to its end, or holds nothing
   */
  static void read(Path file, Reader reader) throws UnreadableException, InterruptedException {
    lines(
        file,
        (line, text, bytes, of) -> {
          boolean more = readHand(line, text, reader);
          reader.progress(bytes, of);
          return more;
        });
  }

  private static void lines(Path file, Lines reader)
      throws UnreadableException, InterruptedException {
    long line = 0;
    boolean empty = true;
    try (var counted = new Counting(Files.newInputStream(file));
        var lines =
            new BufferedReader(
                new InputStreamReader(unzipped(counted), StandardCharsets.UTF_8), BUFFER_BYTES)) {
      long size = Files.size(file);
      boolean more = true;
      String text;
      while (more && (text = readLine(lines)) != null) {
        line++;
        String json = line == 1 && text.startsWith("" + BYTE_ORDER_MARK) ? text.substring(1) : text;
        if (!json.isBlank()) {
          empty = false;
          more = reader.line(line, json, counted.bytes, size);
        }
      }
    } catch (NoSuchFileException _) {
      throw new UnreadableException("there is no file " + file);
    } catch (EOFException _) {
      throw new UnreadableException(file + " is cut off after line " + line + ": get it again");
    } catch (ZipException e) {
      throw new UnreadableException(
          file + " is damaged after line " + line + " (" + e.getMessage() + "): get it again");
    } catch (IOException e) {
      throw new UnreadableException(
          file + " can't be read: " + (Files.isDirectory(file) ? "it is a directory" : e));
    }
    if (empty) {
      throw new UnreadableException(file + " is empty: a line should be a hand as a JSON object");
    }
  }

  private static boolean readHand(long line, String text, Reader reader)
      throws InterruptedException {
    try {
      if (text.length() > MOST_CHARS) {
        throw new BadHandException("a hand has less than " + MOST_CHARS + " characters");
      }
      if (text.indexOf(NOT_UTF_8) >= 0) {
        throw new BadHandException("not UTF-8");
      }
      return reader.hand(line, HandLine.parse(text));
    } catch (BadHandException e) {
      return reader.badLine(line, String.valueOf(e.getMessage()));
    }
  }

  /** Gzip says so itself in its first two bytes; the file's name may say anything. */
  private static InputStream unzipped(InputStream file) throws IOException {
    var in = new BufferedInputStream(file, BUFFER_BYTES);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, BUFFER_BYTES) : in;
  }

  /** A line; of one that is too long, so much that it is seen to be. */
  private static @Nullable String readLine(BufferedReader lines) throws IOException {
    var line = new StringBuilder();
    int c = lines.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = lines.read()) {
      if (line.length() <= MOST_CHARS) {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
