package io.daybook.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An events table as people make it: write-ahead log, synced at each commit, unique per stream and
 * revision.
 */
final class SqliteSubject implements Subject {
  private final ReentrantLock writing = new ReentrantLock();
  private @Nullable Connection writer;
  private @Nullable Connection reader;

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public void open(Path folder) throws SQLException {
    String url = "jdbc:sqlite:" + folder.resolve("events.db");
    Connection connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision"
              + " INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, tag TEXT NOT NULL,"
              + " recorded_at INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (stream, revision))");
      statement.execute("CREATE INDEX events_by_tag ON events (tag)");
    }
    connection.setAutoCommit(false);
    writer = connection;
    reader = DriverManager.getConnection(url);
  }

  private static Connection open(@Nullable Connection connection) {
    if (connection == null) {
      throw new IllegalStateException("not open");
    }
    return connection;
  }

  @Override
  public void append(String stream, long expected, List<Sample> events) throws SQLException {
    writing.lock();
    try {
      Connection connection = open(writer);
      try (PreparedStatement last =
          connection.prepareStatement("SELECT MAX(revision) FROM events WHERE stream = ?")) {
        last.setString(1, stream);
        try (ResultSet row = last.executeQuery()) {
          long actual = row.next() && row.getObject(1) != null ? row.getLong(1) : -1;
          if (actual != expected) {
            throw new IllegalStateException(stream + " is at " + actual + ", not " + expected);
          }
        }
      }
      insert(connection, stream, expected, events);
      connection.commit();
    } finally {
      writing.unlock();
    }
  }

  private static void insert(
      Connection connection, String stream, long expected, List<Sample> events)
      throws SQLException {
    long revision = expected;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO events (stream, revision, id, type, tag, recorded_at, data) VALUES (?, ?,"
                + " ?, ?, ?, ?, ?)")) {
      for (Sample event : events) {
        insert.setString(1, stream);
        insert.setLong(2, ++revision);
        insert.setString(3, UUID.randomUUID().toString());
        insert.setString(4, event.type());
        insert.setString(5, event.tag());
        insert.setLong(6, System.currentTimeMillis());
        insert.setBytes(7, event.bytes());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Override
  public long head() throws SQLException {
    try (Statement statement = open(reader).createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM events")) {
      row.next();
      return row.getLong(1) - 1;
    }
  }

  private long read(String sql, @Nullable String parameter) throws SQLException {
    long bytes = 0;
    try (PreparedStatement statement = open(reader).prepareStatement(sql)) {
      if (parameter != null) {
        statement.setString(1, parameter);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getString(2).isEmpty() || rows.getString(4).isEmpty() || rows.getLong(3) < 0) {
            throw new IllegalStateException("an event without a name");
          }
          bytes += rows.getBytes(5).length;
        }
      }
    }
    return bytes;
  }

  @Override
  public long readStream(String stream) throws SQLException {
    return read(
        "SELECT position, stream, revision, type, data FROM events WHERE stream = ? ORDER BY"
            + " revision",
        stream);
  }

  @Override
  public long readTag(String tag) throws SQLException {
    return read(
        "SELECT position, stream, revision, type, data FROM events WHERE tag = ? ORDER BY position",
        tag);
  }

  @Override
  public long scan() throws SQLException {
    return read(
        "SELECT position, stream, revision, type, data FROM events ORDER BY position", null);
  }

  @Override
  public void close() throws SQLException {
    open(reader).close();
    open(writer).close();
  }
}
