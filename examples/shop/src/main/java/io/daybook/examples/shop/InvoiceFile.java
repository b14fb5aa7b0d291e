package io.daybook.examples.shop;

import io.daybook.eventstore.Limits;
import io.daybook.examples.shop.Purchases.Line;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file with the invoices of a shop: CSV, plain or gzipped, with a header; a row is a line of an
 * invoice. The columns may stand in any order, and there may be more.
 *
 * <p>A quoted field may go over several lines, but not over many: a quote that is not closed spoils
 * its own line and no other.
 */
final class InvoiceFile {
  private static final int MOST_LINES_OF_A_ROW = 20;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final BufferedReader text;
  private final Deque<String> readAhead = new ArrayDeque<>();
  private final InvoiceColumns columns;
  private long line;

  /** Is given the rows of a file in their order; what it returns says whether to go on reading. */
  interface Reader {
    /** A row that begins in that line of the file, counted from 1. */
    boolean row(long line, Line row) throws InterruptedException;

    /** A row that can't be used, and why. */
    boolean badRow(long line, String problem);
  }

  /** A file that can't be read, or is not of this kind. */
  static final class UnreadableException extends IOException {
    UnreadableException(String message) {
      super(message);
    }
  }

  /**
   * What is known of a file after a first reading.
   *
   * @param rows the number of rows, good and bad
   * @param linesByInvoice how many good rows each invoice has, wherever they stand
   */
  record Survey(long rows, Map<String, Integer> linesByInvoice) {}

  private InvoiceFile(Path file, BufferedReader text) throws IOException {
    this.text = text;
    String header = next();
    if (header == null) {
      throw new UnreadableException(file + " is empty: it should begin with a header");
    }
    boolean marked = !header.isEmpty() && header.charAt(0) == BYTE_ORDER_MARK;
    String names = marked ? header.substring(1) : header;
    try {
      columns = InvoiceColumns.of(split(names));
    } catch (BadRowException e) {
      throw new UnreadableException(file + ":1: this is no file of invoices: " + e.getMessage());
    }
  }

  /**
   * Reads the file once before anything is recorded: to know when an invoice is complete, and
   * whether the file is whole.
   *
   * @throws UnreadableException if it can't be read to its end
   */
  static Survey survey(Path file) throws UnreadableException {
    var lines = new HashMap<String, Integer>();
    long[] rows = {0};
    try {
      read(
          file,
          new Reader() {
            @Override
            public boolean row(long line, Line row) {
              rows[0]++;
              lines.merge(row.invoice(), 1, Integer::sum);
              return true;
            }

            @Override
            public boolean badRow(long line, String problem) {
              rows[0]++;
              return true;
            }
          });
    } catch (InterruptedException e) {
      throw new AssertionError("counting does not wait", e);
    }
    return new Survey(rows[0], lines);
  }

  /**
   * Reads the file from its start to its end.
   *
   * @throws UnreadableException if it can't be read to its end, or is not of this kind
   */
  static void read(Path file, Reader reader) throws UnreadableException, InterruptedException {
    long[] line = {0};
    try (var text =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8), 1 << 16)) {
      var invoices = new InvoiceFile(file, text);
      do {
        line[0] = invoices.line;
      } while (invoices.readRow(reader));
    } catch (UnreadableException e) {
      throw e;
    } catch (NoSuchFileException _) {
      throw new UnreadableException("there is no file " + file);
    } catch (EOFException _) {
      throw new UnreadableException(file + " is cut off after line " + line[0] + ": get it again");
    } catch (ZipException e) {
      throw new UnreadableException(
          file + " is damaged after line " + line[0] + " (" + e.getMessage() + "): get it again");
    } catch (IOException e) {
      throw new UnreadableException(
          file + " can't be read: " + (Files.isDirectory(file) ? "it is a directory" : e));
    }
  }

  /** Reads the next row; false at the end, or if the reader has enough. */
  private boolean readRow(Reader reader) throws IOException, InterruptedException {
    String row = next();
    if (row == null) {
      return false;
    }
    if (row.isBlank()) {
      return true;
    }
    long first = line;
    Line parsed;
    try {
      parsed = columns.line(fields(row));
      checkNames(parsed);
    } catch (BadRowException e) {
      return reader.badRow(first, String.valueOf(e.getMessage()));
    }
    return reader.row(first, parsed);
  }

  /** Names become tags and streams, which must be able to hold them. */
  private static void checkNames(Line row) throws BadRowException {
    try {
      for (String tag : InvoiceImport.tags(row)) {
        var _ = Limits.requireTag(tag);
      }
    } catch (IllegalArgumentException e) {
      throw new BadRowException(String.valueOf(e.getMessage()));
    }
  }

  /** The fields of a row that begins in this line. */
  private List<String> fields(String row) throws IOException, BadRowException {
    try {
      return split(row);
    } catch (OpenQuoteException open) {
      var more = new ArrayList<String>();
      List<String> fields = joined(row, more);
      if (fields.size() == columns.count()) {
        line += more.size();
        return fields;
      }
      for (int i = more.size() - 1; i >= 0; i--) {
        readAhead.addFirst(more.get(i));
      }
      throw open;
    }
  }

  /** The fields of the row and the lines after it, which are read; none if that is no row. */
  private List<String> joined(String row, List<String> more) throws IOException {
    var joined = new StringBuilder(row);
    while (more.size() < MOST_LINES_OF_A_ROW) {
      String next = take();
      if (next == null) {
        break;
      }
      more.add(next);
      joined.append('\n').append(next);
      try {
        return split(joined.toString());
      } catch (OpenQuoteException _) {
        // it goes on
      } catch (BadRowException _) {
        break;
      }
    }
    return List.of();
  }

  private @Nullable String next() throws IOException {
    line++;
    return take();
  }

  private @Nullable String take() throws IOException {
    return readAhead.isEmpty() ? text.readLine() : readAhead.removeFirst();
  }

  private static InputStream open(Path file) throws IOException {
    var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzipped ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** The fields of a line: separated by commas, in quotes where they like, quotes doubled there. */
  static List<String> split(String line) throws BadRowException {
    var fields = new ArrayList<String>();
    int at = 0;
    while (true) {
      int end;
      if (at < line.length() && line.charAt(at) == '"') {
        var field = new StringBuilder();
        end = quoted(line, at + 1, field);
        fields.add(field.toString());
      } else {
        int comma = line.indexOf(',', at);
        end = comma < 0 ? line.length() : comma;
        fields.add(line.substring(at, end));
      }
      if (end == line.length()) {
        return fields;
      }
      if (line.charAt(end) != ',') {
        throw new BadRowException("text after a closing quote in column " + fields.size());
      }
      at = end + 1;
    }
  }

  /** Reads up to the closing quote and returns the place after it. */
  private static int quoted(String line, int start, StringBuilder field) throws BadRowException {
    for (int at = start; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c != '"') {
        field.append(c);
      } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
        field.append(c);
        at++;
      } else {
        return at + 1;
      }
    }
    throw new OpenQuoteException();
  }

  /** A row that can't be used. */
  static class BadRowException extends Exception {
    BadRowException(String message) {
      super(message);
    }
  }

  private static final class OpenQuoteException extends BadRowException {
    OpenQuoteException() {
      super("a quote is not closed");
    }
  }
}
