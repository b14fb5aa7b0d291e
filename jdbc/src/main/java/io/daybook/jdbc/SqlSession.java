package io.daybook.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements of handlers on their way into one transaction after another. The connection is
 * taken when it is first needed, so that handlers may compute while others write. To be used by one
 * thread.
 */
final class SqlSession implements Sql, Row.Target, AutoCloseable {
  private static final int MOST_PREPARED = 256;

  private final Database database;
  private final Naming naming;
  private final Duration longestStall;
  private final List<String> statements = new ArrayList<>();
  private final List<@Nullable Object[]> values = new ArrayList<>();

  /**
   * Those used last: a handler may write values into its statements, so that no two are the same.
   */
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PreparedStatement> eldest) {
          if (size() <= MOST_PREPARED) {
            return false;
          }
          close(eldest.getValue());
          return true;
        }
      };

  private final Map<String, Row.Statements> rows = Row.noStatements();
  private @Nullable Connection connection;
  private boolean begun;

  SqlSession(Database database, Naming naming, Duration longestStall) {
    this.database = database;
    this.naming = naming;
    this.longestStall = longestStall;
  }

  @Override
  public void update(String statement, @Nullable Object... newValues) {
    statements.add(naming.resolve(statement));
    values.add(newValues);
  }

  @Override
  public <T> List<T> query(String query, RowMapper<T> mapper, @Nullable Object... newValues) {
    try {
      flush();
      PreparedStatement statement = prepared(naming.resolve(query));
      database.bind(statement, newValues);
      return Database.rows(statement.executeQuery(), mapper::map);
    } catch (SQLException e) {
      throw new SqlFailedException("the query failed: " + query, e);
    }
  }

  @Override
  public Row row(String table) {
    return new Row(this, table);
  }

  @Override
  public Dialect dialect() {
    return database.dialect();
  }

  @Override
  public Map<String, Row.Statements> statements() {
    return rows;
  }

  /** The connection, in a transaction. */
  Connection transaction() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect();
      connection = open;
    }
    if (!begun) {
      database.begin(open, longestStall);
      begun = true;
    }
    return open;
  }

  /** Executes what is collected. Statements of the same text that follow each other go together. */
  void flush() throws SQLException {
    var _ = transaction();
    int count = statements.size();
    int from = 0;
    while (from < count) {
      String text = statements.get(from);
      PreparedStatement statement = prepared(text);
      int to = from + 1;
      database.bind(statement, values.get(from));
      if (to < count && text.equals(statements.get(to))) {
        statement.addBatch();
        while (to < count && text.equals(statements.get(to))) {
          database.bind(statement, values.get(to++));
          statement.addBatch();
        }
        var _ = statement.executeBatch();
      } else {
        var _ = statement.executeUpdate();
      }
      from = to;
    }
    statements.clear();
    values.clear();
  }

  /** Makes lasting what was executed. */
  void commit() throws SQLException {
    Connection open = connection;
    if (open != null && begun) {
      begun = false;
      database.commit(open);
    }
  }

  /** Forgets what is collected, and undoes what was executed. */
  void rollback() {
    statements.clear();
    values.clear();
    end();
  }

  private void end() {
    Connection open = connection;
    if (open != null && begun) {
      begun = false;
      database.end(open);
    }
  }

  /** Gives the connection back, until it is needed again. */
  void release() {
    rollback();
    Connection open = connection;
    if (open == null) {
      return;
    }
    connection = null;
    prepared.values().forEach(SqlSession::close);
    prepared.clear();
    try {
      open.close();
    } catch (SQLException _) {
      // nothing is open any more that could be lost
    }
  }

  private static void close(PreparedStatement statement) {
    try {
      statement.close();
    } catch (SQLException _) {
      // its connection is of no use any more, and closes it
    }
  }

  @Override
  public void close() {
    release();
  }

  private PreparedStatement prepared(String text) throws SQLException {
    PreparedStatement statement = prepared.get(text);
    if (statement == null) {
      statement = transaction().prepareStatement(text);
      prepared.put(text, statement);
    }
    return statement;
  }
}
