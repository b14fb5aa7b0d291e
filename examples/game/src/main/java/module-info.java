/** Games on an event store: a role-playing game, and poker hands that were really played. */
module io.daybook.examples.game {
  requires static transitive org.jspecify;
  requires transitive io.daybook.cli;
  requires info.picocli;
  requires io.daybook.engine;
  requires io.daybook.eventsourcing;
  requires io.daybook.eventstore;
  requires io.daybook.jackson;
  requires tools.jackson.databind;

  // records and commands are read by reflection
  opens io.daybook.examples.game to
      info.picocli,
      tools.jackson.databind;

  provides io.daybook.cli.Demo with
      io.daybook.examples.game.GameDemo;
}
