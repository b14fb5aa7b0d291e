package io.daybook.benchmarks;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * SQLite with a write-ahead log that is synced at each commit ({@code synchronous=FULL}). It has
 * one writer at a time: a lock is kinder to it than its own waiting.
 */
final class SqliteSubject extends SqlSubject {
  private final ReentrantLock writing = new ReentrantLock();
  private Path file = Path.of("");

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public boolean likesVirtualThreads() {
    return false;
  }

  @Override
  boolean prepare(Path folder) {
    file = folder.resolve("events.db");
    return !Files.exists(file);
  }

  @Override
  Connection connect(Ability durability) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=" + (durability == Ability.SYNCED ? "FULL" : "NORMAL"));
      statement.execute("PRAGMA mmap_size=" + (4L << 30));
      statement.execute("PRAGMA cache_size=-65536");
    }
    return connection;
  }

  @Override
  String createTable() {
    return "CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision"
        + " INTEGER NOT NULL, id BLOB NOT NULL, type TEXT NOT NULL, tag TEXT NOT NULL, recorded_at"
        + " INTEGER NOT NULL, data BLOB NOT NULL)";
  }

  @Override
  IdForm idForm() {
    return id ->
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
  }

  @Override
  public void append(Write write) throws Exception {
    writing.lock();
    try {
      doWith(session -> {
        if (write.condition() == null) {
          session.insert(write);
          return;
        }
        session.connection().setAutoCommit(false);
        insertUnlessMatched(session, write);
        session.connection().commit();
        session.connection().setAutoCommit(true);
      });
    } finally {
      writing.unlock();
    }
  }

  @Override
  void load(SqlSession session, Iterable<List<Write>> appends, LongConsumer progress)
      throws SQLException {
    session.execute("PRAGMA journal_mode=OFF");
    session.execute("PRAGMA synchronous=OFF");
    super.load(session, appends, progress);
  }

  @Override
  void settle(SqlSession session) throws SQLException {
    session.execute("PRAGMA journal_mode=WAL");
    session.execute("PRAGMA synchronous=FULL");
    session.execute("ANALYZE");
    session.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
}
