package io.daybook.cli;

import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventstore.EventStore;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the timers that are pending. */
@Command(
    name = "timers",
    description = {
      "List the timers that have not fired, the earliest first: of which process and instance, its"
          + " name, when it is due.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class TimersCommand implements Callable<Integer> {
  private final ApplicationCommands commands;

  @Mixin private final JsonOption json = new JsonOption();

  TimersCommand(ApplicationCommands commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() {
    List<PendingTimer> timers;
    try (EventStore store = commands.openToRead()) {
      timers = Timers.pending(store);
    }
    if (json.isSet()) {
      timers.forEach(this::printJson);
    } else if (timers.isEmpty()) {
      commands.out().println("no timer is pending");
    } else {
      printTable(timers);
    }
    return ExitCode.OK;
  }

  private void printJson(PendingTimer timer) {
    var line = new LinkedHashMap<String, Object>();
    line.put("id", timer.id());
    line.put("process", timer.process());
    line.put("instance", timer.instance());
    line.put("timer", timer.timer());
    line.put("due", timer.due());
    line.put("payload", timer.payload());
    commands.out().println(JsonTree.write(line));
  }

  private void printTable(List<PendingTimer> timers) {
    Instant now = Instant.now();
    var table = new Columns("process", "instance", "timer", "due", "in", "id");
    for (PendingTimer timer : timers) {
      Duration left = Duration.between(now, timer.due());
      table.add(
          timer.process(),
          timer.instance(),
          timer.timer(),
          timer.due().toString(),
          left.isNegative()
              ? "overdue by " + ControlRequests.brief(left.negated())
              : ControlRequests.brief(left),
          timer.id().toString());
    }
    table.print(commands.out());
  }
}
