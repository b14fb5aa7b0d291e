package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.CommandFailedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.BankEvent.TransferMade;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The read models in SQLite say what a fold of all events says. */
@Tag("long")
class BankTablesTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-15");
  private static final Clock CLOCK =
      Clock.fixed(DAY.atTime(12, 0).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

  @TempDir private Path folder;

  private final InMemoryStore store = new InMemoryStore();
  private final Bank bank = new Bank(store, CLOCK);
  private int commands;

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private BankTables follow(Bank of) {
    return of.followTables(folder, ProjectionListener.none());
  }

  private void handle(AccountCommand command) {
    bank.handle(command, "c" + commands++);
  }

  private void open(String id, Money initial) {
    handle(new Open(id, DAY, "Owner of " + id, Product.STANDARD, initial, List.of()));
  }

  private void transfer(String from, String to, String amount) {
    String id = "t" + commands++;
    bank.transfer(new TransferMade(DAY, id, from, to, czk(amount), "rent"), id);
  }

  /** Compares all that is printed, and what is not. */
  static void assertSame(BankView tables, Bank bank) {
    Ledger ledger = bank.ledger(LocalDate.MAX, new RecordedBy.Now());
    assertThat(tables.events()).isEqualTo(ledger.events());
    assertThat(tables.accounts()).isEqualTo(ledger.accounts());
    assertThat(tables.totals()).isEqualTo(ledger.totals());
    assertThat(tables.largestMovements()).isEqualTo(ledger.largestMovements());
    assertThat(tables.customers()).isEqualTo(ledger.customers());
    assertThat(Reports.total(tables)).isEqualTo(Reports.total(ledger));
    assertThat(tables.addsUp()).isTrue();
  }

  @Test
  void sayWhatAFoldSaysHoweverOftenTheyAreOpened() {
    try (BankTables tables = follow(bank)) {
      tables.awaitHead();
      assertSame(tables.view(), bank);
    }
    var random = new Random(7);
    open("frozen", czk("0"));
    open("emma", Money.of("5.5", "EUR"));
    open("9", czk("1"));
    open("10", czk("1000000"));
    for (int i = 0; i < 200; i++) {
      String amount = Integer.toString(1 + random.nextInt(50));
      switch (random.nextInt(4)) {
        case 0 -> handle(new Deposit("9", DAY, czk(amount), "in"));
        case 1 -> handle(new Withdraw("10", DAY, czk(amount), "out"));
        case 2 -> handle(new Deposit("emma", DAY, Money.of(amount, "EUR"), ""));
        default -> transfer("10", "9", amount);
      }
      if (i % 40 == 0) {
        try (BankTables tables = follow(bank)) {
          tables.awaitHead();
          assertSame(tables.view(), bank);
        }
      }
    }
    handle(new Freeze("frozen", DAY));
    handle(new Withdraw("emma", DAY, bank.account("emma").balance(), "all"));
    handle(new Close("emma", DAY));
    try (BankTables tables = follow(bank)) {
      tables.awaitHead();
      assertSame(tables.view(), bank);
      tables.rebuild();
      assertSame(tables.view(), bank);
    }
  }

  @Test
  void areExactWhereSixtyFourBitsAreNotEnough() {
    String most = "999999999999999999.99";
    open("rich", czk(most));
    open("poor", czk("0.01"));
    for (int i = 0; i < 5; i++) {
      handle(new Deposit("rich", DAY, czk(most), ""));
    }
    handle(new Withdraw("rich", DAY, czk("123456789012.34"), ""));
    try (BankTables tables = follow(bank)) {
      tables.awaitHead();
      assertSame(tables.view(), bank);
      assertThat(tables.view().accounts().getLast().balance())
          .isEqualTo(new Money(czk("5999999876543210987.60").amount(), czk("0").currency()));
    }
  }

  @Test
  void canBeReadWithSql() throws Exception {
    open("ada", czk("100"));
    open("bert", czk("5"));
    transfer("ada", "bert", "30");
    try (BankTables tables = follow(bank)) {
      tables.awaitHead();
    }
    String url = "jdbc:sqlite:" + folder.resolve(BankTables.FILE);
    var rows = new ArrayList<String>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT account, minor_units FROM accounts WHERE trillions = 0 ORDER BY 2")) {
      while (row.next()) {
        rows.add(row.getString(1) + " " + row.getLong(2));
      }
    }
    assertThat(rows).containsExactly("bert 3500", "ada 7000");
  }

  @Test
  void ofAnotherStoreAreMadeAnew() {
    open("ada", czk("100"));
    open("bert", czk("100"));
    try (BankTables tables = follow(bank)) {
      tables.awaitHead();
    }
    // shorter than the first one, as long, and longer
    for (int events = 2; events <= 6; events += 2) {
      var restored = new Bank(new InMemoryStore(), CLOCK);
      for (int i = 0; i < events; i += 2) {
        restored.handle(
            new Open("eve" + i, DAY, "Eve", Product.STANDARD, czk("1"), List.of()), "open" + i);
      }
      for (int times = 0; times < 2; times++) {
        try (BankTables tables = follow(restored)) {
          tables.awaitHead();
          assertSame(tables.view(), restored);
        }
      }
    }
  }

  @Test
  void thatAreNoDatabaseAreNamed() throws Exception {
    Path file = folder.resolve(BankTables.FILE);
    Files.writeString(file, "this is not a database, it is a text of some length".repeat(20));
    open("ada", czk("100"));
    assertThatThrownBy(() -> follow(bank))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("delete that file");
    Files.delete(file);
    try (BankTables tables = follow(bank)) {
      tables.awaitHead();
      assertSame(tables.view(), bank);
      tables.requireRunning();
    }
  }
}
