package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.BankEvent.TransferMade;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The bank on a store: transfers, interest, both times, the audit trail, the read models. */
class BankTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-03-15");
  private static final Clock CLOCK =
      Clock.fixed(TODAY.atTime(12, 0).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
  private static final RecordedBy NOW = new RecordedBy.Now();
  private static final LocalDate ALWAYS = LocalDate.MAX;

  private final InMemoryStore store = new InMemoryStore();
  private final Bank bank = new Bank(store, CLOCK);

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private void open(String id, String initial) {
    bank.handle(
        new Open(id, TODAY, "Owner of " + id, Product.STANDARD, czk(initial), List.of()),
        "open-" + id);
  }

  private void transfer(String from, String to, String amount, String id) {
    bank.transfer(new TransferMade(TODAY, id, from, to, czk(amount), "rent"), id);
  }

  private Money balance(String id) {
    return bank.account(id).balance();
  }

  private long head() {
    return store.head().value();
  }

  @Test
  void aTransferIsOneAppendOfBothSidesAndItsRecord() {
    open("ada", "100");
    open("bert", "0");
    long before = head();
    transfer("ada", "bert", "30", "t1");
    assertThat(balance("ada")).isEqualTo(czk("70"));
    assertThat(balance("bert")).isEqualTo(czk("30"));
    var written =
        store.read(Query.everything()).stream()
            .filter(event -> event.position().value() > before)
            .toList();
    assertThat(written)
        .extracting(e -> e.stream() + " " + e.type())
        .containsExactly(
            "account-ada TransferSent",
            "account-bert TransferReceived",
            "transfer-t1 TransferMade");
    assertThat(written).extracting(e -> e.recordedAt()).containsOnly(written.get(0).recordedAt());
  }

  @Test
  void aTransferSentAgainCountsOnce() {
    open("ada", "100");
    open("bert", "0");
    transfer("ada", "bert", "30", "t1");
    long head = head();
    transfer("ada", "bert", "30", "t1");
    transfer("ada", "bert", "30", "t1");
    assertThat(balance("bert")).isEqualTo(czk("30"));
    assertThat(head()).isEqualTo(head);
  }

  @Test
  void aRefusedTransferWritesNothing() {
    open("ada", "100");
    open("bert", "0");
    bank.handle(
        new Open("emma", TODAY, "Emma", Product.STANDARD, Money.of("5", "EUR"), List.of()), "e");
    open("frozen", "10");
    bank.handle(new Freeze("frozen", TODAY), "freeze");
    open("closed", "0");
    bank.handle(new Close("closed", TODAY), "close");
    long head = head();
    assertRefused("insufficient-funds", () -> transfer("ada", "bert", "100.01", "t1"));
    assertRefused("amount-not-positive", () -> transfer("ada", "bert", "0", "t2"));
    assertRefused("amount-over-precise", () -> transfer("ada", "bert", "0.001", "t3"));
    assertRefused("unknown-account", () -> transfer("ada", "nobody", "1", "t4"));
    assertRefused("unknown-account", () -> transfer("nobody", "ada", "1", "t5"));
    assertRefused("transfer-to-itself", () -> transfer("ada", "ada", "1", "t6"));
    assertRefused("other-currency", () -> transfer("ada", "emma", "1", "t7"));
    assertRefused("account-frozen", () -> transfer("ada", "frozen", "1", "t8"));
    assertRefused("account-frozen", () -> transfer("frozen", "ada", "1", "t9"));
    assertRefused("account-closed", () -> transfer("ada", "closed", "1", "t10"));
    assertThat(head()).isEqualTo(head);
    assertThat(store.list(Dimension.STREAM, "transfer-").toList()).isEmpty();
    assertThat(balance("ada")).isEqualTo(czk("100"));
  }

  private static void assertRefused(String reason, Runnable command) {
    assertThatThrownBy(command::run)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void manyTransfersAtOnceLoseNothing() throws Exception {
    int accounts = 12;
    int threads = 64;
    int each = 25;
    for (int i = 0; i < accounts; i++) {
      open("a" + i, "100");
    }
    var work = new ArrayList<Callable<Integer>>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      work.add(() -> randomTransfers(new Random(thread), thread, accounts, each));
    }
    int made = 0;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> transfers : executor.invokeAll(work)) {
        made += transfers.get();
      }
    }
    Ledger ledger = bank.ledger(ALWAYS, NOW);
    assertThat(ledger.addsUp()).isTrue();
    assertThat(ledger.transfersAreWhole()).isTrue();
    assertThat(ledger.sumOfBalances(czk("0").currency())).isEqualTo(czk("1200"));
    assertThat(ledger.accounts()).noneMatch(line -> line.balance().isNegative());
    assertThat(store.list(Dimension.STREAM, "transfer-").stream().count()).isEqualTo(made);
    assertThat(store.read(Query.types("TransferSent")).stream().count()).isEqualTo(made);
    assertThat(store.read(Query.types("TransferReceived")).stream().count()).isEqualTo(made);
  }

  /** Each is sent twice, by threads of their own now and then; returns how many were made. */
  private int randomTransfers(Random random, int thread, int accounts, int count) {
    int made = 0;
    for (int i = 0; i < count; i++) {
      int from = random.nextInt(accounts);
      int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
      String amount = Integer.toString(1 + random.nextInt(60));
      String id = "t-" + thread + "-" + i;
      try {
        transfer("a" + from, "a" + to, amount, id);
        made++;
        transfer("a" + from, "a" + to, amount, id);
      } catch (Refused refused) {
        assertThat(refused.reason()).isEqualTo("insufficient-funds");
      }
    }
    return made;
  }

  @Test
  void oneCommandSentByManyThreadsCountsOnce() throws Exception {
    open("ada", "100");
    open("bert", "0");
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> send =
          () -> {
            transfer("ada", "bert", "30", "same");
            bank.handle(new Deposit("ada", TODAY, czk("1"), ""), "same deposit");
            return true;
          };
      for (var sent : executor.invokeAll(Collections.nCopies(32, send))) {
        assertThat(sent.get()).isTrue();
      }
    }
    assertThat(balance("ada")).isEqualTo(czk("71"));
    assertThat(balance("bert")).isEqualTo(czk("30"));
  }

  @Test
  void interestPostsOnceHoweverOftenItRuns() throws Exception {
    LocalDate newYear = LocalDate.parse("2026-01-01");
    bank.handle(
        new Open(
            "ada",
            newYear,
            "Ada",
            Product.STANDARD,
            czk("1000"),
            List.of(new SetInterestRate("ada", newYear, new BigDecimal("3.65"), newYear))),
        "open");
    var february = YearMonth.of(2026, 2);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<List<AccountEvent>> post = () -> bank.postInterest("ada", february);
      for (var posted : executor.invokeAll(Collections.nCopies(16, post))) {
        posted.get();
      }
    }
    assertThat(bank.postInterest("ada", february)).isEmpty();
    assertThat(bank.history("ada", NOW).stream().map(Recorded::event))
        .filteredOn(InterestPosted.class::isInstance)
        .containsExactly(
            new InterestPosted(LocalDate.parse("2026-01-31"), czk("3.10")),
            new InterestPosted(LocalDate.parse("2026-02-28"), czk("2.81")));
    assertThat(bank.history("ada", NOW).getLast().audit().commandId())
        .contains("interest-ada-2026-02");
    assertRefused("month-not-over", () -> bank.postInterest("ada", YearMonth.of(2026, 3)));
  }

  @Test
  void interestPassesOverAccountsThatEarnNone() {
    open("plain", "100");
    open("closed", "0");
    bank.handle(new Close("closed", TODAY), "close");
    assertThat(bank.postInterest("plain", YearMonth.of(2026, 2))).isEmpty();
    assertThat(bank.postInterest("closed", YearMonth.of(2026, 2))).isEmpty();
    assertRefused("unknown-account", () -> bank.postInterest("x", YearMonth.of(2026, 2)));
  }

  @Test
  void looksBackInBothTimes() {
    bank.handle(
        new Open(
            "ada", LocalDate.parse("2026-01-01"), "Ada", Product.STANDARD, czk("100"), List.of()),
        "open");
    bank.handle(new Deposit("ada", LocalDate.parse("2026-01-20"), czk("50"), "in time"), "d1");
    Position before = store.head();
    bank.handle(new Deposit("ada", LocalDate.parse("2026-01-10"), czk("7"), "late slip"), "d2");
    var recordedBefore = new RecordedBy.AtPosition(before);
    LocalDate day = LocalDate.parse("2026-01-15");
    assertThat(bank.balance("ada", day, NOW)).isEqualTo(czk("107"));
    assertThat(bank.balance("ada", day, recordedBefore)).isEqualTo(czk("100"));
    assertThat(bank.balance("ada", ALWAYS, recordedBefore)).isEqualTo(czk("150"));
    assertThat(bank.balance("ada", ALWAYS, NOW)).isEqualTo(czk("157"));
    assertThat(bank.ledger(day, recordedBefore).accounts().getFirst().balance())
        .isEqualTo(czk("100"));
    assertThat(bank.ledger(day, NOW).accounts().getFirst().balance()).isEqualTo(czk("107"));
    Statement then = bank.statement("ada", null, day, recordedBefore);
    assertThat(then.lines())
        .extracting(Statement.Line::description)
        .containsExactly("initial deposit");
    LocalDate dayBefore = LocalDate.parse("2025-12-31");
    assertRefused("unknown-account", () -> bank.balance("ada", dayBefore, NOW));
    var nothing = new RecordedBy.AtPosition(Position.BEFORE_FIRST);
    assertRefused("unknown-account", () -> bank.balance("ada", ALWAYS, nothing));
    assertThat(bank.ledger(dayBefore, NOW).accounts()).isEmpty();
  }

  @Test
  void looksBackToAnInstant() {
    open("ada", "100");
    var recorded = bank.history("ada", NOW).getLast().recordedAt();
    var then = new RecordedBy.AtInstant(recorded.minus(Duration.ofSeconds(1)));
    assertRefused("unknown-account", () -> bank.balance("ada", ALWAYS, then));
    assertThat(bank.balance("ada", ALWAYS, new RecordedBy.AtInstant(recorded)))
        .isEqualTo(czk("100"));
  }

  @Test
  void refusesADayToCome() {
    open("ada", "100");
    LocalDate tomorrow = TODAY.plusDays(1);
    assertRefused(
        "date-in-future", () -> bank.handle(new Deposit("ada", tomorrow, czk("1"), ""), "d"));
    assertRefused(
        "date-in-future",
        () -> bank.transfer(new TransferMade(tomorrow, "t", "ada", "b", czk("1"), ""), "t"));
  }

  @Test
  void knowsWhoDidWhatAndWhy() {
    Audit.by("tina").because("new customer").run(() -> open("ada", "100"));
    Audit.by("ada")
        .run(() -> bank.handle(new Withdraw("ada", TODAY, czk("1"), "coffee"), "coffee-1"));
    var history = bank.history("ada", NOW);
    assertThat(history.getFirst().audit().actor()).contains("tina");
    assertThat(history.getFirst().audit().reason()).contains("new customer");
    assertThat(history.getLast().audit().actor()).contains("ada");
    assertThat(history.getLast().audit().commandId()).contains("coffee-1");
    assertThat(history.getLast().event().date()).isEqualTo(TODAY);
  }

  @Test
  void aFollowedReadModelIsTheSameAsAFoldedOne() throws Exception {
    open("ada", "100");
    try (var live = bank.followLedger()) {
      open("bert", "5");
      transfer("ada", "bert", "30", "t1");
      live.await(store.head(), Duration.ofSeconds(30));
      String followed = live.query(Reports::total);
      assertThat(followed).isEqualTo(Reports.total(bank.ledger(ALWAYS, NOW)));
      List<Ledger.Line> accounts = live.query(Ledger::accounts);
      assertThat(accounts).isEqualTo(bank.ledger(ALWAYS, NOW).accounts());
    }
  }

  @Test
  void listsAccountsNumbersFirst() {
    for (String id : List.of("10", "9", "bert", "100", "ada", "2b")) {
      open(id, "0");
    }
    assertThat(bank.accountIds()).containsExactly("9", "10", "100", "2b", "ada", "bert");
    assertThat(bank.ledger(ALWAYS, NOW).accounts())
        .extracting(Ledger.Line::account)
        .containsExactly("9", "10", "100", "2b", "ada", "bert");
  }

  @Test
  void keepsTheTenLargestMovementsAndCountsATransferOnce() {
    open("ada", "1000");
    open("bert", "1");
    for (int i = 1; i <= 12; i++) {
      bank.handle(new Deposit("bert", TODAY, czk(Integer.toString(i * 10)), "d" + i), "d" + i);
    }
    transfer("ada", "bert", "500", "t1");
    var largest = bank.ledger(ALWAYS, NOW).largest().values().iterator().next();
    assertThat(largest).hasSize(10);
    assertThat(largest)
        .extracting(large -> large.movement().change())
        .containsExactly(
            czk("1000"),
            czk("-500"),
            czk("120"),
            czk("110"),
            czk("100"),
            czk("90"),
            czk("80"),
            czk("70"),
            czk("60"),
            czk("50"));
  }
}
