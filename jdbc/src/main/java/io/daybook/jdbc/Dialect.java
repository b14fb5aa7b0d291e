package io.daybook.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The databases that read models are kept in, and where they differ. */
public enum Dialect {
  /** SQLite 3.35 or later, in a file. It has one writer at a time, and any number of readers. */
  SQLITE,
  /** H2 2.2 or later, embedded or as a server. Definitions of tables end its transactions. */
  H2,
  /** PostgreSQL 13 or later. */
  POSTGRESQL;

  /** Of a width, so that texts sort as times do. */
  private static final DateTimeFormatter SQLITE_INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** What is not the fault of a statement: connections, conflicts, time-outs, full disks. */
  private static final List<String> PASSING_STATES =
      List.of("08", "40", "53", "57", "58", "55P03", "25P03", "HYT00", "90098", "90121");

  /** Busy, locked, out of memory, read error, full, cannot open, protocol, interrupted. */
  private static final List<Integer> PASSING_SQLITE_CODES = List.of(5, 6, 7, 9, 10, 13, 14, 15);

  private static final List<Integer> PASSING_H2_CODES =
      List.of(50200, 40001, 90007, 90020, 90028, 90031, 90067, 90098, 90121, 90131, 90135);

  /**
   * The dialect of a database.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product) {
      case "SQLite" -> SQLITE;
      case "H2" -> H2;
      case "PostgreSQL" -> POSTGRESQL;
      default ->
          throw new IllegalArgumentException(
              "read models are kept in SQLite, H2 or PostgreSQL, not in " + product);
    };
  }

  /** Prepares a connection that was just opened. */
  void prepare(Connection connection) throws SQLException {
    if (this != SQLITE) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout=10000");
      statement.execute("PRAGMA journal_mode=WAL");
      // a loss of power may take the last commits, each whole: the events are read again
      statement.execute("PRAGMA synchronous=NORMAL");
    }
  }

  /**
   * The first statement of a transaction that writes; null if none is needed. SQLite must begin
   * with a write, for a read that becomes a write is refused if another was faster. PostgreSQL must
   * not let a process that stands still keep its locks.
   */
  @Nullable String beginning(Duration longestStall) {
    return switch (this) {
      case SQLITE -> "UPDATE daybook_leases SET beat = beat WHERE name = ''";
      case H2 -> null;
      case POSTGRESQL ->
          "SET LOCAL idle_in_transaction_session_timeout = " + Math.max(1, longestStall.toMillis());
    };
  }

  /** Whether definitions of tables are undone with their transaction. */
  boolean hasTransactionalDefinitions() {
    return this != H2;
  }

  /** The type of a column for bytes. */
  String bytes() {
    return switch (this) {
      case SQLITE, H2 -> "BLOB";
      case POSTGRESQL -> "BYTEA";
    };
  }

  /** Whether an error may pass when the same is tried again, whatever was tried. */
  boolean isPassing(SQLException error) {
    String state = error.getSQLState();
    if (error instanceof java.sql.SQLTransientException
        || error instanceof java.sql.SQLRecoverableException
        || error instanceof java.sql.SQLNonTransientConnectionException
        || (state != null && PASSING_STATES.stream().anyMatch(state::startsWith))) {
      return true;
    }
    return switch (this) {
      case SQLITE -> PASSING_SQLITE_CODES.contains(error.getErrorCode() & 0xff);
      case H2 -> PASSING_H2_CODES.contains(error.getErrorCode());
      case POSTGRESQL -> false;
    };
  }

  /**
   * Looks for whose fault it is: what may pass when the same is tried again is that of no event.
   *
   * @throws SQLException if that is the cause of it all
   */
  void requireNotPassing(Throwable failure) throws SQLException {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        if (isPassing(sql)) {
          throw sql;
        }
        return;
      }
    }
  }

  /** Puts a value in, as the database likes it. */
  void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
    switch (value) {
      case null -> statement.setNull(index, Types.NULL);
      case String text -> statement.setString(index, text);
      case Long number -> statement.setLong(index, number);
      case Integer number -> statement.setInt(index, number);
      case byte[] bytes -> statement.setBytes(index, bytes);
      case Enum<?> constant -> statement.setString(index, constant.name());
      case Instant instant when this == SQLITE ->
          statement.setString(index, SQLITE_INSTANT.format(instant));
      case Instant instant -> statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
      case LocalDate _, LocalDateTime _, LocalTime _, UUID _ when this == SQLITE ->
          statement.setString(index, value.toString());
      default -> statement.setObject(index, value);
    }
  }
}
