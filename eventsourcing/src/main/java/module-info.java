/**
 * Event sourcing over any event store: deciders handle commands, projections build read models,
 * codecs name and version events.
 */
module io.daybook.eventsourcing {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventstore;

  exports io.daybook.eventsourcing.audit;
  exports io.daybook.eventsourcing.codec;
  exports io.daybook.eventsourcing.decider;
  exports io.daybook.eventsourcing.privacy;
  exports io.daybook.eventsourcing.projection;
  exports io.daybook.eventsourcing.snapshot;
  exports io.daybook.eventsourcing.tenancy;
}
