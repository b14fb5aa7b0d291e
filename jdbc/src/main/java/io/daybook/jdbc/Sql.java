package io.daybook.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a handler of {@link SqlProjection} writes with. Tables of the projection are named in
 * braces: {@code UPDATE {balances} SET cents = cents + ? WHERE account = ?}.
 *
 * <p>Statements are collected and executed in their order, with those of other events, in one
 * transaction; so nothing is returned of them. A {@link #query} executes first what is collected,
 * so it sees what the handlers before have written, at the price of a way to the database.
 *
 * <p>Values may be null, numbers, texts, booleans, bytes, enum constants (their names), and {@code
 * UUID}, {@code Instant}, {@code LocalDate}, {@code LocalDateTime}, {@code LocalTime}: in SQLite,
 * which has no types for these, they are texts that sort as the values do. SQLite keeps 15 digits
 * of a {@code BigDecimal} in a {@code NUMERIC} column; keep money in its smallest unit.
 *
 * <p>For the handler that it is given to, on that thread, until it returns.
 */
public interface Sql {

  /** What is made of a row. */
  @FunctionalInterface
  interface RowMapper<T> {
    /** The row that the result stands at; columns count from 1. */
    T map(ResultSet row) throws SQLException;
  }

  /** Executes a statement, with a value for each question mark. */
  void update(String statement, @Nullable Object... values);

  /**
   * The rows that a query gives.
   *
   * @throws SqlFailedException if the database refuses it
   */
  <T> List<T> query(String query, RowMapper<T> mapper, @Nullable Object... values);

  /**
   * The first row that a query gives.
   *
   * @throws SqlFailedException if the database refuses it
   */
  default <T> Optional<T> queryFirst(
      String query, RowMapper<T> mapper, @Nullable Object... values) {
    return query(query, mapper, values).stream().findFirst();
  }

  /** A row of one of the projection's tables, to be saved or deleted by its key. */
  Row row(String table);

  /** The database's dialect, for statements that are not the same everywhere. */
  Dialect dialect();
}
