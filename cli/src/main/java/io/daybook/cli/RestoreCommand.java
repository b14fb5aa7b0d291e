package io.daybook.cli;

import io.daybook.eventstore.ReadRequest;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a store out of a backup. */
@Command(
    name = "restore",
    description = {
      "Make a new store out of a backup, which stays as it is.",
      "",
      "The new store has the id of the old one and a new epoch: checkpoints from before are"
          + " refused, and read models rebuild.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class RestoreCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "BACKUP", description = "The folder of the backup.")
  private String backup = "";

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "A folder that does not exist or is empty.")
  private String target = "";

  @Option(
      names = "--to",
      paramLabel = "POSITION|INSTANT",
      description =
          "Whole appends up to that position, or that time, for example 2026-01-31T23:59:59Z, and"
              + " nothing behind.")
  private @Nullable String to;

  @Option(names = "--json", description = "Say what was done as one JSON object.")
  private boolean json;

  RestoreCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ReadRequest.AsOf moment = to == null ? new ReadRequest.AsOf.Now() : Moment.parse("--to", to);
    if (!context.providerOf(backup).exists(backup)) {
      throw CommandFailedException.failure("there is no backup in " + backup, null);
    }
    Maintenance.Copy copy;
    try (var line = ProgressLine.ofBytes(context.terminal())) {
      copy = context.maintenanceOf(backup).restore(backup, target, moment, line.listener());
    } catch (CancellationException e) {
      throw CommandFailedException.interrupted(
          "stopped; what is in " + target + " is no store: remove it and restore again", e);
    }
    CopyReport.write(context, "restored to " + target, copy, json);
    return ExitCode.OK;
  }
}
