package io.daybook.jdbc;

import javax.sql.DataSource;

final class H2ReadModelTest extends ReadModelSuite {
  @Override
  DataSource newDatabase() {
    return Databases.h2();
  }
}
