/**
 * The conformance suite: abstract JUnit tests that every event store passes, for anyone who writes
 * one.
 */
module io.daybook.tck {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventstore;
  requires transitive org.junit.jupiter.api;

  exports io.daybook.tck;
}
