package io.daybook.examples.bank;

import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.scheduleAt;
import static io.daybook.eventsourcing.process.Reaction.send;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.FiredTimer;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Product;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;

/**
 * What happens to an account when a month is over: its interest is posted, and its statement is
 * issued. One instance per account of this bank, with the account's id.
 *
 * <p>A timer fires when the first day of the next month begins, and schedules the one after it. So
 * months that were missed are made up for, one after the other.
 */
final class MonthEnd {
  static final String NAME = "monthend";
  private static final String MONTH_OVER = "month-over";

  private MonthEnd() {}

  /**
   * Posts the interest and issues the statements of an account, of all months up to that one as far
   * as it was not done before.
   */
  record CloseMonth(String account, YearMonth month) {}

  /** The process, whose days begin in that zone, and which reads accounts by that codec. */
  static ProcessManager<String> process(ZoneId zone, Codec<AccountEvent> accounts) {
    return ProcessManager.named(NAME, "")
        .reading(accounts, Bank.ACCOUNTS)
        .startedBy(AccountOpened.class, Recorded::streamId, (_, e) -> opened(zone, e.event()))
        .onTimer(MONTH_OVER, (_, timer) -> over(zone, timer))
        .on(AccountClosed.class, Recorded::streamId, (_, e) -> closed(e));
  }

  /** Accounts that another bank keeps get its interest and its statements. */
  private static List<Reaction> opened(ZoneId zone, AccountOpened account) {
    return account.product() == Product.STANDARD
        ? List.of(atEndOf(YearMonth.from(account.date()), zone))
        : List.of();
  }

  private static List<Reaction> over(ZoneId zone, FiredTimer timer) {
    YearMonth month = YearMonth.parse(timer.payload());
    return List.of(
        send(timer.instance(), new CloseMonth(timer.instance(), month)),
        atEndOf(month.plusMonths(1), zone));
  }

  /** A closed account gets its last statement at once, and those that were missed. */
  private static List<Reaction> closed(Recorded<AccountClosed> closed) {
    String account = closed.streamId();
    YearMonth last = YearMonth.from(closed.event().date());
    return List.of(send(account, new CloseMonth(account, last)), end());
  }

  private static Reaction atEndOf(YearMonth month, ZoneId zone) {
    var due = month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant();
    return scheduleAt(MONTH_OVER, due, month.toString());
  }
}
