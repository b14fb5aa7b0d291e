package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ProjectionTimeoutException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What read models in tables promise, on one database. */
@Timeout(120)
abstract class ReadModelSuite {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final SqlFollowing QUICK =
      SqlFollowing.standard().withLease(Duration.ofMillis(200)).withBatchEvents(7);

  private final EventStore store = new InMemoryStore();
  private DataSource source;

  abstract DataSource newDatabase() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    source = newDatabase();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private static SqlProjection balances(int version) {
    return SqlProjection.named("balances", version)
        .reading(Ledger.CODEC, "account")
        .table(
            "balances", "account VARCHAR(50) PRIMARY KEY, cents BIGINT NOT NULL, owner VARCHAR(50)")
        .table("moves", "account VARCHAR(50) NOT NULL, cents BIGINT NOT NULL")
        .define("CREATE INDEX {moves_by_account} ON {moves} (account)")
        .on(Deposited.class, (sql, e) -> move(sql, e.streamId(), e.event().cents()))
        .on(Withdrawn.class, (sql, e) -> move(sql, e.streamId(), -e.event().cents()))
        .on(
            Named.class,
            (sql, e) ->
                sql.row("balances")
                    .key("account", e.streamId())
                    .set("owner", e.event().owner())
                    .add("cents", 0)
                    .save());
  }

