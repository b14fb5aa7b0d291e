package io.daybook.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives an encrypted store another key. */
@Command(
    name = "rotate-key",
    description = {
      "Give an encrypted store another key; the old one is told by --key-file or --key-command.",
      "",
      "It takes a moment, however large the store: its files are encrypted with random keys, which"
          + " are kept in it under this one. Backups that were made before need the old key."
          + " --encrypt-anew writes every file again with new random keys, for when somebody may"
          + " know the old ones; it can be given alone. Nobody else may have the store open.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class RotateKeyCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Option(
      names = "--new-key-file",
      paramLabel = "FILE",
      description = "The new key, in a file as --key-file takes it.")
  private @Nullable String newKeyFile;

  @Option(
      names = "--new-key-command",
      paramLabel = "COMMAND",
      description = "A command that writes the new key to its standard output.")
  private @Nullable String newKeyCommand;

  @Option(names = "--encrypt-anew", description = "Also write every file again with new keys.")
  private boolean encryptAnew;

  RotateKeyCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() {
    StoreKey newKey =
        RootCommand.key("--new-key-file", newKeyFile, "--new-key-command", newKeyCommand);
    if (newKey == null && !encryptAnew) {
      throw CommandFailedException.usage("--new-key-file or --new-key-command is needed");
    }
    String location = store.location();
    Context.requireStore(context.providerOf(location), location);
    Maintenance maintenance = context.maintenanceOf(location);
    if (newKey != null) {
      maintenance.rotateKey(location, newKey);
      context.out().line("the store in " + location + " has the new key, and no other opens it");
    }
    if (encryptAnew) {
      encryptAnew(newKey == null ? maintenance : context.maintenanceOf(location, newKey), location);
    }
    return ExitCode.OK;
  }

  private void encryptAnew(Maintenance maintenance, String location) {
    long files;
    try (var line = new ProgressLine(context.terminal(), "file")) {
      files = maintenance.encryptAnew(location, line.listener());
    } catch (CancellationException e) {
      throw CommandFailedException.interrupted(
          "stopped; the store is whole, and --encrypt-anew does all of it the next time", e);
    }
    context.out().line("encrypted anew: wrote " + Text.count(files, "file"));
  }
}
