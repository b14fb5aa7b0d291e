/** Order management by CQRS on an event store: orders, payments, packages, deliveries. */
module io.daybook.examples.orders {
  requires static transitive org.jspecify;
  requires transitive io.daybook.cli;
  requires info.picocli;
  requires io.daybook.engine;
  requires io.daybook.eventsourcing;
  requires io.daybook.eventstore;
  requires io.daybook.jackson;
  requires io.daybook.jdbc;
  requires io.daybook.opentelemetry;
  requires java.sql;
  requires java.xml;
  requires org.xerial.sqlitejdbc;
  requires tools.jackson.databind;

  // records and commands are read by reflection
  opens io.daybook.examples.orders to
      info.picocli,
      tools.jackson.databind;

  provides io.daybook.cli.Demo with
      io.daybook.examples.orders.OrdersDemo;
}
