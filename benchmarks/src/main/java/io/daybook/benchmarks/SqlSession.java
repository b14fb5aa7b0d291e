package io.daybook.benchmarks;

import io.daybook.eventstore.Event;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

/** A connection with its statements prepared. One thread at a time. */
final class SqlSession implements AutoCloseable {
  private static final String COLUMNS =
      "position, stream, revision, id, type, tag, recorded_at, data";
  private static final int FILL_EVENTS = 10_000;

  private final Connection connection;
  private final SqlSubject.IdForm idForm;
  private final PreparedStatement insert;
  private final PreparedStatement matches;
  private final PreparedStatement byStream;
  private final PreparedStatement byTag;

  SqlSession(Connection connection, SqlSubject.IdForm idForm) throws SQLException {
    this.connection = connection;
    this.idForm = idForm;
    insert =
        connection.prepareStatement(
            "INSERT INTO events (stream, revision, id, type, tag, recorded_at, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)");
    matches =
        connection.prepareStatement(
            "SELECT 1 FROM events WHERE tag = ? AND type = ? AND position > ? LIMIT 1");
    byStream =
        connection.prepareStatement(
            "SELECT " + COLUMNS + " FROM events WHERE stream = ? ORDER BY revision");
    byTag =
        connection.prepareStatement(
            "SELECT " + COLUMNS + " FROM events WHERE tag = ? ORDER BY position");
  }

  Connection connection() {
    return connection;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void set(Write write, long revision, Sample event) throws SQLException {
    insert.setString(1, write.stream());
    insert.setLong(2, revision);
    UUID id = Event.newId();
    insert.setObject(3, idForm.of(id));
    insert.setString(4, event.type());
    insert.setString(5, event.tag());
    insert.setLong(6, System.currentTimeMillis());
    insert.setBytes(7, event.data());
  }

  /**
   * Inserts in one transaction. That the revision is the next one is left to the unique index on
   * stream and revision, which favours the peer: a gap would not be noticed.
   */
  void insert(Write write) throws SQLException {
    List<Sample> events = write.events();
    if (events.size() == 1 && connection.getAutoCommit()) {
      set(write, write.expected() + 1, events.getFirst());
      insert.executeUpdate();
      return;
    }
    boolean own = connection.getAutoCommit();
    if (own) {
      connection.setAutoCommit(false);
    }
    batch(write);
    if (own) {
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private void batch(Write write) throws SQLException {
    long revision = write.expected();
    for (Sample event : write.events()) {
      set(write, ++revision, event);
      insert.addBatch();
    }
    insert.executeBatch();
  }

  /** Inserts with a commit now and then. */
  void fill(Iterable<List<Write>> appends, LongConsumer progress) throws SQLException {
    connection.setAutoCommit(false);
    long events = 0;
    long committed = 0;
    for (List<Write> writes : appends) {
      for (Write write : writes) {
        batch(write);
        events += write.events().size();
      }
      if (events - committed >= FILL_EVENTS) {
        connection.commit();
        committed = events;
        progress.accept(events);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  boolean matches(Write.Condition condition) throws SQLException {
    matches.setString(1, condition.tag());
    matches.setString(2, condition.type());
    matches.setLong(3, condition.after());
    try (ResultSet row = matches.executeQuery()) {
      return row.next();
    }
  }

  long readStream(String stream) throws SQLException {
    byStream.setString(1, stream);
    return read(byStream);
  }

  long readTag(String tag) throws SQLException {
    byTag.setString(1, tag);
    return read(byTag);
  }

  long scan() throws SQLException {
    connection.setAutoCommit(false); // or PostgreSQL would send all rows at once
    try (PreparedStatement all =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM events ORDER BY position")) {
      all.setFetchSize(10_000);
      return read(all);
    } finally {
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Takes all columns, as a reader would. */
  private static long read(PreparedStatement statement) throws SQLException {
    long bytes = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        long numbers = rows.getLong(1) + rows.getLong(3) + rows.getLong(7);
        boolean named =
            !rows.getString(2).isEmpty()
                && rows.getObject(4) != null
                && !rows.getString(5).isEmpty()
                && !rows.getString(6).isEmpty();
        if (!named || numbers < 0) {
          throw new IllegalStateException("an event without a name");
        }
        bytes += rows.getBytes(8).length;
      }
    }
    return bytes;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
