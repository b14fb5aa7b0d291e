package io.daybook.examples.bank;

import static io.daybook.examples.bank.StatementFormat.oneLine;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.Csv;
import io.daybook.cli.ExitCode;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.examples.bank.AccountEvent.Kind;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the bank's command prints of the read models and the audit trail. */
final class Reports {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Reports() {}

  /**
   * The balances of all accounts as CSV: counted in haler if all are in koruna, as the imported
   * files have it; otherwise with their currencies.
   */
  static String balancesAsCsv(List<Ledger.Line> accounts) {
    boolean haler =
        accounts.stream().allMatch(line -> line.balance().currency().equals(ReportFile.CZK));
    var out =
        new StringBuilder(haler ? "account_id,balance_haler\n" : "account_id,currency,balance\n");
    for (Ledger.Line line : accounts) {
      Money balance = line.balance();
      out.append(
          haler
              ? Csv.line(line.account(), balance.inMinorUnits().toPlainString())
              : Csv.line(line.account(), balance.currency(), balance.amount().toPlainString()));
    }
    return out.toString();
  }

  static String balancesAsText(List<Ledger.Line> accounts) {
    var out = new StringBuilder("%-20s  %-30s%22s\n".formatted("Account", "Owner", "Balance"));
    for (Ledger.Line line : accounts) {
      String status =
          line.status() == Account.Status.ACTIVE
              ? ""
              : "  " + line.status().toString().toLowerCase(Locale.ROOT);
      out.append(
          "%-20s  %-30s%22s%s\n"
              .formatted(line.account(), oneLine(line.owner()), line.balance(), status));
    }
    return out.toString();
  }

  static String daysAsText(SortedMap<LocalDate, Money> balances) {
    var out = new StringBuilder();
    balances.forEach((day, balance) -> out.append("%s%24s\n".formatted(day, balance)));
    return out.toString();
  }

  static String daysAsCsv(SortedMap<LocalDate, Money> balances) {
    var out = new StringBuilder("date,balance,currency\n");
    balances.forEach((day, balance) ->
        out.append(day)
            .append(',')
            .append(balance.amount().toPlainString())
            .append(',')
            .append(balance.currency())
            .append('\n'));
    return out.toString();
  }

  static String customers(BankView ledger) {
    var out = new StringBuilder("%-30s  %-24s%22s\n".formatted("Owner", "Accounts", "Balance"));
    ledger
        .customers()
        .forEach((owner, accounts) -> {
          String ids =
              accounts.stream().map(Ledger.Line::account).collect(Collectors.joining(", "));
          out.append("%-30s  %-24s".formatted(oneLine(owner), ids));
          out.append("%22s\n".formatted(sums(accounts)));
        });
    return out.toString();
  }

  /** A customer's money, one sum for each currency. */
  private static String sums(List<Ledger.Line> accounts) {
    return accounts.stream()
        .collect(
            Collectors.toMap(
                line -> line.balance().currency().getCurrencyCode(),
                Ledger.Line::balance,
                Money::plus,
                TreeMap::new))
        .values()
        .stream()
        .map(Money::toString)
        .collect(Collectors.joining(", "));
  }

  static String largest(BankView bank) {
    var out = new StringBuilder();
    for (BankView.LargeMovement movement : bank.largestMovements()) {
      out.append(
          "%-10s  %20s  %-12s  %s\n"
              .formatted(
                  movement.date(),
                  movement.change(),
                  movement.account(),
                  oneLine(movement.text())));
    }
    return out.toString();
  }

  /** What came in and went out, by what it was. */
  static String total(BankView ledger) {
    var out = new StringBuilder();
    ledger
        .totals()
        .forEach((currency, totals) -> {
          line(out, "deposits", totals.of(Kind.DEPOSIT));
          line(out, "withdrawals", totals.of(Kind.WITHDRAWAL));
          line(out, "interest", totals.of(Kind.INTEREST));
          line(out, "fees", totals.of(Kind.FEE));
          line(out, "adjustments", totals.of(Kind.ADJUSTMENT));
          if (!totals.of(Kind.TRANSFER).isZero()) {
            line(out, "half a transfer", totals.of(Kind.TRANSFER));
          }
          line(out, "total", totals.total());
          line(out, "sum of all balances", ledger.sumOfBalances(currency));
        });
    return out.toString();
  }

  private static void line(StringBuilder out, String name, Money amount) {
    out.append("%-20s%26s\n".formatted(name, amount));
  }

