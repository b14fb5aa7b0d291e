package io.daybook.examples.bank;

import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.scheduleAt;
import static io.daybook.eventsourcing.process.Reaction.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.BankEvent.StatementIssued;
import io.daybook.examples.bank.MonthEnd.CloseMonth;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.ProcessScenario;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a month is over, interest is posted and statements are issued, each once. */
class MonthEndTest {
  private static final ZoneId PRAGUE = ZoneId.of("Europe/Prague");
  private static final YearMonth JANUARY = YearMonth.of(2026, 1);
  private static final Instant JANUARY_OVER = Instant.parse("2026-01-31T23:00:00Z");
  private static final LocalDate DAY = LocalDate.parse("2026-01-10");
  private static final LargeAmounts LARGE = LargeAmounts.standard();

  private static final ProcessScenario<String> NOTHING =
      ProcessScenario.of(MonthEnd.process(PRAGUE, JsonCodec.of(AccountEvent.class)))
          .in("account-ada");
  private static final AccountOpened OPENED =
      new AccountOpened(DAY, "Ada", czk("0").currency(), Product.STANDARD, "ada");

  private final TravellingClock clock =
      new TravellingClock(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  @Test
  void aTimerClosesAMonthAndSchedulesTheNext() {
    NOTHING
        .when(OPENED)
        .thenReactions(scheduleAt("month-over", JANUARY_OVER, "2026-01"))
        .after()
        .whenTimer("month-over")
        .thenReactions(
            send("ada", new CloseMonth("ada", JANUARY)),
            scheduleAt("month-over", Instant.parse("2026-02-28T23:00:00Z"), "2026-02"))
        .after()
        .whenTimer("month-over")
        .thenCommands(send("ada", new CloseMonth("ada", JANUARY.plusMonths(1))))
        // summer has come
        .after()
        .whenTimer("month-over")
        .thenTimer("month-over", Instant.parse("2026-04-30T22:00:00Z"));
  }

  @Test
  void aClosedAccountGetsItsLastStatementAtOnce() {
    NOTHING
        .given(OPENED)
        .when(new AccountClosed(DAY))
        .thenReactions(send("ada", new CloseMonth("ada", JANUARY)), end())
        .thenEnded()
        .thenNoTimers();
  }

  @Test
  void accountsOfAnotherBankAreItsOwnAffair() {
    NOTHING
        .when(new AccountOpened(DAY, "Ada", czk("0").currency(), Product.AS_REPORTED, "ada"))
        .thenNothing();
  }

  private void open(Bank bank, String id, LocalDate day) {
    var rate = new SetInterestRate(id, day, new BigDecimal("3.65"), day);
    var open = new Open(id, day, "Owner", Product.STANDARD, czk("1000"), List.of(rate));
    bank.handle(open, "open-" + id);
  }

  private void travelTo(String day) {
    clock.travelTo(LocalDate.parse(day).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  private static List<AccountEvent> interest(Bank bank, String id) {
    return bank.history(id, new RecordedBy.Now()).stream()
        .map(Recorded::event)
        .filter(InterestPosted.class::isInstance)
        .toList();
  }

  private static List<StatementIssued> statements(Bank bank, String id) {
    return bank.issuedStatements(id).stream().map(Recorded::event).toList();
  }

  private StatementIssued issued(String id, String month, String opening, String closing) {
    YearMonth of = YearMonth.parse(month);
    return new StatementIssued(of.plusMonths(1).atDay(1), id, of, czk(opening), czk(closing));
  }

  @Test
  void threeMonthsGoByWithARestartInBetween() {
    var store = new InMemoryStore();
    var bank = new Bank(store, clock);
    try (var processes = bank.run(LARGE, Checkpoints.in(store))) {
      open(bank, "ada", DAY);
      processes.settle();
      assertThat(statements(bank, "ada")).isEmpty();
      travelTo("2026-02-01");
      processes.settle();
      assertThat(interest(bank, "ada"))
          .containsExactly(new InterestPosted(LocalDate.parse("2026-01-31"), czk("2.20")));
      assertThat(statements(bank, "ada")).containsExactly(issued("ada", "2026-01", "0", "1002.20"));
      travelTo("2026-02-28");
      processes.settle();
      assertThat(statements(bank, "ada")).hasSize(1);
    }
    // nobody is there on the first of March, nor on the first of April
    travelTo("2026-04-02");
    var again = new Bank(store, clock);
    open(again, "bert", LocalDate.parse("2026-02-15"));
    again.postInterest("ada", YearMonth.of(2026, 2));
    for (Checkpoints checkpoints : List.of(Checkpoints.in(store), Checkpoints.inMemory())) {
      try (var processes = again.run(LARGE, checkpoints)) {
        processes.settle();
      }
      assertThat(interest(again, "ada"))
          .containsExactly(
              new InterestPosted(LocalDate.parse("2026-01-31"), czk("2.20")),
              new InterestPosted(LocalDate.parse("2026-02-28"), czk("2.81")),
              new InterestPosted(LocalDate.parse("2026-03-31"), czk("3.12")));
      assertThat(statements(again, "ada"))
          .containsExactly(
              issued("ada", "2026-01", "0", "1002.20"),
              issued("ada", "2026-02", "1002.20", "1005.01"),
              issued("ada", "2026-03", "1005.01", "1008.13"));
      assertThat(statements(again, "bert"))
          .containsExactly(
              issued("bert", "2026-02", "0", "1001.40"),
              issued("bert", "2026-03", "1001.40", "1004.50"));
    }
    assertThat(again.history("ada", new RecordedBy.Now()).getLast().audit().actor())
        .contains("month-end");
    assertThat(monthsInTheirOrder(store)).containsExactly("2026-01", "2026-02", "2026-03");
  }

  private static List<String> monthsInTheirOrder(EventStore store) {
    return store.read(Query.stream("statement-ada")).stream()
        .map(e -> e.data().text().replaceAll(".*\"month\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  @Test
  void aStatementCanBePrintedAgainAsItWasIssued() {
    var store = new InMemoryStore();
    var bank = new Bank(store, clock);
    bank.handle(new Open("ada", DAY, "Ada", Product.STANDARD, czk("1000"), List.of()), "open");
    travelTo("2026-02-01");
    try (var processes = bank.run(LARGE, Checkpoints.inMemory())) {
      processes.settle();
    }
    bank.handle(new Deposit("ada", DAY, czk("5"), "found late"), "late");
    var issued = bank.issuedStatements("ada").getFirst();
    assertThat(issued.event().closing()).isEqualTo(czk("1000"));
    LocalDate end = JANUARY.atEndOfMonth();
    var then = new RecordedBy.AtPosition(issued.position());
    assertThat(bank.statement("ada", JANUARY.atDay(1), end, then).closing()).isEqualTo(czk("1000"));
    assertThat(bank.balance("ada", end, new RecordedBy.Now())).isEqualTo(czk("1005"));
  }

  @Test
  void aClosedAccountHasNoStatementsAfterItsEnd() {
    var store = new InMemoryStore();
    var bank = new Bank(store, clock);
    open(bank, "ada", DAY);
    travelTo("2026-03-20");
    bank.handle(new Withdraw("ada", LocalDate.parse("2026-02-10"), czk("1000"), "all"), "all");
    bank.handle(new Close("ada", LocalDate.parse("2026-03-05")), "close");
    for (int i = 0; i < 2; i++) {
      travelTo(i == 0 ? "2026-03-20" : "2026-06-01");
      try (var processes = bank.run(LARGE, Checkpoints.inMemory())) {
        processes.settle();
      }
      // as a timer would that fired while the account was being closed
      bank.closeMonth(new CloseMonth("ada", YearMonth.of(2026, 5)));
      assertThat(statements(bank, "ada"))
          .containsExactly(
              issued("ada", "2026-01", "0", "1000"),
              issued("ada", "2026-02", "1000", "0"),
              new StatementIssued(
                  LocalDate.parse("2026-03-05"), "ada", YearMonth.of(2026, 3), czk("0"), czk("0")));
    }
  }
}
