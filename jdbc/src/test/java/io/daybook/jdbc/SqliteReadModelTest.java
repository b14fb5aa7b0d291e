package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

final class SqliteReadModelTest {
  @TempDir private Path folder;

  @Nested
  final class Tables extends TablesSuite {
    @Override
    DataSource newDatabase() {
      return Databases.sqlite(folder);
    }
  }

  @Nested
  final class Builds extends BuildsSuite {
    @Override
    DataSource newDatabase() {
      return Databases.sqlite(folder);
    }
  }

  @Nested
  final class Interrupts extends InterruptsSuite {
    @Override
    DataSource newDatabase() {
      return Databases.sqlite(folder);
    }
  }

  @Nested
  final class Failures extends FailuresSuite {
    @Override
    DataSource newDatabase() {
      return Databases.sqlite(folder);
    }
  }

  @Nested
  final class Purging extends PurgingSuite {
    @Override
    DataSource newDatabase() {
      return Databases.sqlite(folder);
    }
  }

  @Nested
  final class Instances extends InstancesSuite {
    @Override
    DataSource newDatabase() {
      return Databases.sqlite(folder);
    }
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
