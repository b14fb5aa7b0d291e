package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

final class SqliteReadModelTest extends ReadModelSuite {
  @TempDir private Path folder;

  @Override
  DataSource newDatabase() {
    return Databases.sqlite(folder);
  }

  @Test
  void aDatabaseInMemoryIsRefused() {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite::memory:");
    assertThatThrownBy(() -> new JdbcCheckpoints(source))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give it a file");
  }
}
