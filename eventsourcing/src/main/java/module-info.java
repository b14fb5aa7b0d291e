/**
 * Event sourcing over any event store: deciders handle commands, projections build read models,
 * process managers react over time, codecs name and version events.
 */
module io.daybook.eventsourcing {
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventstore;

  exports io.daybook.eventsourcing.audit;
  exports io.daybook.eventsourcing.codec;
  exports io.daybook.eventsourcing.copy;
  exports io.daybook.eventsourcing.decider;
  exports io.daybook.eventsourcing.privacy;
  exports io.daybook.eventsourcing.process;
  exports io.daybook.eventsourcing.projection;
  exports io.daybook.eventsourcing.snapshot;
  exports io.daybook.eventsourcing.subscription;
  exports io.daybook.eventsourcing.tenancy;
}
