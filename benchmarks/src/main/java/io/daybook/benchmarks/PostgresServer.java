package io.daybook.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of this run: unpacked and started in the work folder, on a free port of the loopback
 * address, when it is first asked for.
 */
final class PostgresServer implements AutoCloseable {
  private final Path work;
  private @Nullable EmbeddedPostgres started;

  PostgresServer(Path work) {
    this.work = work;
  }

  /** Whether it starts here; the error otherwise. */
  synchronized @Nullable String problem() {
    try {
      start();
      return null;
    } catch (IOException | RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private EmbeddedPostgres start() throws IOException {
    EmbeddedPostgres running = started;
    if (running == null) {
      running =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(work.resolve("postgres-binaries").toFile())
              .setDataDirectory(work.resolve("postgres-data").toFile())
              .setCleanDataDirectory(false)
              // the library's defaults are made for tests, and lose what was acknowledged
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("shared_buffers", "1GB")
              .setServerConfig("max_wal_size", "4GB")
              .setServerConfig("random_page_cost", "1.1")
              .setServerConfig("max_connections", "300")
              .start();
      started = running;
    }
    return running;
  }

  synchronized Connection connect(String options) throws SQLException {
    try {
      String url = start().getJdbcUrl("postgres", "postgres");
      return DriverManager.getConnection(url + (url.contains("?") ? "&" : "?") + options);
    } catch (IOException e) {
      throw new SQLException("PostgreSQL does not start: " + e.getMessage(), e);
    }
  }

  /** Stops it; the next connection starts it again on the same data. */
  @Override
  public synchronized void close() throws IOException {
    if (started != null) {
      started.close();
      started = null;
    }
  }
}
