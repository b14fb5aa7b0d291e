package io.daybook.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

@Tag("long")
final class PostgresReadModelTest {
  private static EmbeddedPostgres server;

  @BeforeAll
  static void startServer() throws IOException {
    server = Databases.startPostgres();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  private final Pool pool = new Pool();

  @Nested
  final class Tables extends TablesSuite {
    @Override
    DataSource newDatabase() throws SQLException {
      return pool.of(Databases.postgres(server));
    }
  }

  @Nested
  final class Builds extends BuildsSuite {
    @Override
    DataSource newDatabase() throws SQLException {
      return pool.of(Databases.postgres(server));
    }
  }

  @Nested
  final class Interrupts extends InterruptsSuite {
    @Override
    DataSource newDatabase() throws SQLException {
      return pool.of(Databases.postgres(server));
    }
  }

  @Nested
  final class Failures extends FailuresSuite {
    @Override
    DataSource newDatabase() throws SQLException {
      return pool.of(Databases.postgres(server));
    }
  }

  @Nested
  final class Purging extends PurgingSuite {
    @Override
    DataSource newDatabase() throws SQLException {
      return pool.of(Databases.postgres(server));
    }
  }

  @Nested
  final class Instances extends InstancesSuite {
    @Override
    DataSource newDatabase() throws SQLException {
      return pool.of(Databases.postgres(server));
    }
  }

  @AfterEach
  void closePool() throws SQLException {
    pool.close();
  }
}
