package io.daybook.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An events table as people make it: unique per stream and revision, unique ids, an index on the
 * tag; a pool of connections whose statements stay prepared; one transaction an append.
 */
abstract class SqlSubject implements Subject {
  static final List<String> INDEXES =
      List.of(
          "CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)",
          "CREATE UNIQUE INDEX events_by_id ON events (id)",
          "CREATE INDEX events_by_tag ON events (tag, position)");

  private static final int CONNECTIONS = 64;

  private final Deque<SqlSession> idle = new ConcurrentLinkedDeque<>();
  private final Semaphore permits = new Semaphore(CONNECTIONS);
  private @Nullable Ability durability;

  /** How a database takes an id. */
  interface IdForm {
    Object of(UUID id);
  }

  /** Work on a connection of the pool. */
  interface SessionWork<T> {
    T run(SqlSession session) throws SQLException;
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.values());
  }

  /** One more connection. */
  abstract Connection connect(Ability durability) throws SQLException;

  /** Creates the table; the indexes follow. */
  abstract String createTable();

  abstract IdForm idForm();

  /** Makes the database known; returns whether it is new. */
  abstract boolean prepare(Path folder) throws Exception;

  @Override
  public void open(Path folder, Ability newDurability) throws Exception {
    durability = newDurability;
    if (prepare(folder)) {
      try (Connection connection = connect(newDurability);
          var statement = connection.createStatement()) {
        statement.execute(createTable());
        for (String index : INDEXES) {
          statement.execute(index);
        }
      }
    }
  }

  Ability durability() {
    if (durability == null) {
      throw new IllegalStateException("not open");
    }
    return durability;
  }

  final <T> T with(SessionWork<T> work) throws Exception {
    permits.acquire();
    try {
      SqlSession session = idle.pollFirst();
      if (session == null) {
        session = new SqlSession(connect(durability()), idForm());
      }
      T result = work.run(session);
      idle.addFirst(session);
      return result;
    } finally {
      permits.release();
    }
  }

  final void doWith(SessionDeed deed) throws Exception {
    with(session -> {
      deed.run(session);
      return true;
    });
  }

  /** Work on a connection of the pool that returns nothing. */
  interface SessionDeed {
    void run(SqlSession session) throws SQLException;
  }

  /** Checks the condition and inserts; the caller sees to it that nobody comes between. */
  static void insertUnlessMatched(SqlSession session, Write write) throws SQLException {
    Write.Condition condition = write.condition();
    if (condition != null && session.matches(condition)) {
      throw write.refused("an event matches the condition");
    }
    session.insert(write);
  }

  /** Without indexes, which are made at the end. */
  @Override
  public void fill(Iterable<List<Write>> appends, LongConsumer progress) throws Exception {
    doWith(session -> {
      for (String index : List.of("events_by_stream", "events_by_id", "events_by_tag")) {
        session.execute("DROP INDEX " + index);
      }
      load(session, appends, progress);
      for (String index : INDEXES) {
        session.execute(index);
      }
      settle(session);
    });
  }

  /** Inserts everything, fast. */
  void load(SqlSession session, Iterable<List<Write>> appends, LongConsumer progress)
      throws SQLException {
    session.fill(appends, progress);
  }

  /** Has the database do at once what it would do later: statistics, checkpoints. */
  abstract void settle(SqlSession session) throws SQLException;

  @Override
  public long head() throws Exception {
    return with(session -> session.number("SELECT COALESCE(MAX(position), 0) FROM events"));
  }

  @Override
  public long readStream(String stream) throws Exception {
    return with(session -> session.readStream(stream));
  }

  @Override
  public long readTag(String tag) throws Exception {
    return with(session -> session.readTag(tag));
  }

  @Override
  public long scan() throws Exception {
    return with(SqlSession::scan);
  }

  @Override
  public void close() throws Exception {
    for (SqlSession session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
      session.close();
    }
  }
}
