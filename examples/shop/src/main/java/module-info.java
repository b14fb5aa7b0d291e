/**
 * A shop on an event store: carts, checkout, discount codes, stock, invoices of a real retailer.
 */
module io.daybook.examples.shop {
  requires static transitive org.jspecify;
  requires transitive io.daybook.cli;
  requires info.picocli;
  requires io.daybook.engine;
  requires io.daybook.eventsourcing;
  requires io.daybook.eventstore;
  requires io.daybook.jackson;
  requires tools.jackson.databind;

  // records and commands are read by reflection
  opens io.daybook.examples.shop to
      info.picocli,
      tools.jackson.databind;

  provides io.daybook.cli.Demo with
      io.daybook.examples.shop.ShopDemo;
}
