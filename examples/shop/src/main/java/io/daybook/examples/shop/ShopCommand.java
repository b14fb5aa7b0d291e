package io.daybook.examples.shop;

import io.daybook.cli.Application;
import io.daybook.eventstore.EventStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "shop",
    description = "A shop on an event store: carts, checkout, discount codes, stock, invoices of a real retailer.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
final class ShopCommand {
  ShopCommand(Function<Path, EventStore> stores, Clock clock, Application application) {}
}
