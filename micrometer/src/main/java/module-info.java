/** Metrics of a store and of read models, by Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.daybook.micrometer {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventsourcing;
  requires transitive micrometer.core;

  exports io.daybook.micrometer;
}
