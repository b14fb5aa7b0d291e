package io.daybook.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete the command. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options in bash and zsh.",
      "",
      "To have it now:",
      "  source <(daybook completion)",
      "",
      "To have it always, put that line into ~/.bashrc or ~/.zshrc.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class CompletionCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  CompletionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      context.out().line(AutoComplete.bash("daybook", spec.root().commandLine()).stripTrailing());
    }
    return ExitCode.OK;
  }
}
