package io.daybook.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a damaged store usable again. */
@Command(
    name = "repair",
    description = {
      "Make a damaged store usable again: keep everything before the first damage of the log, and"
          + " nothing after.",
      "",
      "Shows first what would be kept and dropped, and asks. A backup, if there is one, has more"
          + " than a repair can keep. Exit code 0 if nothing is wrong or it was repaired, 1 if"
          + " damage is left.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class RepairCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Option(names = "--plan", description = "Show what would be done, and change nothing.")
  private boolean planOnly;

  @Option(names = "--yes", description = "Do not ask; needed where nobody can be asked.")
  private boolean yes;

  RepairCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws IOException {
    if (planOnly && yes) {
      throw CommandFailedException.usage("--plan changes nothing, so there is no --yes to it");
    }
    String location = store.location();
    Context.requireStore(context.providerOf(location), location);
    Maintenance maintenance = context.maintenanceOf(location);
    Maintenance.RepairPlan plan;
    try (var line = new ProgressLine(context.terminal(), "event")) {
      plan = maintenance.planRepair(location, line.listener());
    }
    if (plan.steps().isEmpty()) {
      context.out().line("nothing to repair: " + Text.count(plan.keptEvents(), "event"));
      return ExitCode.OK;
    }
    show(plan);
    if (planOnly) {
      throw notRepaired(location, "this was the plan alone");
    }
    if (!yes && !context.terminal().outIsTerminal()) {
      throw notRepaired(location, "--yes repairs it so");
    }
    if (!yes && !context.asks("repair " + location + " so?")) {
      throw notRepaired(location, "nothing was changed");
    }
    try (var line = new ProgressLine(context.terminal(), "event")) {
      maintenance.repair(location, plan, line.listener());
    }
    context.out().line("repaired: " + Text.count(plan.keptEvents(), "event"));
    return ExitCode.OK;
  }

  private static CommandFailedException notRepaired(String location, String what) {
    return CommandFailedException.failure(
        "the store in " + location + " is damaged and was not repaired: " + what, null);
  }

  private void show(Maintenance.RepairPlan plan) {
    plan.steps().forEach(step -> context.out().line(Text.printable(text(step))));
    String kept = Text.count(plan.keptEvents(), "event");
    context
        .out()
        .line(
            plan.keptEvents() == 0
                ? "kept:    no event"
                : "kept:    " + kept + ", positions 0 to " + (plan.keptEvents() - 1));
    boolean drops =
        plan.steps().stream().anyMatch(step -> step.action() != Maintenance.Action.MAKE_ANEW);
    if (drops) {
      context.out().line("dropped: " + dropped(plan));
    } else {
      context.out().line("dropped: nothing");
    }
    if (plan.newEpoch()) {
      context.out().line("a new epoch begins: checkpoints from before will be refused");
    }
  }

  private static String dropped(Maintenance.RepairPlan plan) {
    String from = "from position " + plan.keptEvents() + " on";
    return (plan.droppedEvents() == 0
            ? "no event that is known of, "
            : Text.count(plan.droppedEvents(), "event") + " at least, ")
        + from
        + "; "
        + Text.count(plan.readableEvents(), "event")
        + " of it can still be read by hand, in "
        + plan.aside();
  }

  private static String text(Maintenance.Step step) {
    return switch (step.action()) {
      case CUT ->
          step.file()
              + " is cut at offset "
              + step.offset()
              + " and loses "
              + Text.bytes(step.bytes())
              + ": "
              + step.why();
      case MOVE_ASIDE ->
          step.file() + " is moved aside, " + Text.bytes(step.bytes()) + ": " + step.why();
      case MAKE_ANEW -> step.file() + " is made anew: " + step.why();
    };
  }
}
