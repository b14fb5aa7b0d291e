package io.daybook.jdbc;

import java.util.List;

/** Daybook's own tables in a database. Their names begin with {@code daybook_}. */
final class Schema {
  private Schema() {}

  static List<String> definitions(Dialect dialect) {
    return List.of(
        "CREATE TABLE IF NOT EXISTS daybook_database ("
            + "one INTEGER PRIMARY KEY, id VARCHAR(36) NOT NULL)",
        "CREATE TABLE IF NOT EXISTS daybook_projections ("
            + "name VARCHAR(100) PRIMARY KEY, paused INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS daybook_builds ("
            + "name VARCHAR(100) NOT NULL, build INTEGER NOT NULL, version INTEGER NOT NULL,"
            + " partitions INTEGER NOT NULL, state VARCHAR(20) NOT NULL,"
            + " table_names VARCHAR(4000) NOT NULL, PRIMARY KEY (name, build))",
        "CREATE TABLE IF NOT EXISTS daybook_build_numbers ("
            + "name VARCHAR(100) PRIMARY KEY, last_build INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS daybook_checkpoints ("
            + "name VARCHAR(200) PRIMARY KEY, checkpoint VARCHAR(100) NOT NULL)",
        "CREATE TABLE IF NOT EXISTS daybook_leases ("
            + "name VARCHAR(300) PRIMARY KEY, owner VARCHAR(200), token BIGINT NOT NULL,"
            + " beat BIGINT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS daybook_outbox ("
            + "work VARCHAR(200) NOT NULL, number INTEGER NOT NULL,"
            + " event_id VARCHAR(36) NOT NULL, event_type VARCHAR(300) NOT NULL, letter "
            + dialect.bytes()
            + " NOT NULL, passes BIGINT NOT NULL, PRIMARY KEY (work, number))",
        "CREATE TABLE IF NOT EXISTS daybook_snapshots ("
            + "stream VARCHAR(1100) PRIMARY KEY, revision BIGINT NOT NULL,"
            + " event_id VARCHAR(36) NOT NULL, shape VARCHAR(100) NOT NULL,"
            + " content_type VARCHAR(256) NOT NULL, state "
            + dialect.bytes()
            + " NOT NULL)");
  }
}
