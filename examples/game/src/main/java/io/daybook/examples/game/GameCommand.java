package io.daybook.examples.game;

import io.daybook.cli.Application;
import io.daybook.eventstore.EventStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "game",
    description = "Games on an event store: a role-playing game, and poker hands that were really played.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
final class GameCommand {
  GameCommand(Function<Path, EventStore> stores, Clock clock, Application application) {}
}
