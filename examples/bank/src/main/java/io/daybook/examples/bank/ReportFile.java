package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountCommand.PostReported;
import io.daybook.examples.bank.AccountEvent.Kind;
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
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

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

  private static final int COLUMNS = (int) HEADER.chars().filter(c -> c == ',').count() + 1;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char NOT_UTF_8 = '\uFFFD';

  private ReportFile() {}

  /** Is given the rows of a file in their order; what it returns says whether to go on reading. */
  interface Reader {
    /** A row. */
    boolean row(Row row) throws InterruptedException;

    /** A line that is no row, and why. */
    boolean badRow(long line, String problem);
  }

  /** A file that can't be read, or is not of this kind. */
  static final class UnreadableException extends IOException {
    UnreadableException(String message) {
      super(message);
    }
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
   * @throws UnreadableException if it can't be read to its end
   */
  static Survey survey(Path file) throws UnreadableException {
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
    return new Survey(rows[0], Map.copyOf(lowest));
  }

  /**
   * Reads the file from its start to its end.
   *
   * @throws UnreadableException if it can't be read to its end, or is not of this kind
   */
  static void read(Path file, Reader reader) throws UnreadableException, InterruptedException {
    long line = 0;
    try (var lines =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8), 1 << 16)) {
      String text = lines.readLine();
      line++;
      checkHeader(file, text);
      boolean more = true;
      while (more && (text = lines.readLine()) != null) {
        line++;
        more = text.isBlank() || readRow(line, text, reader);
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
  }

  private static boolean readRow(long line, String text, Reader reader)
      throws InterruptedException {
    Row row;
    try {
      row = parse(line, split(text));
    } catch (BadRowException e) {
      return reader.badRow(line, String.valueOf(e.getMessage()));
    }
    return reader.row(row);
  }

  /** Gzip says so itself in its first two bytes; the file's name may say anything. */
  private static InputStream open(Path file) throws IOException {
    var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static void checkHeader(Path file, @Nullable String text) throws UnreadableException {
    if (text == null || text.isEmpty()) {
      throw new UnreadableException(file + " is empty: it should begin with " + HEADER);
    }
    String header = text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    try {
      if (String.join(",", split(header)).equals(HEADER)) {
        return;
      }
    } catch (BadRowException _) {
      // then it is no header of ours
    }
    throw new UnreadableException(
        file + " has an unknown header: it should be " + HEADER + ", not " + abbreviated(header));
  }

  private static Row parse(long line, List<String> fields) throws BadRowException {
    if (fields.size() != COLUMNS) {
      throw new BadRowException(fields.size() + " columns instead of " + COLUMNS);
    }
    for (String field : fields) {
      if (field.indexOf(NOT_UTF_8) >= 0) {
        throw new BadRowException("not UTF-8: " + abbreviated(field));
      }
    }
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

  /** The fields of a line: separated by commas, in quotes where they like, quotes doubled there. */
  static List<String> split(String line) throws BadRowException {
    var fields = new ArrayList<String>(COLUMNS);
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
    throw new BadRowException("a quote is not closed");
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /** A line that is no row. */
  static final class BadRowException extends Exception {
    BadRowException(String message) {
      super(message);
    }
  }
}
