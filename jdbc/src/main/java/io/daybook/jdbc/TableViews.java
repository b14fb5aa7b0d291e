package io.daybook.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** The views by which a build's tables are read: under their names, without the build's number. */
final class TableViews {
  private final Database database;

  TableViews(Database database) {
    this.database = database;
  }

  /** Lets the names stand for that build's tables. */
  void put(Connection connection, Build build) throws SQLException {
    for (String table : build.tables()) {
      if (!table.isEmpty()) {
        put(connection, table, Naming.table(table, build.number()));
      }
    }
  }

  private void put(Connection connection, String name, String table) throws SQLException {
    String definition = "VIEW " + name + " AS SELECT * FROM " + table;
    switch (database.dialect()) {
      case H2 -> execute(connection, "CREATE OR REPLACE " + definition);
      case SQLITE -> {
        execute(connection, "DROP VIEW IF EXISTS " + name);
        execute(connection, "CREATE " + definition);
      }
      case POSTGRESQL -> {
        // a view that is replaced keeps its grants and what is built on it, if the columns allow
        Savepoint before = connection.setSavepoint();
        try {
          execute(connection, "CREATE OR REPLACE " + definition);
          connection.releaseSavepoint(before);
        } catch (SQLException _) {
          connection.rollback(before);
          execute(connection, "DROP VIEW IF EXISTS " + name);
          execute(connection, "CREATE " + definition);
        }
      }
    }
  }

  /** Takes away the names that only the old one has. */
  void dropOnlyIn(Connection connection, Build old, @Nullable Build next) throws SQLException {
    for (String table : old.tables()) {
      if (!table.isEmpty() && (next == null || !next.tables().contains(table))) {
        execute(connection, "DROP VIEW IF EXISTS " + table);
      }
    }
  }

  private void execute(Connection connection, String definition) throws SQLException {
    var _ = database.update(connection, definition);
  }
}
