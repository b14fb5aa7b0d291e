package io.daybook.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says which version this is. */
@Command(
    name = "version",
    description = {"Print the version.", ""},
    optionListHeading = "%nOptions:%n")
final class VersionCommand implements Callable<Integer> {
  private final Context context;

  VersionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    context.out().line(Version.line());
    return ExitCode.OK;
  }
}
