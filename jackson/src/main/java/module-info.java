/** The JSON codec: events as records, written and read by Jackson 3. */
module io.daybook.jackson {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventsourcing;
  requires transitive tools.jackson.databind;
  requires com.fasterxml.jackson.annotation;

  exports io.daybook.jackson;
}
