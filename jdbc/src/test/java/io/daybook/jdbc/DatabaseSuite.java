package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.subscription.BuildId;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jdbc.Ledger.Deposited;
import io.daybook.jdbc.Ledger.Named;
import io.daybook.jdbc.Ledger.Withdrawn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A store, an empty database, and a projection into it. */
@Timeout(120)
abstract class DatabaseSuite {
  static final Duration SOON = Duration.ofSeconds(60);
  static final SqlFollowing QUICK =
      SqlFollowing.standard().withLease(Duration.ofMillis(200)).withBatchEvents(7);

  final EventStore store = new InMemoryStore();
  DataSource source;

  abstract DataSource newDatabase() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    source = newDatabase();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  static SqlProjection balances(int version) {
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

  /** What the first build in the database has parked, also if nothing follows. */
  DeadLetters firstBuild() {
    return DeadLetters.of(store, "balances", new BuildId(Database.open(source).id(), 1));
  }

  private static void move(Sql sql, String account, long cents) {
    sql.row("balances").key("account", account).add("cents", cents).save();
    sql.update("INSERT INTO {moves} (account, cents) VALUES (?, ?)", account, cents);
  }

  /** What a query gives; H2 is asked again if it was in the middle of replacing a view. */
  List<String> rows(String sql) {
    try {
      return rowsNow(sql);
    } catch (SQLException e) {
      if (!e.getClass().getName().startsWith("org.h2")) {
        throw DatabaseSuite.<RuntimeException>sneaky(e);
      }
    }
    try {
      return rowsNow(sql);
    } catch (SQLException e) {
      throw DatabaseSuite.<RuntimeException>sneaky(e);
    }
  }

  private List<String> rowsNow(String sql) throws SQLException {
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
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E sneaky(Throwable e) throws E {
    throw (E) e;
  }

  /** The same, and whoever sees a name comes by a place where it may have to stand still. */
  static SqlProjection stallingAtNames(Stall stall) {
    return balances(1).on(Named.class, (_, _) -> stall.pass());
  }

  /** Does work on a thread of its own. */
  static FutureTask<Boolean> started(Runnable work) {
    var task = new FutureTask<>(work, true);
    Thread.ofVirtual().start(task);
    return task;
  }

  /** Waits until work is done, and throws what it threw. */
  static void join(Future<?> work)
      throws ExecutionException, TimeoutException, InterruptedException {
    var _ = work.get(60, TimeUnit.SECONDS);
  }

  /** Lets others be faster, or not. */
  static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
