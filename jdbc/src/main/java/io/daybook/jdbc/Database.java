package io.daybook.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database with Daybook's own tables in it. May be used by any number of threads. */
final class Database {
  private static final int ATTEMPTS_TO_CREATE = 5;

  /** The state that says so in H2 and PostgreSQL; SQLite has one writer, who sees all. */
  private static final String DUPLICATE_KEY = "23505";

  private final DataSource source;
  private final Dialect dialect;

  /** SQLite has one writer: waiting here is quicker and fairer than its own waiting. */
  private final @Nullable ReentrantLock writing;

  private volatile @Nullable String id;

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<R> {
    R apply(Connection connection) throws SQLException;
  }

  /** What is made of a row. */
  @FunctionalInterface
  interface Reading<R> {
    R apply(ResultSet row) throws SQLException;
  }

  private Database(DataSource source, Dialect dialect) {
    this.source = source;
    this.dialect = dialect;
    this.writing = dialect == Dialect.SQLITE ? new ReentrantLock(true) : null;
  }

  /**
   * Opens a database, and creates the tables that are missing.
   *
   * @throws IllegalArgumentException if it is of an unknown kind, or SQLite in memory
   */
  static Database open(DataSource source) {
    Objects.requireNonNull(source, "dataSource");
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(true); // a pool may hand it out in a transaction
      Dialect dialect = Dialect.of(connection);
      if (dialect == Dialect.SQLITE) {
        requireFile(connection);
      }
      dialect.prepare(connection);
      var database = new Database(source, dialect);
      database.createTables(connection);
      return database;
    } catch (SQLException e) {
      throw new SqlFailedException("the database cannot be opened", e);
    }
  }

  private static void requireFile(Connection connection) throws SQLException {
    for (String file :
        select(connection, "PRAGMA database_list", row -> String.valueOf(row.getString("file")))) {
      if (file.isEmpty()) {
        throw new IllegalArgumentException(
            "an SQLite database in memory is another one for each connection; give it a file");
      }
    }
  }

  private void createTables(Connection connection) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try (Statement statement = connection.createStatement()) {
        for (String definition : Schema.definitions(dialect)) {
          statement.execute(definition);
        }
        return;
      } catch (SQLException e) {
        // two who create the same table at the same moment may get in each other's way
        if (attempt == ATTEMPTS_TO_CREATE) {
          throw e;
        }
      }
    }
  }

  Dialect dialect() {
    return dialect;
  }

  /** What no other database has, but for a copy of it; made when it is first asked for. */
  String id() {
    String known = id;
    if (known == null) {
      known =
          inserting(
              "the database's id cannot be read",
              connection -> {
                var _ =
                    update(
                        connection,
                        "INSERT INTO daybook_database (one, id) SELECT 1, ?"
                            + " WHERE NOT EXISTS (SELECT 1 FROM daybook_database)",
                        UUID.randomUUID().toString());
                return query(connection, "SELECT id FROM daybook_database", row -> row.getString(1))
                    .getFirst();
              });
      id = known;
    }
    return known;
  }

  Connection connect() throws SQLException {
    Connection connection = source.getConnection();
    try {
      connection.setAutoCommit(true);
      dialect.prepare(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Begins a transaction that writes; {@link #end} follows in any case. */
  void begin(Connection connection, Duration longestStall) throws SQLException {
    ReentrantLock lock = writing;
    if (lock != null) {
      lock.lock();
    }
    try {
      connection.setAutoCommit(false);
      String first = dialect.beginning(longestStall);
      if (first != null) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(first);
        }
      }
    } catch (SQLException e) {
      end(connection);
      throw e;
    }
  }

  /** Ends a transaction, and undoes what is not committed. */
  void end(Connection connection) {
    end(connection, false);
  }

  private void end(Connection connection, boolean committed) {
    try {
      try {
        if (!committed) {
          connection.rollback();
        }
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException _) {
      // the connection is of no use any more, and what it has done is undone with it
    } finally {
      ReentrantLock lock = writing;
      if (lock != null && lock.isHeldByCurrentThread()) {
        lock.unlock();
      }
    }
  }

  /** Commits a transaction, and ends it in any case. */
  void commit(Connection connection) throws SQLException {
    boolean committed = false;
    try {
      connection.commit();
      committed = true;
    } finally {
      end(connection, committed);
    }
  }

  /** Does the work in a transaction, on a connection of its own. */
  <R> R inTransaction(String what, Work<R> work) {
    return with(
        what,
        connection -> {
          begin(connection, Duration.ofSeconds(30));
          boolean committed = false;
          try {
            R result = work.apply(connection);
            connection.commit();
            committed = true;
            return result;
          } finally {
            end(connection, committed);
          }
        });
  }

  /**
   * Does work in a transaction that inserts a row where there is none: again if another inserted
   * that row at the same moment, which is then there.
   */
  <R> R inserting(String what, Work<R> work) {
    try {
      return inTransaction(what, work);
    } catch (SqlFailedException e) {
      if (!DUPLICATE_KEY.equals(e.sqlException().getSQLState())) {
        throw e;
      }
      return inTransaction(what, work);
    }
  }

  /** Does the work on a connection of its own, each statement by itself. */
  <R> R with(String what, Work<R> work) {
    // drivers close files and sockets of a thread that is interrupted: it stays so, but after this
    boolean interrupted = Thread.interrupted();
    try (Connection connection = connect()) {
      return work.apply(connection);
    } catch (SQLException e) {
      throw new SqlFailedException(what, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Does the work, one statement that writes, on a connection of its own. */
  <R> R write(String what, Work<R> work) {
    ReentrantLock lock = writing;
    if (lock != null) {
      lock.lock();
    }
    try {
      return with(what, work);
    } finally {
      if (lock != null) {
        lock.unlock();
      }
    }
  }

  /** How many rows the statement changed. */
  int update(Connection connection, String sql, @Nullable Object... args) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, args);
      return statement.executeUpdate();
    }
  }

  <R> List<R> query(Connection connection, String sql, Reading<R> reading, @Nullable Object... args)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, args);
      return rows(statement.executeQuery(), reading);
    }
  }

  void bind(PreparedStatement statement, @Nullable Object... args) throws SQLException {
    for (int i = 0; i < args.length; i++) {
      dialect.bind(statement, i + 1, args[i]);
    }
  }

  private static <R> List<R> select(Connection connection, String sql, Reading<R> reading)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return rows(statement.executeQuery(sql), reading);
    }
  }

  static <R> List<R> rows(ResultSet result, Reading<R> reading) throws SQLException {
    try (result) {
      var rows = new ArrayList<R>();
      while (result.next()) {
        rows.add(reading.apply(result));
      }
      return rows;
    }
  }
}
