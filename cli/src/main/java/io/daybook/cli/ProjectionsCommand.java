package io.daybook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the projections of an application. */
@Command(
    name = "projections",
    description = {
      "List the projections and process managers: version, status, position, how far and how long"
          + " each is behind, events of unknown types, parked events or instances, parked effects.",
      "",
      "The running application is asked. If none runs, they are stopped.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ProjectionsCommand implements Callable<Integer> {
  private final ApplicationCommands commands;

  @Mixin private final JsonOption json = new JsonOption();

  ProjectionsCommand(ApplicationCommands commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException {
    List<ProjectionState> states = states();
    if (json.isSet()) {
      states.forEach(state -> commands.out().println(JsonTree.write(state.toJson())));
    } else {
      ProjectionState.table(states).print(commands.out());
    }
    return ExitCode.OK;
  }

  private List<ProjectionState> states() throws IOException {
    var running = commands.connect();
    if (running.isEmpty()) {
      return commands.projectionNames().stream().map(ProjectionState::stopped).toList();
    }
    try (ControlClient client = running.get()) {
      var states = new ArrayList<ProjectionState>();
      var answer = client.ask(Map.of("command", "projections"), _ -> {});
      for (Object each : JsonTree.list(answer.get("projections"))) {
        states.add(new ProjectionState(JsonTree.object(each)));
      }
      for (String name : commands.projectionNames()) {
        if (states.stream().noneMatch(state -> state.toText("name").equals(name))) {
          states.add(ProjectionState.stopped(name));
        }
      }
      return states;
    }
  }
}