  private static void move(Sql sql, String account, long cents) {
    sql.row("balances").key("account", account).add("cents", cents).save();
    sql.update("INSERT INTO {moves} (account, cents) VALUES (?, ?)", account, cents);
  }

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
  void aNewVersionIsBuiltBesideAndTakesThePlace() {
    Ledger.append(store, "1", new Deposited(3), new Deposited(4));
    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
    }
    SqlProjection other =
        SqlProjection.named("balances", 2)
            .reading(Ledger.CODEC)
            .table("balances", "name VARCHAR(50) PRIMARY KEY, deposits BIGINT NOT NULL")
            .on(
                Deposited.class,
                (sql, e) ->
                    sql.row("balances").key("name", e.streamId()).add("deposits", 1).save());
    try (SqlReadModel model = other.follow(store, source, QUICK)) {
      awaitRows("SELECT * FROM balances", "1|2");
      Ledger.append(store, "1", new Deposited(4));
      model.awaitHead(SOON);
      assertThat(rows("SELECT name, deposits FROM balances")).containsExactly("1|3");
      awaitRows("SELECT version, state FROM daybook_builds WHERE name = 'balances'", "2|ACTIVE");
      assertThatThrownBy(() -> rows("SELECT * FROM moves")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> rows("SELECT * FROM balances__1")).isInstanceOf(SQLException.class);
    }
    assertThatThrownBy(() -> balances(1).follow(store, source, QUICK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void aRebuildGoesOnWhileEventsComeAndReadersSeeAllOrNothing() throws Exception {
    var factor = new AtomicInteger(1);
    SqlProjection scaled =
        SqlProjection.named("scaled", 1)
            .reading(Ledger.CODEC)
            .table("scaled", "account VARCHAR(50) PRIMARY KEY, cents BIGINT NOT NULL")
            .on(
                Deposited.class,
                (sql, e) ->
                    sql.row("scaled").key("account", "all").add("cents", factor.get()).save());
    for (int i = 0; i < 200; i++) {
      Ledger.append(store, "" + i % 5, new Deposited(1));
    }
    try (SqlReadModel model = scaled.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      var running = new AtomicBoolean(true);
      var seen = new ConcurrentLinkedQueue<Long>();
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                while (running.get()) {
                  Ledger.append(store, "w", new Deposited(1));
                  pause(2);
                }
              });
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                while (running.get()) {
                  rows("SELECT cents FROM scaled").forEach(r -> seen.add(Long.parseLong(r)));
                }
              });
      model.rebuild();
      factor.set(1);
      model.rebuild();
      running.set(false);
      writer.join();
      reader.join();
      model.awaitHead(SOON);
      long expected = store.head().value() + 1;
      assertThat(rows("SELECT cents FROM scaled")).containsExactly("" + expected);
      assertThat(List.copyOf(seen)).isNotEmpty().isSorted();
      assertThat(seen.peek()).isGreaterThanOrEqualTo(200);
      assertThat(rows("SELECT build, state FROM daybook_builds WHERE name = 'scaled'"))
          .containsExactly("3|ACTIVE");
    }
  }

  @Test
  void aRebuildThatFailsLeavesTheOldAsItWas() {
    var broken = new AtomicBoolean();
    SqlProjection fragile =
        balances(1)
            .on(
                Named.class,
                (_, _) -> {
                  if (broken.get()) {
                    throw new IllegalStateException("handler broke");
                  }
                });
    Ledger.append(store, "1", new Deposited(5), new Named("Ada"));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      broken.set(true);
      assertThatThrownBy(model::rebuild)
          .isInstanceOf(ProjectionFailedException.class)
          .hasRootCauseMessage("handler broke");
      assertThat(rows("SELECT account, cents, owner FROM balances")).containsExactly("1|5|Ada");
      Ledger.append(store, "1", new Deposited(5));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("10");
      broken.set(false);
      model.rebuild();
      assertThat(rows("SELECT cents FROM balances")).containsExactly("10");
    }
  }

  @Test
  void effectsAreDoneOnceAndNotByARebuild() {
    var mails = new ConcurrentLinkedQueue<String>();
    SqlProjection mailing =
        balances(1).effect(Deposited.class, e -> mails.add("mail " + e.event().cents()));
    Ledger.append(store, "1", new Deposited(1), new Withdrawn(1), new Deposited(2));
    try (SqlReadModel model = mailing.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      model.rebuild();
      model.reset();
      model.awaitHead(SOON);
      Ledger.append(store, "1", new Deposited(3));
      awaitThat(() -> mails.size() >= 3);
    }
    try (SqlReadModel model = mailing.follow(store, source, QUICK)) {
      Ledger.append(store, "1", new Deposited(4));
      model.awaitHead(SOON);
      awaitThat(() -> mails.size() >= 4);
    }
    assertThat(mails).containsExactly("mail 1", "mail 2", "mail 3", "mail 4");
  }

  @Test
  void pausingHoldsThroughARestart() {
    Ledger.append(store, "1", new Deposited(1));
    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      model.pause();
      Ledger.append(store, "1", new Deposited(1));
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      assertThat(model.lag()).isOne();
      assertThat(model.lagTime()).isPositive();
      assertThatThrownBy(() -> model.awaitHead(Duration.ofMillis(30)))
          .isInstanceOf(ProjectionTimeoutException.class);
    }
    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
      model.resume();
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("2");
    }
  }

  @Test
  void aResetBeginsAnew() {
    Ledger.append(store, "1", new Deposited(1), new Deposited(2));
    try (SqlReadModel model = balances(1).follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      try (var connection = source.getConnection();
          var statement = connection.createStatement()) {
        statement.execute("UPDATE balances__1 SET cents = 99");
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
      model.reset();
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("3");
      assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("2");
    }
  }

  @Test
  void aFailureStopsAndIsResumed() {
    var broken = new AtomicBoolean(true);
    SqlProjection fragile =
        balances(1)
            .on(
                Named.class,
                (sql, _) -> {
                  if (broken.get()) {
                    sql.update("INSERT INTO {moves} (account, cents) VALUES (NULL, 0)");
                  }
                });
    Ledger.append(store, "1", new Deposited(5), new Deposited(6), new Named("Ada"));
    Ledger.append(store, "2", new Deposited(7));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      assertThatThrownBy(() -> model.awaitHead(SOON))
          .isInstanceOf(ProjectionFailedException.class)
          .hasMessageContaining("balances");
      awaitThat(() -> model.status() == ReadModel.Status.FAILED);
      assertThat(model.failure().orElseThrow()).hasMessageContaining("position 2");
      assertThat(rows("SELECT account, cents FROM balances")).containsExactly("1|11");
      broken.set(false);
      model.resume();
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY 1"))
          .containsExactly("1|11", "2|7");
      awaitThat(() -> model.status() == ReadModel.Status.LIVE);
    }
  }

  @Test
  void poisonIsParkedAndLaterEventsOfItsKeyWait() {
    var broken = new AtomicBoolean(true);
    var parked = new AtomicInteger();
    var retries = new AtomicInteger();
    SqlProjection fragile =
        balances(1)
            .on(
                Withdrawn.class,
                (_, e) -> {
                  if (broken.get() && e.event().cents() == 13) {
                    throw new IllegalStateException("unlucky \"13\"");
                  }
                })
            .onFailure(
                FailurePolicy.park()
                    .withAttempts(3)
                    .withPauses(Duration.ofMillis(1), Duration.ofMillis(2)))
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void parked(
                      String projection,
                      io.daybook.eventstore.RecordedEvent event,
                      Throwable cause) {
                    parked.incrementAndGet();
                  }

                  @Override
                  public void retrying(
                      String projection,
                      io.daybook.eventstore.RecordedEvent event,
                      int failures,
                      Duration pause,
                      Throwable cause) {
                    retries.incrementAndGet();
                  }
                });
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    Ledger.append(store, "2", new Deposited(50));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT account, cents FROM balances ORDER BY 1"))
          .containsExactly("1|100", "2|50");
      List<DeadLetter> letters = model.deadLetters().list();
      assertThat(letters).hasSize(2);
      assertThat(letters.getFirst().error()).contains("unlucky \"13\"");
      assertThat(letters.getFirst().attempts()).isEqualTo(3);
      assertThat(letters.getFirst().position()).isEqualTo(new Position(1));
      assertThat(letters.getLast().waits()).isTrue();
      assertThat(parked).hasValue(1);
      assertThat(retries).hasValue(2);

      // still broken: it stays
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(model.deadLetters().list().getFirst().attempts()).isOne();
      assertThat(model.deadLetters().list()).hasSize(2);

      broken.set(false);
      Ledger.append(store, "1", new Deposited(1));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("100");
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("89");
      assertThat(model.deadLetters().list()).isEmpty();
      Ledger.append(store, "1", new Deposited(1));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("90");
      assertThat(rows("SELECT COUNT(*) FROM moves WHERE account = '1'")).containsExactly("5");
    }
    // nothing of it is done again, by a restart or a rebuild
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("90");
      model.rebuild();
      assertThat(rows("SELECT cents FROM balances WHERE account = '1'")).containsExactly("90");
    }
  }

  @Test
  void aDiscardedEventIsNotHandledAndThoseBehindItAre() {
    SqlProjection fragile =
        balances(1)
            .on(
                Withdrawn.class,
                (_, _) -> {
                  throw new IllegalStateException("never");
                })
            .onFailure(FailurePolicy.park().withAttempts(1));
    Ledger.append(store, "1", new Deposited(100), new Withdrawn(13), new Deposited(1));
    try (SqlReadModel model = fragile.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      List<DeadLetter> letters = model.deadLetters().list();
      assertThatThrownBy(() -> model.deadLetters().replay(letters.getLast().eventId()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("waits behind");
      model.deadLetters().discard(letters.getFirst().eventId());
      awaitRows("SELECT cents FROM balances", "101");
      assertThat(model.deadLetters().list()).isEmpty();
      assertThatThrownBy(() -> model.deadLetters().discard(letters.getFirst().eventId()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @RepeatedTest(3)
  void eachEventCountsOnceWhateverFails() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    var expected = new TreeMap<String, Long>();
    long events = 0;
    var broken = new AtomicBoolean(true);
    SqlProjection fragile =
        balances(1)
            .partitions(2)
            .on(
                Withdrawn.class,
                (_, e) -> {
                  if (broken.get() && e.event().cents() == 13) {
                    throw new IllegalStateException("unlucky");
                  }
                })
            .onFailure(
                FailurePolicy.park()
                    .withAttempts(2)
                    .withPauses(Duration.ofMillis(1), Duration.ofMillis(1)));
    SqlFollowing following = QUICK.withLease(Duration.ofMillis(40));
    for (int round = 0; round < 6; round++) {
      var faulty = new FaultyDataSource(source, random.nextLong(), 0.02);
      SqlReadModel model;
      try {
        model = fragile.follow(store, faulty, following);
      } catch (SqlFailedException _) {
        continue; // it failed before it began; the next round goes on
      }
      for (int i = 0; i < 30; i++) {
        String account = "" + random.nextInt(6);
        long cents = 10L + random.nextInt(8);
        boolean withdraws = random.nextInt(3) == 0;
        Ledger.append(store, account, withdraws ? new Withdrawn(cents) : new Deposited(cents));
        expected.merge(account, withdraws ? -cents : cents, Long::sum);
        events++;
        if (random.nextInt(8) == 0) {
          pause(random.nextInt(15));
        }
      }
      if (random.nextBoolean()) {
        DeadLetters.of(store, "balances", 1).replayAll();
      }
      if (random.nextBoolean()) {
        pause(random.nextInt(60));
      }
      faulty.die();
      model.close();
    }
    broken.set(false);
    try (SqlReadModel model = fragile.follow(store, source, following)) {
      model.awaitHead(SOON);
      awaitThat(() -> {
        model.await(model.deadLetters().replayAll(), SOON);
        return model.deadLetters().list().isEmpty();
      });
      var actual = new TreeMap<String, Long>();
      rows("SELECT account, cents FROM balances")
          .forEach(r -> actual.put(r.split("\\|", -1)[0], Long.parseLong(r.split("\\|", -1)[1])));
      assertThat(actual).as("seed " + seed).isEqualTo(expected);
      assertThat(rows("SELECT COUNT(*) FROM moves"))
          .as("seed " + seed)
          .containsExactly("" + events);
    }
  }

  @Test
  void whoLostItsLeaseCannotWrite() throws Exception {
    var inHandler = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var stall = new AtomicBoolean(true);
    var lost = new CountDownLatch(1);
    SqlProjection stalling =
        balances(1)
            .on(
                Named.class,
                (_, _) -> {
                  if (stall.getAndSet(false)) {
                    inHandler.countDown();
                    await(goOn);
                  }
                })
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void owned(String projection, boolean owned) {
                    if (!owned) {
                      lost.countDown();
                    }
                  }
                });
    Ledger.append(store, "1", new Deposited(1), new Named("Ada"), new Deposited(2));
    // its beats do not reach the database, as if the whole process stood still
    var cut = new FaultyDataSource(source, 1, 0);
    SqlReadModel first = stalling.follow(store, cut, QUICK);
    assertThat(inHandler.await(60, TimeUnit.SECONDS)).isTrue();
    cut.die();
    try (SqlReadModel second = balances(1).follow(store, source, QUICK)) {
      second.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("3");
      cut.revive();
      goOn.countDown();
      assertThat(lost.await(60, TimeUnit.SECONDS)).isTrue();
      Ledger.append(store, "1", new Deposited(3));
      second.awaitHead(SOON);
      first.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("6");
      assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("3");
    } finally {
      first.close();
    }
  }

  @Test
  void instancesShareThePartitionsAndReplaceEachOther() {
    SqlProjection shared = balances(1).partitions(4);
    SqlReadModel first = shared.follow(store, source, QUICK);
    assertThat(first.ownedPartitions()).isEqualTo(4);
    SqlReadModel second = shared.follow(store, source, QUICK);
    awaitThat(() -> first.ownedPartitions() == 2 && second.ownedPartitions() == 2);
    for (int i = 0; i < 40; i++) {
      Ledger.append(store, "" + i, new Deposited(i));
    }
    first.awaitHead(SOON);
    second.awaitHead(SOON);
    assertThat(rows("SELECT COUNT(*), SUM(cents) FROM balances")).containsExactly("40|780");
    assertThat(rows("SELECT COUNT(*) FROM moves")).containsExactly("40");

    first.close();
    awaitThat(() -> second.ownedPartitions() == 4);
    Ledger.append(store, "0", new Deposited(1));
    second.awaitHead(SOON);
    assertThat(rows("SELECT SUM(cents) FROM balances")).containsExactly("781");
    second.close();
    assertThat(second.status()).isEqualTo(ReadModel.Status.CLOSED);
    Ledger.append(store, "0", new Deposited(1));
    assertThatThrownBy(() -> second.awaitHead(SOON)).isInstanceOf(ProjectionClosedException.class);
  }

  @Test
  void theOwnerThatDiedIsReplaced() {
    var dying = new FaultyDataSource(source, 1, 0);
    SqlReadModel first = balances(1).follow(store, dying, QUICK);
    Ledger.append(store, "1", new Deposited(1));
    first.awaitHead(SOON);
    dying.die();
    try (SqlReadModel second = balances(1).follow(store, source, QUICK)) {
      Ledger.append(store, "1", new Deposited(1));
      second.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("2");
    }
    first.close();
  }

  @Test
  void theNumberOfPartitionsIsPartOfTheVersion() {
    balances(1).follow(store, source, QUICK).close();
    assertThatThrownBy(() -> balances(1).partitions(2).follow(store, source, QUICK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("raise its version");
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
  void leasesAreFenced() {
    var clock = new AtomicLong();
    Database database = Database.open(source);
    var one = new JdbcLeases(database, "one", Duration.ofSeconds(3), clock::get);
    var two = new JdbcLeases(database, "two", Duration.ofSeconds(3), clock::get);
    Lease held = one.acquire("work").orElseThrow();
    assertThat(two.acquire("work")).isEmpty();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(two.acquire("work")).isEmpty();
    assertThat(one.renew(held)).isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(two.acquire("work")).as("it was renewed").isEmpty();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(3));
    Lease taken = two.acquire("work").orElseThrow();
    assertThat(taken.token()).isGreaterThan(held.token());
    assertThat(one.renew(held)).isFalse();
    one.release(held);
    assertThat(two.renew(taken)).isTrue();

    var checkpoints = new JdbcCheckpoints(source);
    checkpoints.save("work", store.checkpointAt(new Position(1)), taken);
    assertThatThrownBy(() -> checkpoints.save("work", store.checkpointAt(new Position(9)), held))
        .isInstanceOf(LeaseLostException.class);
    assertThat(checkpoints.load("work")).contains(store.checkpointAt(new Position(1)));
    checkpoints.save("work", store.checkpointAt(new Position(2)));
    assertThat(checkpoints.load("work")).contains(store.checkpointAt(new Position(2)));
    assertThat(checkpoints.load("other")).isEmpty();
    two.release(taken);
    assertThat(one.acquire("work")).isPresent();
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

  private List<String> rows(String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      var rows = new ArrayList<String>();
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row));
      }
      return rows;
    } catch (SQLException e) {
      throw ReadModelSuite.<RuntimeException>sneaky(e);
    }
  }

  private long count(String sql, Object value) {
    Database database = Database.open(source);
    return database
        .with("test", c -> database.query(c, sql, row -> row.getLong(1), value))
        .getFirst();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E sneaky(Throwable e) throws E {
    throw (E) e;
  }

  private void awaitRows(String sql, String... expected) {
    awaitThat(() -> {
      try {
        return rows(sql).equals(List.of(expected));
      } catch (RuntimeException e) {
        return false;
      }
    });
  }

  /** What other threads lead to without telling. */
  private static void awaitThat(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      pause(5);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
}
