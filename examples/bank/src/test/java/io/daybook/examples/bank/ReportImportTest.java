package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.ImportObserver;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountEvent.GapAdjusted;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.RoundingAdjusted;
import io.daybook.examples.bank.ReportFile.Row;
import io.daybook.examples.bank.ReportImport.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportImportTest {
  private static final RecordedBy NOW = new RecordedBy.Now();

  @TempDir private Path directory;

  private final List<String> problems = new ArrayList<>();
  private final ImportObserver observer =
      new ImportObserver() {
        @Override
        public void progress(long rows, long done, long of) {
          assertThat(rows).isBetween(0L, of);
        }

        @Override
        public void bad(long line, String problem) {
          problems.add(line + ": " + problem);
        }
      };

  private static Bank bank(EventStore store) {
    return new Bank(store, Clock.systemUTC());
  }

  private Summary run(EventStore store, Path file, boolean strict) throws Exception {
    return bank(store).reportImport(file, ReportFile.survey(file), strict, observer).run();
  }

  private Path file(String... rows) throws IOException {
    return Files.writeString(
        directory.resolve("report.csv"), ReportFile.HEADER + "\n" + String.join("\n", rows));
  }

  /** Rows of one account: the amounts come in, or go out if they are negative. */
  private static String row(int account, int version, int amount, int shown) {
    int id = account * 1000 + version;
    return "%d,1993-01-%02d,%d,%d,%d,%s,cash,%d,%d,,,"
        .formatted(
            id,
            version,
            account,
            version,
            id,
            amount < 0 ? "debit" : "credit",
            Math.abs(amount),
            shown);
  }

  private static List<AccountEvent> events(EventStore store, String account) {
    return events(bank(store), account);
  }

  private static List<AccountEvent> events(Bank bank, String account) {
    return bank.history(account, NOW).stream().map(Recorded::event).toList();
  }

  @Test
  @Tag("long")
  void theRealBanksBalancesAreExactAfterEveryRow() throws Exception {
    Path file = RealData.transactions();
    try (var store = EngineStore.open(directory.resolve("bank"))) {
      assertThat(run(store, file, true)).isEqualTo(new Summary(46_997, 0, 0, 1_229, 2_031));

      checkEveryBalance(store, file);
      Bank bank = bank(store);
      Ledger ledger = bank.ledger(LocalDate.MAX, NOW);
      assertThat(ledger.addsUp()).isTrue();
      assertThat(ledger.accounts()).hasSize(1_229);
      checkTables(bank, file);

      long head = store.head().value();
      assertThat(run(store, file, true)).isEqualTo(new Summary(0, 46_997, 0, 0, 0));
      assertThat(store.head().value()).isEqualTo(head);
    }
  }

  /** The read models in SQLite show the balances of the file, and whatever the events say. */
  private void checkTables(Bank bank, Path file) throws Exception {
    Map<String, Money> shown = new HashMap<>();
    ReportFile.read(
        file,
        new ReportFile.Reader() {
          @Override
          public boolean row(Row row) {
            shown.put(row.account(), row.shown());
            return true;
          }

          @Override
          public boolean badRow(long line, String problem) {
            throw new AssertionError(line + ": " + problem);
          }
        });
    Path derived = directory.resolve("derived");
    try (var tables = bank.followTables(derived, ProjectionListener.none());
        var watch = bank.watch(LargeAmounts.of(List.of("1")), new FileCheckpoints(derived))) {
      tables.awaitHead();
      BankTablesTest.assertSame(tables.view(), bank);
      assertThat(tables.view().accounts())
          .hasSize(shown.size())
          .allSatisfy(line -> assertThat(line.balance()).isEqualTo(shown.get(line.account())));
      // history is nothing to watch, however large
      watch.settle();
      assertThat(tables.view().accounts()).allMatch(line -> line.status() == Account.Status.ACTIVE);
    }
  }

  /** Folds each account once more, movement by movement, beside the rows of the file. */
  private static void checkEveryBalance(EventStore store, Path file) throws Exception {
    Map<String, List<Row>> rows = new HashMap<>();
    ReportFile.read(
        file,
        new ReportFile.Reader() {
          @Override
          public boolean row(Row row) {
            return rows.computeIfAbsent(row.account(), _ -> new ArrayList<>()).add(row);
          }

          @Override
          public boolean badRow(long line, String problem) {
            throw new AssertionError(line + ": " + problem);
          }
        });
    int checked = 0;
    Bank bank = bank(store);
    for (var account : rows.entrySet()) {
      Iterator<Money> balances = balancesAfterRows(events(bank, account.getKey())).iterator();
      for (Row row : account.getValue()) {
        assertThat(balances.next()).as("line %d", row.line()).isEqualTo(row.shown());
        checked++;
      }
      assertThat(balances.hasNext()).isFalse();
    }
    assertThat(checked).isEqualTo(46_997);
  }

  private static List<Money> balancesAfterRows(List<AccountEvent> events) {
    var balances = new ArrayList<Money>();
    Money balance = Money.zero(ReportFile.CZK);
    for (AccountEvent event : events) {
      if (event instanceof Movement movement) {
        balance = balance.plus(movement.change());
      }
      switch (event) {
        case MovementReported _ -> balances.add(balance);
        case RoundingAdjusted _ -> balances.set(balances.size() - 1, balance);
        default -> {}
      }
    }
    return balances;
  }

  @Test
  void theLogHasTheRowsInTheOrderOfTheFileEachInItsOwnAppend() throws Exception {
    var store = new InMemoryStore();
    run(store, file(row(2, 1, 100, 100), row(1, 1, 50, 50), row(2, 2, -30, 80)), true);
    assertThat(store.read(Query.everything()).toList())
        .extracting(e -> e.stream() + " " + e.type())
        .containsExactly(
            "account-2 AccountOpened",
            "account-2 MovementReported",
            "account-1 AccountOpened",
            "account-1 MovementReported",
            "account-2 MovementReported",
            "account-2 RoundingAdjusted");
  }

  @Test
  void theRowsTransIdIsItsCommandId() throws Exception {
    var store = new InMemoryStore();
    run(store, file(row(7, 1, 100, 100)), true);
    assertThat(store.read(Query.tags("$command:7001")).toList()).hasSize(2);
    long head = store.head().value();
    bank(store)
        .handle(new Deposit("7", LocalDate.parse("1993-01-09"), Money.of("5", "CZK"), ""), "7001");
    assertThat(store.head().value()).isEqualTo(head);
    assertThat(bank(store).history("7", NOW).getLast().audit().reason())
        .contains("line 2 of report.csv");
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    String[] rows = new String[28];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(i % 3 + 1, i / 3 + 1, 100, 100 * (i / 3 + 1));
    }
    var store = new InMemoryStore();
    run(store, file(Arrays.copyOf(rows, 11)), true);
    long head = store.head().value();
    assertThat(run(store, file(rows), true)).isEqualTo(new Summary(17, 11, 0, 0, 0));
    assertThat(store.head().value()).isEqualTo(head + 17);
    var atOnce = new InMemoryStore();
    run(atOnce, file(rows), true);
    for (String account : List.of("1", "2", "3")) {
      assertThat(events(store, account)).isEqualTo(events(atOnce, account));
    }
  }

  @Test
  @Tag("long")
  void interruptedItGoesOnWhereItStopped() throws Exception {
    Path file = RealData.transactions();
    var survey = ReportFile.survey(file);
    Thread importer = Thread.currentThread();
    var interrupting =
        new ImportObserver() {
          @Override
          public void progress(long rows, long done, long of) {
            if (rows == 20_000) {
              importer.interrupt();
            }
          }

          @Override
          public void bad(long line, String problem) {}
        };
    try (var store = EngineStore.open(directory.resolve("bank"))) {
      assertThatThrownBy(() -> bank(store).reportImport(file, survey, true, interrupting).run())
          .isInstanceOf(InterruptedException.class);
    }
    try (var store = EngineStore.open(directory.resolve("bank"))) {
      Summary rest = run(store, file, true);
      assertThat(rest.known()).isBetween(15_000L, 20_001L);
      assertThat(rest.recorded()).isEqualTo(46_997 - rest.known());
      checkEveryBalance(store, file);
    }
  }

  @Test
  void aBadRowStopsNothingElse() throws Exception {
    var store = new InMemoryStore();
    Path file =
        file(
            row(1, 1, 100, 100),
            row(2, 1, 50, 50),
            "not a row",
            row(1, 2, 100, 200),
            row(2, 2, 50, 100),
            row(2, 3, 50, 150));
    Summary summary = run(store, file, false);
    assertThat(summary).isEqualTo(new Summary(5, 0, 1, 2, 0));
    assertThat(problems).containsExactly("4: 1 columns instead of 12");
  }

  @Test
  void whatABadRowHidesIsAdjustedSoThatTheBalancesAreTheBanks() throws Exception {
    var store = new InMemoryStore();
    Path file =
        file(
            row(1, 1, 100, 100),
            row(1, 2, 70, 170).replace("credit", "kredit"),
            row(1, 3, 100, 270),
            row(1, 4, -20, 250));
    assertThat(run(store, file, false)).isEqualTo(new Summary(3, 0, 1, 1, 0));
    LocalDate day = LocalDate.parse("1993-01-03");
    assertThat(events(store, "1")).contains(new GapAdjusted(day, Money.of("0.70", "CZK"), 1));
    assertThat(bank(store).account("1").balance()).isEqualTo(Money.of("2.50", "CZK"));
    assertThat(bank(store).ledger(LocalDate.MAX, NOW).addsUp()).isTrue();
    // and again, with nothing new
    long head = store.head().value();
    assertThat(run(store, file, false)).isEqualTo(new Summary(0, 3, 1, 0, 0));
    assertThat(store.head().value()).isEqualTo(head);
  }

  @Test
  void aRowThatTheRulesRefuseIsABadRow() throws Exception {
    var store = new InMemoryStore();
    Path file =
        file(
            row(1, 1, 100, 100),
            row(1, 9, 1, 101),
            row(2, 1, 0, 100),
            row(1, 2, 10, 110),
            row(1, 1, 10, 120).replace(",1001,credit", ",5,credit"),
            row(1, 3, 10, 99_999),
            row(1, 4, 10, 130));
    Summary summary = run(store, file, false);
    assertThat(problems)
        .containsExactly(
            "3: version-out-of-order: 1 is at version 1, which 9 does not follow",
            "4: amount-not-positive: an amount is more than 0, not 0.00 CZK",
            "6: version-out-of-order: 1 is at version 2, which 1 does not follow",
            "7: balance-mismatch: 1 shows 999.99 CZK, which is 998.79 CZK off");
    assertThat(summary).isEqualTo(new Summary(3, 0, 4, 1, 0));
    assertThat(bank(store).account("1").balance()).isEqualTo(Money.of("1.30", "CZK"));
    assertThat(bank(store).ledger(LocalDate.MAX, NOW).addsUp()).isTrue();
  }

  @Test
  void strictStopsAtTheFirstBadRow() throws Exception {
    var store = new InMemoryStore();
    Path file = file(row(1, 1, 100, 100), "bad", row(1, 2, 100, 200), "bad");
    assertThat(run(store, file, true)).isEqualTo(new Summary(1, 0, 1, 1, 0));
    assertThat(problems).containsExactly("3: 1 columns instead of 12");
    assertThat(bank(store).account("1").balance()).isEqualTo(Money.of("1", "CZK"));
  }

  @Test
  void aTransIdCountsOnce() throws Exception {
    var store = new InMemoryStore();
    String twice = row(1, 1, 100, 100);
    String sameIdOtherVersion = row(1, 2, 100, 200).replace(",1002,credit", ",1001,credit");
    String sameIdOtherAccount = row(2, 1, 100, 100).replace(",2001,credit", ",1001,credit");
    Path file = file(twice, twice, sameIdOtherVersion, sameIdOtherAccount, row(3, 1, 5, 5));
    assertThat(run(store, file, false)).isEqualTo(new Summary(2, 1, 2, 2, 0));
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "4: the trans_id 1001 is used by another row",
            "5: the trans_id 1001 is used by another row");
  }

  @Test
  void twoAtOnceRecordEachRowOnce() throws Exception {
    var rows = new ArrayList<String>();
    var balances = new TreeMap<Integer, Integer>();
    for (int i = 0; i < 2_000; i++) {
      int account = i % 100 + 1;
      int shown = balances.merge(account, 10, Integer::sum);
      rows.add(row(account, shown / 10, 10, shown));
    }
    Path file = file(rows.toArray(String[]::new));
    var survey = ReportFile.survey(file);
    var store = new InMemoryStore();
    var summaries = new ArrayList<Summary>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var first =
          executor.submit(() -> bank(store).reportImport(file, survey, true, observer).run());
      var second =
          executor.submit(() -> bank(store).reportImport(file, survey, true, observer).run());
      summaries.add(first.get());
      summaries.add(second.get());
    }
    assertThat(problems).isEmpty();
    assertThat(store.read(Query.types("MovementReported")).stream().count()).isEqualTo(2_000);
    assertThat(bank(store).ledger(LocalDate.MAX, NOW).addsUp()).isTrue();
    assertThat(summaries).allMatch(summary -> summary.recorded() + summary.known() == 2_000);
  }
}
