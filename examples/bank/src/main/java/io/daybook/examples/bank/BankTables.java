package io.daybook.examples.bank;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.privacy.Forgetting;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.AccountUnfrozen;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.TransferReceived;
import io.daybook.jdbc.Sql;
import io.daybook.jdbc.SqlFailedException;
import io.daybook.jdbc.SqlProjection;
import io.daybook.jdbc.SqlReadModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The bank as a whole in a file of SQLite, which follows the store until this is closed. A read
 * model: made of events, thrown away and made again. Anybody may read it with SQL.
 *
 * <p>Money is counted in the currency's smallest coins. What a column of 64 bits cannot hold with
 * ease stands in a second one: an amount is {@code trillions} × 10¹² + {@code minor_units}. Both
 * are added up exactly, and a sum that does not fit is refused, not rounded.
 */
final class BankTables implements AutoCloseable {
  static final String FILE = "bank.sqlite";

  /** To be raised when tables or handlers change. */
  private static final int VERSION = 2;

  static final String NAME = "bank";
  private static final Query QUERY =
      Query.category(Bank.ACCOUNTS).or(Query.category(Forgetting.CATEGORY));
  private static final BigInteger TRILLION = BigInteger.TEN.pow(12);
  private static final int LARGEST = 10;
  private static final Duration HOWEVER_LONG = Duration.ofDays(365);

  /** SQLite would go on with a number of 15 digits where a sum does not fit any more. */
  private static final String MONEY =
      "minor_units INTEGER NOT NULL CHECK (typeof(minor_units) = 'integer'),"
          + " trillions INTEGER NOT NULL CHECK (typeof(trillions) = 'integer')";

  private static final String ADD =
      " SET minor_units = minor_units + ?, trillions = trillions + ?, events = events + 1";

  private final Path file;
  private final SQLiteDataSource source;
  private final SqlReadModel model;

  private BankTables(Path file, SQLiteDataSource source, SqlReadModel model) {
    this.file = file;
    this.source = source;
    this.model = model;
  }

  /**
   * Follows the store, into a file in that folder, both made if they are missing. Tables of another
   * store, or of what a store was before it was restored from a backup, are made anew: a mark
   * beside the file tells whose they are.
   *
   * @throws CommandFailedException if the file is not a database that can be used
   */
  static BankTables follow(
      EventStore store, Codec<AccountEvent> codec, Path folder, ProjectionListener listener) {
    Path file = folder.resolve(FILE);
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    // names are in it, and what is dropped must not stay in the file
    source.getConfig().setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "on");
    var marks = new FileCheckpoints(folder);
    try {
      boolean foreign = Files.exists(file) && !isOf(store, marks.load(NAME));
      if (!foreign) {
        marks.save(NAME, store.checkpointAt(store.head()));
      }
      Files.createDirectories(folder);
      SqlReadModel model = projection(codec).watchedBy(listener).follow(store, source);
      if (foreign) {
        model.reset();
        marks.save(NAME, store.checkpointAt(store.head()));
      }
      return new BankTables(file, source, model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SqlFailedException e) {
      throw unusable(file, e);
    }
  }

  private static boolean isOf(EventStore store, Optional<Checkpoint> mark) {
    if (mark.isEmpty()) {
      return false;
    }
    try (var _ = store.subscribe(SubscriptionRequest.of(QUERY).after(mark.get()))) {
      return true;
    } catch (CheckpointMismatchException _) {
      return false;
    }
  }

  private static SqlProjection projection(Codec<AccountEvent> codec) {
    return SqlProjection.named(NAME, VERSION)
        .reading(codec, Bank.ACCOUNTS)
        .reading(Owners.FORGOTTEN, Forgetting.CATEGORY)
        .from(QUERY)
        .table(
            "accounts",
            "account TEXT PRIMARY KEY, owner TEXT NOT NULL, status TEXT NOT NULL,"
                + " currency TEXT NOT NULL, events INTEGER NOT NULL, "
                + MONEY)
        .table(
            "totals",
            "currency TEXT NOT NULL, kind TEXT NOT NULL, "
                + MONEY
                + ", PRIMARY KEY (currency, kind)")
        .table(
            "movements",
            "position INTEGER PRIMARY KEY, account TEXT NOT NULL, date TEXT NOT NULL,"
                + " kind TEXT NOT NULL, currency TEXT NOT NULL, text TEXT NOT NULL,"
                + " ranked INTEGER NOT NULL, "
                + MONEY)
        .define(
            "CREATE INDEX {movements_by_size} ON {movements}"
                + " (currency, abs(trillions) DESC, abs(minor_units) DESC, position)"
                + " WHERE ranked = 1")
        .on(AccountEvent.class, BankTables::apply)
        .on(
            SubjectForgotten.class,
            (sql, e) ->
                sql.update(
                    "UPDATE {accounts} SET owner = ? WHERE account = ?",
                    Owners.NOBODY,
                    e.event().subject()));
  }

  private static void apply(Sql sql, Recorded<AccountEvent> e) {
    String account = e.streamId();
    switch (e.event()) {
      case AccountOpened opened ->
          sql.row("accounts")
              .key("account", account)
              .set("owner", opened.owner())
              .set("status", Account.Status.ACTIVE)
              .set("currency", opened.currency().getCurrencyCode())
              .set("events", 1)
              .set("minor_units", 0)
              .set("trillions", 0)
              .save();
      case AccountFrozen _ -> change(sql, account, Account.Status.FROZEN);
      case AccountUnfrozen _ -> change(sql, account, Account.Status.ACTIVE);
      case AccountClosed _ -> change(sql, account, Account.Status.CLOSED);
      case Movement movement -> apply(sql, e.position().value(), account, movement);
      default -> sql.update("UPDATE {accounts} SET events = events + 1 WHERE account = ?", account);
    }
  }

