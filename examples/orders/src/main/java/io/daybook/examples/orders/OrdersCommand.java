package io.daybook.examples.orders;

import io.daybook.cli.Application;
import io.daybook.eventstore.EventStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "orders",
    description = "Order management by CQRS on an event store: orders, payments, packages, deliveries.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
final class OrdersCommand {
  OrdersCommand(Function<Path, EventStore> stores, Clock clock, Application application) {}
}
