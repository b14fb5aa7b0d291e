/**
 * A bank in plain records and one decider: accounts, transfers, interest, statements, and a look
 * back in time.
 */
module io.daybook.examples.bank {
  requires static transitive org.jspecify;
  requires info.picocli;
  requires io.daybook.engine;
  requires io.daybook.eventsourcing;
  requires io.daybook.eventstore;
  requires io.daybook.jackson;
}
