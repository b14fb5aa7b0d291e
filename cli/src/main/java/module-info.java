/** The {@code daybook} command: appends, reads, imports and exports events, and runs demos. */
module io.daybook.cli {
  requires static transitive org.jspecify;
  requires info.picocli;
  requires io.daybook.eventsourcing;
  requires io.daybook.eventstore;
  requires io.daybook.jackson;
}
