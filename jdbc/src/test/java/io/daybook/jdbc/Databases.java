package io.daybook.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/** Empty databases of each kind. */
final class Databases {
  private Databases() {}

  static DataSource sqlite(Path folder) {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve(UUID.randomUUID() + ".db"));
    return source;
  }

  static DataSource h2() {
    var source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return source;
  }

  /** A schema of its own on that server. */
  static DataSource postgres(EmbeddedPostgres server) throws SQLException {
    String schema = "s" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
    }
    var source = new PGSimpleDataSource();
    source.setUrl(server.getJdbcUrl("postgres", "postgres"));
    source.setCurrentSchema(schema);
    return source;
  }

  static EmbeddedPostgres startPostgres() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "off")
        .setServerConfig("synchronous_commit", "off")
        .start();
  }
}
