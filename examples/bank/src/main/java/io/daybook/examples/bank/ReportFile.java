package io.daybook.examples.bank;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.CsvRows;
import io.daybook.cli.CsvRows.BadRowException;
import io.daybook.cli.ExitCode;
import io.daybook.examples.bank.AccountCommand.PostReported;
import io.daybook.examples.bank.AccountEvent.Kind;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file in which another bank reports the movements of its accounts: CSV, plain or gzipped, one
 * movement a line. Amounts are counted in haler, the hundredth part of a Czech koruna.
 *
 * <p>A row stands on one line, so that a stray quote spoils its own line and no other.
 */
final class ReportFile {
  static final String HEADER =
      "seq,date,account_id,version,trans_id,direction,operation,amount_haler,balance_haler,"
          + "purpose,peer_bank,peer_account";
  static final Currency CZK = Currency.getInstance("CZK");

  private ReportFile() {}

  /** Is given the rows of a file in their order; what it returns says whether to go on reading. */
  interface Reader {
    /** A row. */
    boolean row(Row row) throws InterruptedException;

    /** A line that is no row, and why. */
    boolean badRow(long line, String problem);
  }

  /**
   * A movement as the file tells it.
   *
   * @param line its line in the file, from 1
   * @param transaction the other bank's number of the movement
   * @param shown the balance after it
   */
  record Row(
      long line,
      LocalDate date,
      String account,
      int version,
      String transaction,
      Kind kind,
      Money amount,
      Money shown,
      String operation,
      String purpose,
      String peer) {

    /** The command that records it; see {@link PostReported} for the rest. */
    PostReported command(Money lowest, long unusable) {
      return new PostReported(
          account, date, version, kind, amount, shown, operation, purpose, peer, lowest, unusable);
    }
  }

  /**
   * What is known of a file after a first reading.
   *
   * @param rows the number of rows, good and bad
   * @param lowest the lowest balance of each account that is ever below zero
   */
  record Survey(long rows, Map<String, Money> lowest) {
    Money lowest(String account) {
      return lowest.getOrDefault(account, Money.zero(CZK));
    }
  }

  /**
   * Reads the file once before anything is recorded: to find the overdrafts that it needs, and
   * whether it is whole.
   *
   * @throws CommandFailedException if it can't be read to its end, or has no rows
   */
  static Survey survey(Path file) {
    var lowest = new HashMap<String, Money>();
    long[] rows = {0};
    try {
      read(
          file,
          new Reader() {
            @Override
            public boolean row(Row row) {
              rows[0]++;
              if (row.shown().isNegative()) {
                lowest.merge(row.account(), row.shown(), Money::min);
              }
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
    if (rows[0] == 0) {
      throw new CommandFailedException(ExitCode.FAILURE, file + " has no rows behind its header");
    }
    return new Survey(rows[0], Map.copyOf(lowest));
  }

  /**
   * Reads the file from its start to its end.
   *
   * @throws CommandFailedException if it can't be read to its end, or is not of this kind
   */
  static void read(Path file, Reader reader) throws InterruptedException {
    try (var rows = CsvRows.open(file, 1)) {
      checkHeader(file, rows.header());
      boolean more = true;
      while (more && rows.next()) {
        more = readRow(rows, reader);
      }
    }
  }

  private static void checkHeader(Path file, List<String> names) {
    String header = String.join(",", names);
    if (!header.equals(HEADER)) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          file + " has an unknown header: it should be " + HEADER + ", not " + abbreviated(header));
    }
  }

  private static boolean readRow(CsvRows rows, Reader reader) throws InterruptedException {
    Row row;
    try {
      row = parse(rows.line(), rows.fields());
    } catch (BadRowException e) {
      return reader.badRow(rows.line(), e.getMessage());
    }
    return reader.row(row);
  }

  private static Row parse(long line, List<String> fields) throws BadRowException {
    number("seq", fields.get(0));
    LocalDate date = date(fields.get(1));
    String account = Long.toString(number("account_id", fields.get(2)));
    int version = (int) Math.min(number("version", fields.get(3)), Integer.MAX_VALUE);
    String transaction = Long.toString(number("trans_id", fields.get(4)));
    String purpose = fields.get(9);
    Kind kind = kind(fields.get(5), purpose);
    Money amount = Money.ofMinorUnits(integer("amount_haler", fields.get(7)), CZK);
    Money shown = Money.ofMinorUnits(integer("balance_haler", fields.get(8)), CZK);
    String peer = peer(fields.get(10), fields.get(11));
    return new Row(
        line,
        date,
        account,
        version,
        transaction,
        kind,
        amount,
        shown,
        fields.get(6),
        purpose,
        peer);
  }

  /** Transfers lead out of the bank and into it, so for the bank they are deposits, withdrawals. */
  private static Kind kind(String direction, String purpose) throws BadRowException {
    return switch (direction) {
      case "credit" -> purpose.equals("interest") ? Kind.INTEREST : Kind.DEPOSIT;
      case "debit" ->
          switch (purpose) {
            case "statement fee", "penalty interest" -> Kind.FEE;
            default -> Kind.WITHDRAWAL;
          };
      default ->
          throw new BadRowException(
              "direction is credit or debit, not \"" + abbreviated(direction) + "\"");
    };
  }

  /** The file writes 0 for an account that is not known. */
  private static String peer(String bank, String account) {
    String known = account.equals("0") ? "" : account;
    return bank.isEmpty() || known.isEmpty() ? bank + known : bank + "/" + known;
  }

  private static LocalDate date(String text) throws BadRowException {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException _) {
      throw new BadRowException("date is a day like 1993-01-31, not \"" + abbreviated(text) + "\"");
    }
  }

  private static long number(String column, String text) throws BadRowException {
    long number = integer(column, text);
    if (number < 0) {
      throw new BadRowException(column + " is negative: " + number);
    }
    return number;
  }

  private static long integer(String column, String text) throws BadRowException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new BadRowException(column + " is not a number: \"" + abbreviated(text) + "\"");
    }
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
