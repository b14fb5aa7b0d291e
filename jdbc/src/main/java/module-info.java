/** Read models, checkpoints, leases and dead letters in SQL databases. */
module io.daybook.jdbc {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventsourcing;
  requires transitive java.sql;

  exports io.daybook.jdbc;
}
