package io.daybook.examples.shop;

import io.daybook.eventsourcing.audit.Audit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How things come to be written down: the options that every command that writes has. */
final class Entry {
  @Mixin final Help help = new Help();

  @Option(names = "--actor", paramLabel = "WHO", description = "Who does it; default: you")
  private String actor = System.getProperty("user.name", "unknown");

  @Option(names = "--reason", paramLabel = "WHY", description = "Why, for the audit trail")
  private @Nullable String reason;

  @Option(
      names = "--command-id",
      paramLabel = "ID",
      description = "Names this command: sent twice with the same id, it counts once")
  private String commandId = UUID.randomUUID().toString();

  /** Every subcommand explains itself. */
  static final class Help {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Print this help and exit")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean asked;
  }

  String commandId() {
    return commandId;
  }

  Audit audit() {
    Audit audit = Audit.by(actor);
    return reason == null ? audit : audit.because(reason);
  }
}
