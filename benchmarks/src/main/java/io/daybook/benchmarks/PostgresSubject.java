package io.daybook.benchmarks;

import io.daybook.eventstore.Event;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * PostgreSQL over the loopback address, up to 64 connections, whose commits it groups by itself. A
 * condition is made safe by a lock on its tag until the commit.
 */
final class PostgresSubject extends SqlSubject {
  private static final byte[] COPY_HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final long PROGRESS_EVERY = 10_000;

  private final PostgresServer server;
  private String schema = "";

  PostgresSubject(PostgresServer server) {
    this.server = server;
  }

  @Override
  public String name() {
    return "postgres";
  }

  /** A schema bears the name of the folder, which stays empty. */
  @Override
  boolean prepare(Path folder) throws SQLException {
    schema = "events_" + folder.getFileName().toString().replace('-', '_');
    try (Connection connection = server.connect("");
        PreparedStatement known =
            connection.prepareStatement("SELECT 1 FROM pg_namespace WHERE nspname = ?")) {
      known.setString(1, schema);
      boolean missing = !known.executeQuery().next();
      if (missing) {
        execute(connection, "CREATE SCHEMA " + schema);
      }
      return missing;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  Connection connect(Ability durability) throws SQLException {
    Connection connection = server.connect("reWriteBatchedInserts=true&currentSchema=" + schema);
    if (durability != Ability.SYNCED) {
      execute(connection, "SET synchronous_commit = off");
    }
    return connection;
  }

  @Override
  String createTable() {
    return "CREATE TABLE events (position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream"
        + " TEXT NOT NULL, revision BIGINT NOT NULL, id UUID NOT NULL, type TEXT NOT NULL, tag"
        + " TEXT NOT NULL, recorded_at BIGINT NOT NULL, data BYTEA NOT NULL)";
  }

  @Override
  IdForm idForm() {
    return id -> id;
  }

  @Override
  public void append(Write write) throws Exception {
    Write.Condition condition = write.condition();
    if (condition == null) {
      doWith(session -> session.insert(write));
      return;
    }
    doWith(session -> {
      Connection connection = session.connection();
      connection.setAutoCommit(false);
      try (PreparedStatement lock =
          connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
        lock.setString(1, condition.tag());
        lock.execute();
      }
      insertUnlessMatched(session, write);
      connection.commit();
      connection.setAutoCommit(true);
    });
  }

  /** By COPY in its binary form. */
  @Override
  void load(SqlSession session, Iterable<List<Write>> appends, LongConsumer progress)
      throws SQLException {
    String copy =
        "COPY events (stream, revision, id, type, tag, recorded_at, data) FROM STDIN (FORMAT"
            + " binary)";
    var copying = new PGCopyOutputStream(session.connection().unwrap(PGConnection.class), copy);
    try (var out = new DataOutputStream(new BufferedOutputStream(copying, 1 << 16))) {
      out.write(COPY_HEADER);
      long events = 0;
      for (List<Write> writes : appends) {
        for (Write write : writes) {
          long revision = write.expected();
          byte[] stream = write.stream().getBytes(StandardCharsets.UTF_8);
          for (Sample sample : write.events()) {
            row(out, stream, ++revision, sample);
            if (++events % PROGRESS_EVERY == 0) {
              progress.accept(events);
            }
          }
        }
      }
      out.writeShort(-1);
    } catch (IOException e) {
      throw new SQLException("COPY failed: " + e.getMessage(), e);
    }
  }

  private static void row(DataOutputStream out, byte[] stream, long revision, Sample sample)
      throws IOException {
    UUID id = Event.newId();
    out.writeShort(7);
    field(out, stream);
    number(out, revision);
    out.writeInt(2 * Long.BYTES);
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
    field(out, sample.type().getBytes(StandardCharsets.UTF_8));
    field(out, sample.tag().getBytes(StandardCharsets.UTF_8));
    number(out, System.currentTimeMillis());
    field(out, sample.data());
  }

  private static void field(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    out.writeInt(Long.BYTES);
    out.writeLong(value);
  }

  @Override
  void settle(SqlSession session) throws SQLException {
    session.execute("VACUUM ANALYZE events");
    session.execute("CHECKPOINT");
  }

  @Override
  public long bytes(Path folder) throws Exception {
    try (Connection connection = server.connect("currentSchema=" + schema);
        var session = new SqlSession(connection, idForm())) {
      return session.number("SELECT pg_total_relation_size('events')");
    }
  }

  /** The next connection starts the server again, with empty buffers. */
  @Override
  public void goCold() throws IOException {
    server.close();
  }

  @Override
  public void drop(Path folder) throws Exception {
    close();
    try (Connection connection = server.connect("")) {
      execute(connection, "DROP SCHEMA " + schema + " CASCADE");
    }
    Folders.delete(folder);
  }
}
