package io.daybook.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;

final class H2ReadModelTest {
  @Nested
  final class Tables extends TablesSuite {
    @Override
    DataSource newDatabase() {
      return Databases.h2();
    }
  }

  @Nested
  final class Builds extends BuildsSuite {
    @Override
    DataSource newDatabase() {
      return Databases.h2();
    }
  }

  @Nested
  final class Interrupts extends InterruptsSuite {
    @Override
    DataSource newDatabase() {
      return Databases.h2();
    }
  }

  @Nested
  final class Failures extends FailuresSuite {
    @Override
    DataSource newDatabase() {
      return Databases.h2();
    }
  }

  @Nested
  final class Purging extends PurgingSuite {
    @Override
    DataSource newDatabase() {
      return Databases.h2();
    }
  }

  @Nested
  final class Instances extends InstancesSuite {
    @Override
    DataSource newDatabase() {
      return Databases.h2();
    }
  }
}
