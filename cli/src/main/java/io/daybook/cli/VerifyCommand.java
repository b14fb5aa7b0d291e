package io.daybook.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a store. */
@Command(
    name = "verify",
    description = {
      "Check every byte that is stored, and compare the index and the hashes with the events.",
      "",
      "Changes nothing. Damage is reported with its file and offset, and exit code 1.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class VerifyCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Option(
      names = "--deep",
      description =
          "Also compare the index and the hashes with every event. Every verify does so: this"
              + " changes nothing, and keeps scripts that ask for it right.")
  @SuppressWarnings("unused") // see its description
  private boolean deep;

  VerifyCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() {
    String location = store.location();
    StoreProvider provider = context.providerOf(location);
    Context.requireStore(provider, location);
    VerifyReport report;
    try (var line = new ProgressLine(context.terminal(), "event")) {
      report = provider.verify(location, line.listener());
    }
    report.notes().forEach(note -> context.out().line("note: " + Text.printable(note)));
    for (VerifyReport.Damage damage : report.damages()) {
      context.out().line("damaged: " + text(damage));
    }
    String checked =
        Text.count(report.events(), "event")
            + ", "
            + Text.count(report.files(), "file")
            + ", "
            + Text.bytes(report.bytes());
    if (!report.damages().isEmpty()) {
      int places = report.damages().size();
      throw CommandFailedException.failure(
          Text.count(places, "damaged place")
              + " in "
              + location
              + (places == 1 ? ": " : "; the first: ")
              + text(report.damages().getFirst()),
          null);
    }
    context.out().line("no damage found: " + checked);
    return ExitCode.OK;
  }

  private static String text(VerifyReport.Damage damage) {
    return Text.printable(damage.file() + " at offset " + damage.offset() + ": " + damage.what());
  }
}