  private static void change(Sql sql, String account, Account.Status status) {
    sql.update(
        "UPDATE {accounts} SET status = ?, events = events + 1 WHERE account = ?", status, account);
  }

  private static void apply(Sql sql, long position, String account, Movement movement) {
    BigInteger[] parts =
        movement.change().inMinorUnits().toBigIntegerExact().divideAndRemainder(TRILLION);
    long trillions = parts[0].longValueExact();
    long minorUnits = parts[1].longValueExact();
    String currency = movement.change().currency().getCurrencyCode();
    sql.update("UPDATE {accounts}" + ADD + " WHERE account = ?", minorUnits, trillions, account);
    sql.row("totals")
        .key("currency", currency)
        .key("kind", movement.kind())
        .add("minor_units", minorUnits)
        .add("trillions", trillions)
        .save();
    boolean counted = movement instanceof TransferReceived || movement.kind() == Kind.ADJUSTMENT;
    sql.row("movements")
        .key("position", position)
        .set("account", account)
        .set("date", movement.date())
        .set("kind", movement.kind())
        .set("currency", currency)
        .set("text", EventText.of(movement))
        .set("ranked", counted ? 0 : 1)
        .set("minor_units", minorUnits)
        .set("trillions", trillions)
        .save();
  }

  /** The read model that keeps the tables current. */
  SqlReadModel model() {
    return model;
  }

  /** Waits until all that is stored now is in the tables. */
  void awaitHead() {
    try {
      model.awaitHead(HOWEVER_LONG);
    } catch (SqlFailedException e) {
      throw unusable(file, e);
    }
  }

  /**
   * Checks that the tables follow.
   *
   * @throws ProjectionFailedException if they stand still
   */
  void requireRunning() {
    var failure = model.failure();
    if (failure.isPresent()) {
      throw new ProjectionFailedException(model.name(), failure.get());
    }
  }

  /** Makes the tables anew beside those that are read, and has them take their place. */
  void rebuild() {
    try {
      model.rebuild();
    } catch (SqlFailedException e) {
      throw unusable(file, e);
    }
  }

  /** What the tables say now, all of one moment. */
  BankView view() {
    try (Connection connection = source.getConnection()) {
      // one transaction, so that nothing comes in between
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        return read(statement);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  private static View read(Statement statement) throws SQLException {
    var lines = new TreeMap<String, Ledger.Line>(Ledger.ACCOUNT_ORDER);
    long events = 0;
    try (ResultSet row = statement.executeQuery("SELECT * FROM accounts")) {
      while (row.next()) {
        var status = Account.Status.valueOf(row.getString("status"));
        String account = row.getString("account");
        String owner = row.getString("owner");
        lines.put(account, new Ledger.Line(account, owner, status, money(row)));
        events += row.getLong("events");
      }
    }
    var totals =
        new TreeMap<Currency, Ledger.Totals>(Comparator.comparing(Currency::getCurrencyCode));
    try (ResultSet row = statement.executeQuery("SELECT * FROM totals")) {
      while (row.next()) {
        Money change = money(row);
        Kind kind = Kind.valueOf(row.getString("kind"));
        totals.merge(
            change.currency(),
            new Ledger.Totals(Money.zero(change.currency()), new EnumMap<>(Map.of(kind, change))),
            (sums, _) -> sums.plus(kind, change));
      }
    }
    var largest = new ArrayList<BankView.LargeMovement>();
    for (Currency currency : totals.keySet()) {
      largest.addAll(largest(statement, currency));
    }
    return new View(events, List.copyOf(lines.values()), totals, List.copyOf(largest));
  }

  private static List<BankView.LargeMovement> largest(Statement statement, Currency currency)
      throws SQLException {
    var largest = new ArrayList<BankView.LargeMovement>();
    // a currency's code has nothing in it that would need to be quoted
    String query =
        "SELECT * FROM movements WHERE ranked = 1 AND currency = '"
            + currency.getCurrencyCode()
            + "' ORDER BY abs(trillions) DESC, abs(minor_units) DESC, position LIMIT "
            + LARGEST;
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        largest.add(
            new BankView.LargeMovement(
                LocalDate.parse(row.getString("date")),
                money(row),
                row.getString("account"),
                row.getString("text")));
      }
    }
    return largest;
  }

  private static Money money(ResultSet row) throws SQLException {
    var currency = Currency.getInstance(row.getString("currency"));
    BigInteger units =
        BigInteger.valueOf(row.getLong("trillions"))
            .multiply(TRILLION)
            .add(BigInteger.valueOf(row.getLong("minor_units")));
    return new Money(new BigDecimal(units, currency.getDefaultFractionDigits()), currency);
  }

  /** What was read. */
  private record View(
      long events,
      List<Ledger.Line> accounts,
      SortedMap<Currency, Ledger.Totals> totals,
      List<BankView.LargeMovement> largestMovements)
      implements BankView {}

  private static CommandFailedException unusable(Path file, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new CommandFailedException(
        ExitCode.FAILURE,
        "the read models in "
            + file
            + " cannot be used ("
            + cause.getMessage()
            + "); if they are damaged, delete that file: it is made anew from the events",
        e);
  }

  @Override
  public void close() {
    model.close();
  }
}
