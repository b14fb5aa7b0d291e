package io.daybook.examples.shop;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.CsvRows;
import io.daybook.cli.CsvRows.BadRowException;
import io.daybook.cli.ExitCode;
import io.daybook.eventstore.Limits;
import io.daybook.examples.shop.Purchases.Line;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A file with the invoices of a shop: CSV, plain or gzipped, with a header; a row is a line of an
 * invoice. The columns may stand in any order, and there may be more.
 *
 * <p>A quoted field may go over several lines, but not over many: a quote that is not closed spoils
 * its own line and no other.
 */
final class InvoiceFile {
  private static final int MOST_LINES_OF_A_ROW = 20;

  private InvoiceFile() {}

  /** Is given the rows of a file in their order; what it returns says whether to go on reading. */
  interface Reader {
    /** A row that begins in that line of the file, counted from 1. */
    boolean row(long line, Line row) throws InterruptedException;

    /** A row that can't be used, and why. */
    boolean badRow(long line, String problem);
  }

  /**
   * What is known of a file after a first reading.
   *
   * @param rows the number of rows, good and bad
   * @param linesByInvoice how many good rows each invoice has, wherever they stand
   */
  record Survey(long rows, Map<String, Integer> linesByInvoice) {}

  /** Counts, and keeps the first problem. */
  private static final class Surveyor implements Reader {
    private final Map<String, Integer> lines = new HashMap<>();
    private Map<String, Integer> linesBeforeProblem = Map.of();
    private String problem = "";
    private long rows;

    @Override
    public boolean row(long line, Line row) {
      rows++;
      lines.merge(row.invoice(), 1, Integer::sum);
      return true;
    }

    @Override
    public boolean badRow(long line, String what) {
      rows++;
      if (problem.isEmpty()) {
        problem = line + ": " + what;
        linesBeforeProblem = Map.copyOf(lines);
      }
      return true;
    }

    /** Whether an invoice has all its rows before the first problem. */
    boolean isAnyCompleteBeforeProblem() {
      return linesBeforeProblem.entrySet().stream()
          .anyMatch(entry -> entry.getValue().equals(lines.get(entry.getKey())));
    }
  }

  /**
   * Reads the file once before anything is recorded: to know when an invoice is complete, whether
   * the file is whole, and whether there is something to record.
   *
   * @param strict whether what is not complete before the first bad row is left out
   * @throws CommandFailedException if it can't be read to its end, or there is nothing to record
   */
  static Survey survey(Path file, boolean strict) {
    var found = new Surveyor();
    try {
      read(file, found);
    } catch (InterruptedException e) {
      throw new AssertionError("counting does not wait", e);
    }
    if (found.rows == 0) {
      throw new CommandFailedException(ExitCode.FAILURE, file + " has no rows behind its header");
    }
    if (found.lines.isEmpty()) {
      throw new CommandFailedException(
          ExitCode.FAILURE, file + ":" + found.problem + "; no row of the file can be recorded");
    }
    if (strict && !found.problem.isEmpty() && !found.isAnyCompleteBeforeProblem()) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          file + ":" + found.problem + "; no invoice is complete before that row");
    }
    return new Survey(found.rows, found.lines);
  }

  /**
   * Reads the file from its start to its end.
   *
   * @throws CommandFailedException if it can't be read to its end, or is not of this kind
   */
  static void read(Path file, Reader reader) throws InterruptedException {
    try (var rows = CsvRows.open(file, MOST_LINES_OF_A_ROW)) {
      InvoiceColumns columns = columns(file, rows);
      boolean more = true;
      while (more && rows.next()) {
        more = readRow(rows, columns, reader);
      }
    }
  }

  private static InvoiceColumns columns(Path file, CsvRows rows) {
    try {
      return InvoiceColumns.of(rows.header());
    } catch (BadRowException e) {
      throw new CommandFailedException(
          ExitCode.FAILURE, file + ":1: this is no file of invoices: " + e.getMessage(), e);
    }
  }

  private static boolean readRow(CsvRows rows, InvoiceColumns columns, Reader reader)
      throws InterruptedException {
    Line row;
    try {
      row = columns.line(rows.fields());
      checkNames(row);
    } catch (BadRowException e) {
      return reader.badRow(rows.line(), e.getMessage());
    }
    return reader.row(rows.line(), row);
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
}
