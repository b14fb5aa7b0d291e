package io.daybook.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies a store. */
@Command(
    name = "backup",
    description = {
      "Copy the store to a folder, or bring an earlier backup there up to date.",
      "",
      "Works beside the process that writes the store. Only files that are new, and the one that is"
          + " being written, are copied. From the first backup on, the folder holds a whole store"
          + " at every moment, also if this is stopped.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class BackupCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final KeptStore store;

  @Parameters(
      paramLabel = "TARGET",
      description =
          "A folder that does not exist, is empty, or holds an earlier backup of this store.")
  private String target = "";

  BackupCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new KeptStore(context, root);
  }

  @Override
  public Integer call() {
    String location = store.location();
    Maintenance.Copy copy;
    try (var line = ProgressLine.ofBytes(context.terminal())) {
      copy = context.maintenanceOf(location).backup(location, target, line.listener());
    } catch (CancellationException e) {
      throw CommandFailedException.interrupted(
          "stopped; a backup that "
              + target
              + " held before is still whole, and the next one goes on",
          e);
    }
    CopyReport.write(context, "backed up to " + target, copy, store.asksForJson());
    return ExitCode.OK;
  }
}
