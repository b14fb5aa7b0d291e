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
