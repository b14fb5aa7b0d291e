/**
 * A bank in plain records and one decider: accounts, transfers, interest, statements, and a look
 * back in time.
 */
module io.daybook.examples.bank {
  requires static transitive org.jspecify;
  requires transitive io.daybook.cli;
  requires info.picocli;
  requires io.daybook.engine;
  requires io.daybook.eventsourcing;
  requires io.daybook.eventstore;
  requires io.daybook.jackson;
  requires io.daybook.jdbc;
  requires io.daybook.micrometer;
  requires java.sql;
  requires org.xerial.sqlitejdbc;
  requires tools.jackson.databind;

  // records and commands are read by reflection
  opens io.daybook.examples.bank to
      info.picocli,
      tools.jackson.databind;

  provides io.daybook.cli.Demo with
      io.daybook.examples.bank.BankDemo;
}
