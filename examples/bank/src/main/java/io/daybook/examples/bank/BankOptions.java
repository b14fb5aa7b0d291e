package io.daybook.examples.bank;

import io.daybook.eventsourcing.audit.Audit;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that several of the bank's commands have. */
final class BankOptions {
  private BankOptions() {}

  /** Every subcommand explains itself. */
  static final class Help {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Print this help and exit")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean asked;
  }

  /** How things come to be written down. */
  static final class Entry {
    @Mixin final Help help = new Help();

    @Option(names = "--date", description = "The day on which it counts; default: today")
    private @Nullable LocalDate date;

    @Option(names = "--actor", paramLabel = "WHO", description = "Who does it; default: you")
    private String actor = System.getProperty("user.name", "unknown");

    @Option(names = "--reason", paramLabel = "WHY", description = "Why, for the audit trail")
    private @Nullable String reason;

    @Option(
        names = "--command-id",
        paramLabel = "ID",
        description = "Names this command: sent twice with the same id, it counts once")
    String commandId = UUID.randomUUID().toString();

    LocalDate date(Bank bank) {
      return date == null ? bank.today() : date;
    }

    Audit audit() {
      Audit audit = Audit.by(actor);
      return reason == null ? audit : audit.because(reason);
    }
  }

  /** What a look back looks at. */
  static final class Times {
    @Mixin final Help help = new Help();

    @Option(
        names = "--as-of",
        paramLabel = "DATE",
        description = "What had happened up to that day (business time)")
    @Nullable LocalDate asOf;

    @Option(
        names = "--recorded-by",
        paramLabel = "POSITION|INSTANT",
        description = "What had been written down by then, like 1234 or 2026-01-31T12:00:00Z")
    RecordedBy recordedBy = new RecordedBy.Now();

    LocalDate asOf() {
      return asOf == null ? LocalDate.MAX : asOf;
    }
  }
}
