/** Traces of what is done with a store, and through events, by OpenTelemetry. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.daybook.opentelemetry {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventsourcing;
  requires transitive io.opentelemetry.api;
  requires transitive io.opentelemetry.context;

  exports io.daybook.opentelemetry;
}
