package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionTimeoutException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import io.daybook.jdbc.Ledger.Withdrawn;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * How builds of tables take each other's place, and what stands still meanwhile, on one database.
 */
abstract class BuildsSuite extends DatabaseSuite {
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
    Ledger.append(store, "1", new Deposited(4));
    try (SqlReadModel model = other.follow(store, source, QUICK)) {
      model.awaitHead(SOON); // which the old one does not reach, for nobody leads it
      assertThat(rows("SELECT name, deposits FROM balances")).containsExactly("1|3");
    }
    assertThat(rows("SELECT version, state FROM daybook_builds WHERE name = 'balances'"))
        .containsExactly("2|ACTIVE");
    assertThatThrownBy(() -> rows("SELECT * FROM moves")).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> rows("SELECT * FROM balances__1")).isInstanceOf(SQLException.class);
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
  void effectsAreDoneOnceAndNotByARebuild() throws Exception {
    var mails = new LinkedBlockingQueue<String>();
    SqlProjection mailing =
        balances(1).effect(Deposited.class, e -> mails.add("mail " + e.event().cents()));
    Ledger.append(store, "1", new Deposited(1), new Withdrawn(1), new Deposited(2));
    try (SqlReadModel model = mailing.follow(store, source, QUICK)) {
      model.awaitHead(SOON);
      model.rebuild();
      model.reset();
      model.awaitHead(SOON);
      Ledger.append(store, "1", new Deposited(3));
      for (int i = 1; i <= 3; i++) {
        assertThat(mails.poll(60, TimeUnit.SECONDS)).isEqualTo("mail " + i);
      }
    }
    try (SqlReadModel model = mailing.follow(store, source, QUICK)) {
      Ledger.append(store, "1", new Deposited(4));
      model.awaitHead(SOON);
      assertThat(mails.poll(60, TimeUnit.SECONDS)).isEqualTo("mail 4");
    }
    assertThat(mails).isEmpty();
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
  void nobodyComesInBetweenWhileAResetTakesLong() throws Exception {
    Ledger.append(store, "1", new Deposited(1));
    var slow = new FaultyDataSource(source, 1, 0);
    try (SqlReadModel model = balances(1).follow(store, slow, QUICK)) {
      model.awaitHead(SOON);
      slow.stall("DELETE FROM moves__1");
      var reset = new FutureTask<>(model::reset, true);
      Thread.ofPlatform().start(reset);
      slow.awaitStalled();
      // to another it looks as if nobody had renewed the lease
      var clock = new AtomicLong();
      var other = new JdbcLeases(Database.open(source), "other", Duration.ofSeconds(3), clock::get);
      assertThat(other.acquire("balances/builds")).isEmpty();
      clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
      var taking = new FutureTask<>(() -> other.acquire("balances/builds"));
      Thread.ofPlatform().start(taking);
      pause(100); // it waits by then, or has taken it
      slow.goOn();
      join(reset);
      assertThat(taking.get(60, TimeUnit.SECONDS)).isEmpty();
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("1");
    } finally {
      slow.goOn();
    }
  }

  /** One that has caught up does not ask again and again whether the others have. */
  @Test
  void nobodyLooksAllTheTimeForWhatOthersStillBuild() throws Exception {
    var stall = new Stall();
    var heard = new Heard();
    var counting = new FaultyDataSource(source, 1, 0);
    SqlProjection stalling = stallingAtNames(stall).partitions(2).watchedBy(heard);
    for (int i = 0; i < 10; i++) {
      Ledger.append(store, "" + i, new Deposited(5));
    }
    Ledger.append(store, "1", new Named("Ada"));
    for (int i = 0; i < 30; i++) { // too many to be nearly there
      Ledger.append(store, "1", Collections.nCopies(100, new Deposited(0)).toArray(Ledger[]::new));
    }
    var rarely = SqlFollowing.standard().withLease(Duration.ofHours(1));
    try (SqlReadModel model = stalling.follow(store, counting, rarely);
        stall) {
      model.awaitHead(SOON);
      stall.arm();
      int before = heard.caughtUp();
      var rebuild = started(model::rebuild);
      stall.awaitReached();
      heard.until(() -> heard.caughtUp() > before);
      pause(100); // for the looks that it leads to
      counting.count("SELECT paused");
      pause(200);
      assertThat(counting.counted()).isLessThan(3);
      stall.goOn();
      join(rebuild);
      assertThat(rows("SELECT SUM(cents) FROM balances")).containsExactly("50");
    }
  }

  @Test
  void aRebuildThatAResetGivesUpEnds() throws Exception {
    var stall = new Stall();
    SqlProjection stalling = stallingAtNames(stall);
    Ledger.append(store, "1", new Deposited(5), new Named("Ada"));
    try (SqlReadModel model = stalling.follow(store, source, QUICK);
        stall) {
      model.awaitHead(SOON);
      stall.arm();
      var rebuild = started(model::rebuild);
      stall.awaitReached();
      var reset = started(model::reset);
      assertThatThrownBy(() -> rebuild.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ProjectionFailedException.class)
          .hasMessageContaining("given up");
      stall.goOn();
      join(reset);
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM balances")).containsExactly("5");
    }
  }

  @Test
  void whatIsReadIsReplacedAlsoIfThatFailsAtFirst() {
    var factor = new AtomicInteger(1);
    SqlProjection scaled =
        SqlProjection.named("scaled", 1)
            .reading(Ledger.CODEC)
            .table(
                "other", "id BIGINT PRIMARY KEY") // its view comes first, and ends what H2 undoes
            .table("scaled", "account VARCHAR(50) PRIMARY KEY, cents BIGINT NOT NULL")
            .on(
                Deposited.class,
                (sql, _) ->
                    sql.row("scaled").key("account", "all").add("cents", factor.get()).save());
    Ledger.append(store, "1", new Deposited(1));
    var faulty = new FaultyDataSource(source, 1, 0);
    try (SqlReadModel model = scaled.follow(store, faulty, QUICK)) {
      model.awaitHead(SOON);
      factor.set(10);
      faulty.trap("VIEW scaled AS", 1);
      model.rebuild();
      assertThat(rows("SELECT cents FROM scaled")).containsExactly("10");
      Ledger.append(store, "1", new Deposited(1));
      model.awaitHead(SOON);
      assertThat(rows("SELECT cents FROM scaled")).containsExactly("20");
    }
    assertThat(rows("SELECT build, state FROM daybook_builds")).containsExactly("2|ACTIVE");
  }
}