  /** What came of an import. */
  static String imported(ReportImport.Summary summary, BankView ledger) {
    long rows = summary.recorded() + summary.known() + summary.bad();
    return String.format(
        Locale.ROOT,
        "%,d rows: %,d recorded, %,d recorded before, %,d bad\n"
            + "%,d accounts opened, %,d balances adjusted for rounding\n%s",
        rows,
        summary.recorded(),
        summary.known(),
        summary.bad(),
        summary.opened(),
        summary.adjusted(),
        rebuilt(ledger));
  }

  /** What the bank is made of, and that it adds up. */
  static String rebuilt(BankView ledger) {
    String totals =
        ledger.totals().values().stream()
            .map(sums -> sums.total().toString())
            .collect(Collectors.joining(" and "));
    return String.format(
        Locale.ROOT,
        "%,d events make %,d accounts of %,d customers, with %s in all: it adds up\n",
        ledger.events(),
        ledger.accounts().size(),
        ledger.customers().size(),
        totals.isEmpty() ? "nothing" : totals);
  }

  /** What a process did, or nothing if it is of no interest to people. */
  static Optional<String> done(String id, BankEvent event) {
    return switch (event) {
      case AccountEvent.InterestPosted posted ->
          Optional.of(id + ": " + EventText.of(posted) + " on " + posted.date());
      case AccountEvent.ReviewDemanded demanded ->
          Optional.of(id + ": frozen until it is reviewed: " + demanded.why());
      case BankEvent.StatementIssued issued ->
          Optional.of(
              id + ": statement of " + issued.month() + " issued, balance " + issued.closing());
      default -> Optional.empty();
    };
  }

  /** The statements that were issued, and where to look back to for each. */
  static String issuedAsText(List<Recorded<BankEvent.StatementIssued>> issued) {
    var out =
        new StringBuilder(
            "%-8s  %-10s%22s%22s%10s\n"
                .formatted("Month", "Issued", "Opening", "Closing", "Position"));
    for (var recorded : issued) {
      BankEvent.StatementIssued statement = recorded.event();
      out.append(
          "%-8s  %-10s%22s%22s%10s\n"
              .formatted(
                  statement.month(),
                  statement.date(),
                  statement.opening(),
                  statement.closing(),
                  recorded.position()));
    }
    return out.toString();
  }

  static String issuedAsCsv(List<Recorded<BankEvent.StatementIssued>> issued) {
    var out = new StringBuilder("month,issued,opening,closing,currency,position\n");
    for (var recorded : issued) {
      BankEvent.StatementIssued statement = recorded.event();
      out.append(
          Csv.line(
              statement.month(),
              statement.date(),
              statement.opening().amount().toPlainString(),
              statement.closing().amount().toPlainString(),
              statement.closing().currency(),
              recorded.position()));
    }
    return out.toString();
  }

  /** Who did what, when and why: two lines for each event. */
  static String auditAsText(List<Recorded<AccountEvent>> history) {
    var out = new StringBuilder();
    for (Recorded<AccountEvent> recorded : history) {
      Audit audit = recorded.audit();
      out.append(
          "%s  %s: %s\n"
              .formatted(
                  SECONDS.format(recorded.recordedAt()),
                  oneLine(audit.actor().orElse("unknown")),
                  oneLine(EventText.of(recorded.event()))));
      out.append(
          "    counts on %s, position %s%s%s\n"
              .formatted(
                  recorded.event().date(),
                  recorded.position(),
                  audit.commandId().map(id -> ", command " + oneLine(id)).orElse(""),
                  audit.reason().map(why -> "\n    because: " + oneLine(why)).orElse("")));
    }
    return out.toString();
  }

  static String auditAsCsv(List<Recorded<AccountEvent>> history) {
    var out =
        new StringBuilder(
            "position,revision,recorded_at,date,actor,event,text,reason,command_id\n");
    for (Recorded<AccountEvent> recorded : history) {
      Audit audit = recorded.audit();
      out.append(
          Csv.line(
              recorded.position(),
              recorded.revision(),
              recorded.recordedAt(),
              recorded.event().date(),
              audit.actor().orElse(""),
              recorded.stored().type(),
              EventText.of(recorded.event()),
              audit.reason().orElse(""),
              audit.commandId().orElse("")));
    }
    return out.toString();
  }

  /**
   * The same view.
   *
   * @param mayCutTransfer whether it is of a moment that may lie within a transfer
   * @throws CommandFailedException if it doesn't add up
   */
  static BankView checked(BankView view, boolean mayCutTransfer) {
    if (!view.addsUp() || !(mayCutTransfer || view.transfersAreWhole())) {
      throw new CommandFailedException(
          ExitCode.FAILURE, "the balances don't add up:\n" + total(view));
    }
    return view;
  }
}
