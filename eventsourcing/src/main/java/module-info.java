/**
 * Event sourcing over any event store: deciders handle commands, projections build read models,
 * codecs name and version events.
 */
module io.daybook.eventsourcing {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventstore;
}
