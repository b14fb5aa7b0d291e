package io.daybook.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs a demo. */
@Command(
    name = "demo",
    description = {"Tell a story on an event store; without a name, list what there is.", ""},
    optionListHeading = "%nOptions:%n")
final class DemoCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "NAME", index = "0", arity = "0..1", description = "The demo's name.")
  private @Nullable String name;

  @Parameters(
      paramLabel = "ARGUMENT",
      index = "1..*",
      description = "What the demo itself understands.")
  private List<String> arguments = List.of();

  DemoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    var demos = new ArrayList<Demo>();
    context.demos().forEach(demos::add);
    demos.sort(Comparator.comparing(Demo::name));
    if (name == null) {
      list(demos);
      return ExitCode.OK;
    }
    for (Demo demo : demos) {
      if (demo.name().equals(name)) {
        context.out().flush();
        return demo.run(List.copyOf(arguments), context.terminal());
      }
    }
    String names = String.join(", ", demos.stream().map(Demo::name).toList());
    throw CommandFailedException.usage(
        "there is no demo " + name + (names.isEmpty() ? "" : "; there are: " + names));
  }

  private void list(List<Demo> demos) {
    if (demos.isEmpty()) {
      context.out().line("no demo is installed");
    }
    for (Demo demo : demos) {
      context.out().line("daybook demo " + demo.name() + "   " + demo.description());
    }
  }
}
