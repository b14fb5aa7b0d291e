/**
 * The contract of an event store (what is stored, appended, read and subscribed to), and the
 * in-memory store that is its reference.
 */
module io.daybook.eventstore {
  requires static transitive org.jspecify;

  exports io.daybook.eventstore;
}
