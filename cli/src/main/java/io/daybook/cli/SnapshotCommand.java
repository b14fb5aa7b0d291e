package io.daybook.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies a store by links. */
@Command(
    name = "snapshot",
    description = {
      "Copy the store to a folder of the same file system at once, by links.",
      "",
      "Works beside the process that writes the store. It takes hardly any space, since files are"
          + " shared; so it helps against mistakes, not against a broken disk.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class SnapshotCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final KeptStore store;

  @Parameters(
      paramLabel = "TARGET",
      description =
          "A folder that does not exist, is empty, or holds an earlier snapshot of this store.")
  private String target = "";

  SnapshotCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new KeptStore(context, root);
  }

  @Override
  public Integer call() {
    String location = store.location();
    Maintenance.Copy copy = context.maintenanceOf(location).snapshot(location, target);
    CopyReport.write(context, "linked to " + target, copy, store.asksForJson());
    return ExitCode.OK;
  }
}
