package io.daybook.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import io.daybook.cli.TextLines.Line;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a file of comma-separated values (RFC 4180), packed with gzip or not, whose first
 * line names the columns. Used by one thread.
 *
 * <pre>{@code
 * try (var rows = CsvRows.open(file, 1)) {
 *   while (rows.next()) {
 *     try {
 *       use(rows.fields());
 *     } catch (BadRowException e) {
 *       report(rows.line(), e.getMessage());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>A row that can't be read spoils its own line and no other: neither a quote that is not closed
 * nor a line without an end swallows what follows.
 */
public final class CsvRows implements Closeable {
  private final CsvReader.CsvReaderBuilder format =
      CsvReader.builder().allowUnclosedQuote(false).skipEmptyLines(false);

  private final TextLines lines;
  private final Deque<Line> readAhead = new ArrayDeque<>();
  private final int mostLinesOfARow;
  private final List<String> header;
  private Line first;

  /** A row that can't be used, and why. */
  public static final class BadRowException extends Exception {
    /** With what is wrong with it. */
    public BadRowException(String message) {
      super(message);
    }

    /** The message; never null. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private CsvRows(TextLines lines, int mostLinesOfARow) {
    this.lines = lines;
    this.mostLinesOfARow = mostLinesOfARow;
    first =
        lines
            .next()
            .orElseThrow(() ->
                CommandFailedException.failure(
                    name() + " is empty: its first line should name the columns", null));
    try {
      if (first.text().isBlank()) {
        throw new BadRowException("it is blank");
      }
      header = parse(first);
    } catch (BadRowException e) {
      throw CommandFailedException.failure(
          name() + ":1: the first line should name the columns: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a file and reads the names of its columns.
   *
   * @param mostLinesOfARow over so many lines a row may go at most, by line ends in quotes
   * @throws CommandFailedException if it can't be opened, or has no line that names columns
   */
  public static CsvRows open(Path file, int mostLinesOfARow) {
    TextLines lines = TextLines.open(file);
    try {
      return new CsvRows(lines, mostLinesOfARow);
    } catch (RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  private String name() {
    return lines.file().name();
  }

  /** The names of the columns, as the first line has them. */
  public List<String> header() {
    return header;
  }

  /**
   * Goes to the next row that is not blank.
   *
   * @return false at the end
   * @throws CommandFailedException if the file can't be read to its end
   */
  public boolean next() {
    while (true) {
      Optional<Line> line = take();
      if (line.isEmpty()) {
        return false;
      }
      if (!line.get().text().isBlank()) {
        first = line.get();
        return true;
      }
    }
  }

  /** The number of the line that the row begins in, from 1. */
  public long line() {
    return first.number();
  }

  /**
   * The fields of the row, as many as there are columns. To be called once for each row.
   *
   * @throws BadRowException if it is malformed, has more fields or less, or is not UTF-8
   */
  public List<String> fields() throws BadRowException {
    List<String> fields;
    try {
      fields = parse(first);
    } catch (BadRowException e) {
      fields = overSeveralLines();
      if (fields.size() != header.size()) {
        throw e;
      }
    }
    if (fields.size() != header.size()) {
      throw new BadRowException(fields.size() + " columns instead of " + header.size());
    }
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).indexOf(TextLines.NOT_UTF_8) >= 0) {
        throw new BadRowException("column " + (i + 1) + " is not UTF-8");
      }
    }
    return fields;
  }

  /** The row that the line and those after it make, which then are read; none if they make none. */
  private List<String> overSeveralLines() {
    var row = new StringBuilder(first.text());
    var more = new ArrayList<Line>();
    while (first.whole() && more.size() + 1 < mostLinesOfARow) {
      Optional<Line> next = take();
      if (next.isEmpty()) {
        break;
      }
      more.add(next.get());
      if (!next.get().whole()) {
        break;
      }
      row.append('\n').append(next.get().text());
      try {
        List<String> fields = parse(row.toString());
        if (fields.size() == header.size()) {
          return fields;
        }
        break;
      } catch (BadRowException _) {
        // it may go on
      }
    }
    for (Line line : more.reversed()) {
      readAhead.addFirst(line);
    }
    return List.of();
  }

  private Optional<Line> take() {
    return readAhead.isEmpty() ? lines.next() : Optional.of(readAhead.removeFirst());
  }

  private List<String> parse(Line line) throws BadRowException {
    if (!line.whole()) {
      throw new BadRowException("the line is longer than " + TextLines.MAX_CHARS + " characters");
    }
    return parse(line.text());
  }

  private List<String> parse(String row) throws BadRowException {
    try {
      return List.of(format.ofSingleCsvRecord(StringArrayHandler.of(), row));
    } catch (CsvParseException e) {
      // it was given one row, and so knows of the first line only
      String message = String.valueOf(e.getMessage()).replace(" (record starting at line 1)", "");
      throw new BadRowException("malformed: " + message);
    }
  }

  @Override
  public void close() {
    lines.close();
  }
}
