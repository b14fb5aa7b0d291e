package io.daybook.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lines of an {@link ImportFile} that holds text in UTF-8, with a byte order mark or without. A
 * line ends with a line feed, a carriage return, or both. Needs memory for one line, and for no
 * more of that than {@link #MAX_CHARS}. Used by one thread.
 */
public final class TextLines implements Closeable {
  /** So many characters, as Java counts them, a line has at most. */
  public static final int MAX_CHARS = 1 << 20;

  /** What stands in a text in place of bytes that are not UTF-8. */
  public static final char NOT_UTF_8 = '\uFFFD';

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int BUFFER_CHARS = 1 << 15;

  private final ImportFile file;
  private final Reader reader;
  private final char[] buffer = new char[BUFFER_CHARS];
  private int start;
  private int end;
  private final StringBuilder begun = new StringBuilder();
  private boolean afterReturn;
  private long number;

  /**
   * A line.
   *
   * @param number its number in the file, from 1
   * @param text what it holds, without its end; {@link #NOT_UTF_8} where bytes are no text
   * @param whole false if it is longer than {@link #MAX_CHARS}, of which the text is the beginning
   */
  public record Line(long number, String text, boolean whole) {}

  private TextLines(ImportFile file) {
    this.file = file;
    reader = new InputStreamReader(file.content(), StandardCharsets.UTF_8);
  }

  /**
   * Opens a file.
   *
   * @throws CommandFailedException if it can't be opened
   */
  public static TextLines open(Path file) {
    return new TextLines(ImportFile.open(file));
  }

  /** The file that they are read from. */
  public ImportFile file() {
    return file;
  }

  /**
   * Reads the next line.
   *
   * @return the line; empty at the end
   * @throws CommandFailedException if the file can't be read to its end
   */
  public Optional<Line> next() {
    try {
      if (!fill()) {
        return Optional.empty();
      }
      Line line = line();
      number++;
      return Optional.of(line);
    } catch (IOException e) {
      throw file.failure(e, number);
    }
  }

  private Line line() throws IOException {
    begun.setLength(0);
    boolean whole = true;
    while (true) {
      int from = start;
      while (start < end && buffer[start] != '\n' && buffer[start] != '\r') {
        start++;
      }
      int length = Math.min(start - from, MAX_CHARS - begun.length());
      whole &= length == start - from;
      boolean ended = start < end;
      if (ended) {
        afterReturn = buffer[start] == '\r';
        start++;
      }
      if (ended && begun.isEmpty()) {
        return line(new String(buffer, from, length), whole);
      }
      begun.append(buffer, from, length);
      if (ended || !fill()) {
        return line(begun.toString(), whole);
      }
    }
  }

  private Line line(String text, boolean whole) {
    boolean marked = number == 0 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    return new Line(number + 1, marked ? text.substring(1) : text, whole);
  }

  /** Whether there is more; a line feed after a carriage return belongs to the line before it. */
  private boolean fill() throws IOException {
    while (true) {
      if (start == end) {
        start = 0;
        end = Math.max(0, reader.read(buffer, 0, buffer.length));
        if (end == 0) {
          return false;
        }
      }
      if (!afterReturn || buffer[start] != '\n') {
        afterReturn = false;
        return true;
      }
      afterReturn = false;
      start++;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
