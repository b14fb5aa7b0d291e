/**
 * Given events, when a command, then events or a refusal: tests of deciders, and of processes, as
 * the business speaks.
 */
module io.daybook.testkit {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventsourcing;

  exports io.daybook.testkit;
}
