package postgresspike;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL of this process's own, and sessions with the time limits that appends need. */
final class Server implements AutoCloseable {
  /** How long a writer waits for the append lock. */
  static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

  /** How long a session of ours may leave its transaction open without asking for anything. */
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(2);

  private final EmbeddedPostgres postgres;
  private final HikariDataSource pool;
  private final AtomicInteger schemas = new AtomicInteger();

  private Server(EmbeddedPostgres postgres) {
    this.postgres = postgres;
    var config = new HikariConfig();
    config.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty(
        "options",
        "-c plan_cache_mode=force_custom_plan -c lock_timeout="
            + LOCK_TIMEOUT.toMillis()
            + " -c idle_in_transaction_session_timeout="
            + IDLE_TIMEOUT.toMillis());
    config.setMaximumPoolSize(200);
    config.setMinimumIdle(2);
    pool = new HikariDataSource(config);
  }

  /**
   * Starts one.
   *
   * @param durable whether a commit waits for the disk; else it is quick, for tests of behaviour
   */
  static Server start(boolean durable) throws IOException {
    return new Server(
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", durable ? "on" : "off")
            .setServerConfig("synchronous_commit", durable ? "on" : "off")
            .start());
  }

  /** Opens so many sessions ahead, so that nobody waits for one to be opened. */
  Server warm(int sessions) throws SQLException {
    var open = new ArrayList<Connection>();
    for (int i = 0; i < sessions; i++) {
      open.add(pool.getConnection());
    }
    for (Connection connection : open) {
      connection.close();
    }
    return this;
  }

  HikariDataSource pool() {
    return pool;
  }

  /** A session without any time limit, which no pool knows of. */
  Connection foreignSession() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
  }

  /** Creates the tables of a store in a schema of their own. */
  String newSchema() throws SQLException {
    String schema = "store" + schemas.incrementAndGet();
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE SCHEMA " + schema + "; SET LOCAL search_path = " + schema);
      statement.execute(Files.readString(Path.of("src/schema.sql")));
      statement.execute("INSERT INTO head VALUES ('" + UUID.randomUUID() + "', 0, 0, 0)");
      connection.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return schema;
  }

  PostgresStore open(String schema, InstantSource clock, int largestGroup) throws SQLException {
    return new PostgresStore(pool, schema, clock, largestGroup);
  }

  /** So many stores on the same tables; each decides one request per transaction. */
  StoreGroup openGroup(String schema, InstantSource clock, int count) throws SQLException {
    var stores = new ArrayList<PostgresStore>();
    for (int i = 0; i < count; i++) {
      stores.add(open(schema, clock, 1));
    }
    return new StoreGroup(stores);
  }

  @Override
  public void close() throws IOException {
    pool.close();
    postgres.close();
  }
}
