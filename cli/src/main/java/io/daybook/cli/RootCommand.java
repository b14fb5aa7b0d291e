package io.daybook.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What stands before the subcommand. */
@Command(
    name = "daybook",
    description = {
      "An event store on the command line: appends, reads, follows, imports and exports events."
    },
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why",
      "2:asked wrongly: an unknown option, a missing argument, data that is not JSON",
      "3:conflict: the store is not as the append expected; nothing was appended",
      "130:stopped by Ctrl-C"
    },
    footer = {
      "",
      "daybook help COMMAND tells more of a command.",
      "daybook demo lists what there is to see."
    })
final class RootCommand implements Callable<Integer> {
  /** Where the store is if nothing else is said. */
  static final String DEFAULT_LOCATION = "./daybook-data";

  private final Context context;

  @Option(
      names = {"--data", "--store"},
      paramLabel = "DIR",
      description = "The store's directory; default: " + DEFAULT_LOCATION)
  private @Nullable String location;

  @Option(
      names = "--key-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "The key of an encrypted store: 32 bytes, or a line with 64 hexadecimal digits or Base64;"
              + " default: what DAYBOOK_KEY_FILE names, if it is set. A store that append or import"
              + " creates is encrypted with it.")
  private @Nullable String keyFile;

  @Option(
      names = "--key-command",
      scope = ScopeType.INHERIT,
      paramLabel = "COMMAND",
      description = "A command that writes the key to its standard output; the shell runs it.")
  private @Nullable String keyCommand;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "After an error, show where in the program it arose.")
  private boolean stacktrace;

  @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean version;

  @Spec private @Nullable CommandSpec spec;

  RootCommand(Context context) {
    this.context = context;
    context.takeKeyFrom(this::key);
  }

  /** The key that was given, or that the environment names. */
  private @Nullable StoreKey key() {
    StoreKey given = key("--key-file", keyFile, "--key-command", keyCommand);
    String fallback = System.getenv("DAYBOOK_KEY_FILE");
    boolean named = fallback != null && !fallback.isEmpty();
    return given == null && named ? new StoreKey.InFile(fallback) : given;
  }

  /** The key that one of two options names. */
  static @Nullable StoreKey key(
      String fileOption, @Nullable String file, String commandOption, @Nullable String command) {
    if (file != null && command != null) {
      throw CommandFailedException.usage(
          fileOption + " or " + commandOption + ", and not both, tells the key");
    }
    if (file != null) {
      return new StoreKey.InFile(file);
    }
    return command == null ? null : new StoreKey.OfCommand(command);
  }

  /** What {@code --data} before the subcommand names, or the default. */
  String location() {
    return location == null ? DEFAULT_LOCATION : location;
  }

  boolean showsStacktrace() {
    return stacktrace;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      context.out().line(spec.commandLine().getUsageMessage().stripTrailing());
    }
    return ExitCode.OK;
  }
}
