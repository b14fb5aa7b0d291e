package io.daybook.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * H2 in a file of this process. {@code WRITE_DELAY=0} has each commit written, but H2 never syncs
 * by itself (seen with strace: 7 syncs in 1,000 commits). {@code CHECKPOINT SYNC} after the commit
 * does, and commits that wait for one share it.
 */
final class H2Subject extends SqlSubject {
  private final ReentrantLock conditions = new ReentrantLock();
  private final ReentrantLock syncing = new ReentrantLock();
  private final AtomicLong committed = new AtomicLong();
  private long synced;
  private String url = "";

  @Override
  public String name() {
    return "h2";
  }

  @Override
  public boolean likesVirtualThreads() {
    return false;
  }

  /** It inserts and indexes one row after another: millions take minutes. */
  @Override
  public long mostEvents() {
    return 2_000_000;
  }

  @Override
  boolean prepare(Path folder) {
    url =
        "jdbc:h2:file:"
            + folder.resolve("events").toAbsolutePath()
            // in kilobytes; reads give their rows one by one instead of making a list first
            + ";CACHE_SIZE=262144;LAZY_QUERY_EXECUTION=1;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1";
    return !Files.exists(folder.resolve("events.mv.db"));
  }

  @Override
  Connection connect(Ability durability) throws SQLException {
    return DriverManager.getConnection(
        durability == Ability.SYNCED ? url + ";WRITE_DELAY=0" : url, "sa", "");
  }

  @Override
  String createTable() {
    return "CREATE TABLE events (position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream"
        + " VARCHAR NOT NULL, revision BIGINT NOT NULL, id UUID NOT NULL, type VARCHAR NOT NULL,"
        + " tag VARCHAR NOT NULL, recorded_at BIGINT NOT NULL, data VARBINARY NOT NULL)";
  }

  @Override
  IdForm idForm() {
    return id -> id;
  }

  @Override
  public void append(Write write) throws Exception {
    if (write.condition() == null) {
      doWith(session -> session.insert(write));
    } else {
      conditions.lock();
      try {
        doWith(session -> insertUnlessMatched(session, write));
      } finally {
        conditions.unlock();
      }
    }
    if (durability() == Ability.SYNCED) {
      sync(committed.incrementAndGet());
    }
  }

  private void sync(long own) throws Exception {
    syncing.lock();
    try {
      if (synced < own) {
        long all = committed.get();
        doWith(session -> session.execute("CHECKPOINT SYNC"));
        synced = all;
      }
    } finally {
      syncing.unlock();
    }
  }

  @Override
  void load(SqlSession session, Iterable<List<Write>> appends, LongConsumer progress)
      throws SQLException {
    session.execute("SET WRITE_DELAY 500");
    super.load(session, appends, progress);
    session.execute("SET WRITE_DELAY 0");
  }

  @Override
  void settle(SqlSession session) throws SQLException {
    session.execute("ANALYZE");
    session.execute("CHECKPOINT SYNC");
  }

  @Override
  public void close() throws Exception {
    doWith(session -> session.execute("SHUTDOWN"));
    try {
      super.close();
    } catch (SQLException _) {
      // the database is down, and its connections with it
    }
  }
}
