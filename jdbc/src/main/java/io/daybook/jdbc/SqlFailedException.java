package io.daybook.jdbc;

import java.sql.SQLException;

/** A database refused a statement, or cannot be reached. The cause is attached. */
public final class SqlFailedException extends RuntimeException {
  private final transient SQLException sql;

  /** With what was tried. */
  public SqlFailedException(String what, SQLException cause) {
    super(what + ": " + cause.getMessage(), cause);
    this.sql = cause;
  }

  /** What the database said. */
  public SQLException sqlException() {
    return sql;
  }
}
