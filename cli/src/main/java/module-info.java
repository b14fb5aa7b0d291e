/** The {@code daybook} command: appends, reads, imports and exports events, and runs demos. */
module io.daybook.cli {
  requires static transitive org.jspecify;
  requires transitive info.picocli;
  requires transitive io.daybook.eventstore;
  requires transitive io.daybook.eventsourcing;
  requires de.siegmar.fastcsv;
  requires tools.jackson.core;

  exports io.daybook.cli;

  opens io.daybook.cli to
      info.picocli;

  uses io.daybook.cli.Demo;
  uses io.daybook.cli.StoreProvider;
}
