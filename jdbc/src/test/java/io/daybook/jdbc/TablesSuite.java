package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import io.daybook.jdbc.Ledger.Withdrawn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What tables hold that follow a store, on one database. */
abstract class TablesSuite extends DatabaseSuite {
  @Test
  void tablesCatchUpAndFollow() {
    Ledger.append(store, "1", new Named("Ada"), new Deposited(1_000));

    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents, owner FROM balances")).containsExactly("1|1000|Ada");

      Position last = Ledger.append(store, "1", new Withdrawn(300), new Deposited(5));
      Ledger.append(store, "2", new Deposited(7));
      model.await(last, SOON);
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY account"))
          .containsExactly("1|705", "2|7");
      assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("4");
      assertThat(model.lag()).isZero();
      assertThat(model.lagTime()).isZero();
      assertThat(model.position()).isEqualTo(store.head());
      assertThat(model.ownedPartitions()).isEqualTo(1);
    }
  }

  @Test
  void aRestartGoesOnWhereItWas() {
    for (int round = 1; round <= 4; round++) {
      Ledger.append(store, "1", new Deposited(1), new Deposited(1));
      try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
        model.awaitHead(SOON);
        assertThat(rows("SELECT cents FROM balances")).containsExactly("" + 2 * round);
        assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("" + 2 * round);
      }
    }
  }

  @Test
  void theCheckpointOfAnotherStoreIsRefused() {
    Ledger.append(store, "1", new Deposited(1));
    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
    }
    try (var other = new InMemoryStore()) {
      Ledger.append(other, "1", new Deposited(1));
      Ledger.append(other, "1", new Deposited(1));
      try (SqlReadModel model = balances(1).follow(other, source, QUICK)) {
        assertThatThrownBy(() -> model.awaitHead(SOON))
            .isInstanceOf(ProjectionFailedException.class)
            .hasRootCauseInstanceOf(CheckpointMismatchException.class);
      }
    }
    assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
  }

  @Test
  void aHandlerSeesWhatWasWrittenBefore() {
    SqlProjection ranks =
        SqlProjection.named("ranks", 1)
            .reading(Ledger.CODEC)
            .table("ranks", "account VARCHAR(50) PRIMARY KEY, place BIGINT NOT NULL")
            .on(
                Named.class,
                (sql, e) -> {
                  long place =
                      sql.queryFirst("SELECT COUNT(*) FROM {ranks}", row -> row.getLong(1))
                          .orElseThrow();
                  sql.row("ranks").key("account", e.streamId()).set("place", place).save();
                })
            .on(
                Withdrawn.class,
                (sql, e) -> sql.row("ranks").key("account", e.streamId()).delete());
    for (int i = 0; i < 20; i++) {
      Ledger.append(store, "n" + i, new Named("x"));
    }
    Ledger.append(store, "n3", new Withdrawn(1));
    try (SqlReadModel model = ranks.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT COUNT(*), MAX(place) FROM ranks")).containsExactly("19|19");
      assertThat(rows("SELECT place FROM ranks WHERE account = 'n19'")).containsExactly("19");
      assertThat(rows("SELECT place FROM ranks WHERE account = 'n3'")).isEmpty();
    }
  }

  @Test
  void valuesOfAllKindsAreWritten() {
    UUID id = UUID.randomUUID();
    Instant at = Instant.parse("2025-01-02T03:04:05.000006Z");
    SqlProjection kinds =
        SqlProjection.named("kinds", 1)
            .reading(Ledger.CODEC)
            .table(
                "kinds",
                dialect ->
                    dialect == Dialect.SQLITE
                        ? "id TEXT PRIMARY KEY, at TEXT, unit TEXT, flag INTEGER, empty TEXT"
                        : "id UUID PRIMARY KEY, at TIMESTAMP(6) WITH TIME ZONE, unit VARCHAR(20),"
                            + " flag BOOLEAN, empty VARCHAR(20)")
            .on(
                Named.class,
                (sql, e) ->
                    sql.row("kinds")
                        .key("id", id)
                        .set("at", at)
                        .set("unit", TimeUnit.DAYS)
                        .set("flag", true)
                        .set("empty", null)
                        .save());
    Ledger.append(store, "1", new Named("x"));
    try (SqlReadModel model = kinds.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT id, unit, flag, empty FROM kinds").getFirst())
          .matches(id + "\\|DAYS\\|(1|true|TRUE|t)\\|null");
      assertThat(count("SELECT COUNT(*) FROM kinds WHERE at < ?", at.plusSeconds(1))).isOne();
      assertThat(count("SELECT COUNT(*) FROM kinds WHERE at < ?", at)).isZero();
    }
  }

  @Test
  void aTableIsAValueAsOfAnInstant() {
    SqlProjection prices =
        SqlProjection.named("prices", 1)
            .reading(Ledger.CODEC)
            .table(
                "prices",
                "item VARCHAR(50) NOT NULL, valid_from BIGINT NOT NULL, cents BIGINT NOT NULL,"
                    + " PRIMARY KEY (item, valid_from)")
            .on(
                Deposited.class,
                (sql, e) ->
                    sql.row("prices")
                        .key("item", e.streamId())
                        .key("valid_from", e.position().value())
                        .set("cents", e.event().cents())
                        .save());
    Ledger.append(store, "pen", new Deposited(100));
    Ledger.append(store, "pen", new Deposited(120));
    Ledger.append(store, "pen", new Deposited(90));
    try (SqlReadModel model = prices.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(
              rows(
                  "SELECT cents FROM prices WHERE item = 'pen' AND valid_from <= 1"
                      + " ORDER BY valid_from DESC LIMIT 1"))
          .containsExactly("120");
    }
  }

  @Test
  void inlineTablesAreCurrentWhenTheAppendReturns() {
    Ledger.append(store, "1", new Deposited(1)); // as after a crash between append and table
    EventStore inline = InlineStore.of(store, balances(1).inline(source));
    assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
    for (int i = 2; i <= 6; i++) {
      Ledger.append(inline, "1", new Deposited(1));
      assertThat(rows("SELECT cents FROM balances")).containsExactly("" + i);
    }
    // a new version is built when the store is wrapped
    SqlProjection other =
        SqlProjection.named("balances", 2)
            .reading(Ledger.CODEC)
            .table("balances", "name VARCHAR(50) PRIMARY KEY, deposits BIGINT NOT NULL")
            .on(
                Deposited.class,
                (sql, e) ->
                    sql.row("balances").key("name", e.streamId()).add("deposits", 1).save());
    EventStore again = InlineStore.of(store, other.inline(source));
    assertThat(rows("SELECT deposits FROM balances")).containsExactly("6");
    Ledger.append(again, "1", new Deposited(1));
    assertThat(rows("SELECT deposits FROM balances")).containsExactly("7");
  }

  @Test
  void unknownTypesArePassedOverAndCounted() {
    store.append("account-1", ExpectedRevision.any(), Event.json("Audited", "{}"));
    Ledger.append(store, "1", new Deposited(1));
    try (SqlReadModel model =
        balances(1).from(Query.category("account")).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
      assertThat(model.unknownEvents()).isOne();
    }
  }

  @Test
  void progressIsTold() {
    var progress = new ConcurrentLinkedQueue<Progress>();
    var applied = new AtomicLong();
    var caughtUp = new CountDownLatch(1);
    SqlProjection watched =
        balances(1)
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void progress(String projection, Progress now) {
                    progress.add(now);
                  }

                  @Override
                  public void applied(
                      String projection, int events, Position position, Duration waited) {
                    applied.addAndGet(events);
                  }

                  @Override
                  public void caughtUp(String projection, Position position) {
                    caughtUp.countDown();
                  }
                });
    for (int i = 0; i < 50; i++) {
      Ledger.append(store, "1", new Deposited(1));
    }
    try (SqlReadModel model = watched.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      await(caughtUp);
      assertThat(applied).hasValue(50);
      assertThat(progress.size()).isGreaterThanOrEqualTo(7);
      assertThat(progress.peek().events()).isEqualTo(7);
      assertThat(progress.peek().timeLeft()).isPositive();
      assertThat(progress.peek().eventsPerSecond()).isPositive();
    }
  }

  @Test
  void snapshotsKeepTheLatest() {
    var snapshots = new JdbcSnapshots(source);
    assertThat(snapshots.latest("account-1")).isEmpty();
    var first = Snapshots.of("account-1", 3, "{\"a\":1}");
    var second = Snapshots.of("account-1", 5, "{\"a\":2}");
    snapshots.save(first);
    assertThat(snapshots.latest("account-1")).contains(first);
    snapshots.save(second);
    snapshots.save(first);
    assertThat(snapshots.latest("account-1")).contains(second);
  }

  @Test
  void snapshotsAreListedByTheirStreams() {
    var snapshots = new JdbcSnapshots(source);
    for (String stream : List.of("a\ud83d\ude001", "a\ud83d\ude002", "b%1")) {
      snapshots.save(Snapshots.of(stream, 3, "{}"));
    }
    assertThat(snapshots.streams("a\ud83d\ude00"))
        .containsExactlyInAnyOrder("a\ud83d\ude001", "a\ud83d\ude002");
    assertThat(snapshots.streams("b%")).containsExactly("b%1");
    assertThat(snapshots.streams("%")).isEmpty();
    assertThat(snapshots.streams("A")).isEmpty();
    snapshots.delete("b%1");
    assertThat(snapshots.streams("")).hasSize(2);
  }

  @Test
  void aNumberIsAddedWhereNoneWasYet() {
    SqlProjection sums =
        SqlProjection.named("sums", 1)
            .reading(Ledger.CODEC)
            .table("sums", "account VARCHAR(50) PRIMARY KEY, cents BIGINT, owner VARCHAR(50)")
            .on(
                Named.class,
                (sql, e) ->
                    sql.row("sums")
                        .key("account", e.streamId())
                        .set("owner", e.event().owner())
                        .save())
            .on(
                Deposited.class,
                (sql, e) ->
                    sql.row("sums")
                        .key("account", e.streamId())
                        .add("cents", e.event().cents())
                        .save());
    Ledger.append(store, "1", new Named("Ada"), new Deposited(5), new Deposited(6));
    try (SqlReadModel model = sums.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents, owner FROM sums")).containsExactly("1|11|Ada");
    }
  }

  @Test
  void whatIsQuotedIsNotTakenForATable() {
    SqlProjection notes =
        SqlProjection.named("notes", 1)
            .reading(Ledger.CODEC)
            .table("notes", "account VARCHAR(50) PRIMARY KEY, note VARCHAR(50) DEFAULT '{none}'")
            .on(
                Named.class,
                (sql, e) ->
                    sql.update(
                        "INSERT INTO {notes} (account, note) VALUES (?, 'it''s {notes}')",
                        e.streamId()))
            .on(
                Deposited.class,
                (sql, e) -> sql.update("INSERT INTO {notes} (account) VALUES (?)", e.streamId()));
    Ledger.append(store, "1", new Named("Ada"));
    Ledger.append(store, "2", new Deposited(5));
    try (SqlReadModel model = notes.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT note FROM notes ORDER BY account"))
          .containsExactly("it's {notes}", "{none}");
    }
  }

  @Test
  void aPoolMayHandOutConnectionsInATransaction() {
    DataSource pool =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (_, _, _) -> inTransaction(source.getConnection()));
    Ledger.append(store, "1", new Deposited(5));
    try (SqlReadModel model = balances(1).follow(store, pool, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("5");
    }
  }

  /** As some pools are set up: what was not committed when it is given back is undone. */
  private static Connection inTransaction(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    return (Connection)
        Proxy.newProxyInstance(
            TablesSuite.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, args) -> {
              if (method.getName().equals("close") && !connection.getAutoCommit()) {
                connection.rollback();
              }
              try {
                return method.invoke(connection, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private long count(String sql, Object value) {
    Database database = Database.open(source);
    return database
        .with("test", c -> database.query(c, sql, row -> row.getLong(1), value))
        .getFirst();
  }

  /** Snapshots to keep. */
  private static final class Snapshots {
    static io.daybook.eventsourcing.snapshot.Snapshot of(
        String stream, long revision, String json) {
      return new io.daybook.eventsourcing.snapshot.Snapshot(
          stream,
          new io.daybook.eventstore.Revision(revision),
          UUID.randomUUID(),
          "shape:1",
          io.daybook.eventstore.Payload.json(json));
    }
  }

  @Test
  void statementsThatAreAllDifferentAreNotAllKeptOpen() {
    SqlProjection careless =
        SqlProjection.named("careless", 1)
            .reading(Ledger.CODEC)
            .table("moves", "cents BIGINT NOT NULL")
            .on(
                Deposited.class,
                (sql, e) ->
                    sql.update("INSERT INTO {moves} (cents) VALUES (" + e.event().cents() + ")"));
    for (int i = 0; i < 3_000; i++) {
      Ledger.append(store, "1", new Deposited(i));
    }
    var watched = new FaultyDataSource(source, 1, 0);
    try (SqlReadModel model = careless.follow(store, watched, SqlFollowing.standard())) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT COUNT(*), SUM(cents) FROM moves")).containsExactly("3000|4498500");
      assertThat(watched.mostOpenStatements()).isBetween(1, 300);
    }
  }

  @Test
  void aModelIsClosedWithItsStore() {
    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      store.close();
      assertThat(model.status()).isEqualTo(ReadModel.Status.CLOSED);
    }
  }
}
