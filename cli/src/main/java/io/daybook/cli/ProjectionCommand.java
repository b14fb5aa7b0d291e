package io.daybook.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells of one projection, and changes how it runs. */
@Command(
    name = "projection",
    description = {
      "Show, pause, resume or rebuild a projection, or deal with the events that it parked.",
      "",
      "  status                     how it is; the default",
      "  pause, resume              lets no handler run, or again; the view goes on serving",
      "  rebuild                    builds the view anew beside the old one, and replaces it",
      "  dead-letters [list]        the events that are parked, and why",
      "  dead-letters replay [ID]   handles a parked event again, or all",
      "  dead-letters discard ID    gives a parked event up",
      "  dead-letters … --effects   the same of effects that are parked",
      "",
      "Of a process manager there are status and dead-letters: instances that stand still at an",
      "event. A command that could not be sent, and is discarded, counts as rejected.",
      "",
      "The running application does it. A rebuild goes on if this command is stopped.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ProjectionCommand implements Callable<Integer> {
  private static final String DEAD_LETTERS = "dead-letters";
  private static final List<String> ACTIONS =
      List.of("status", "pause", "resume", "rebuild", DEAD_LETTERS);

  private final ApplicationCommands commands;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--effects",
      description = "With dead-letters: those of the projection's effects, not of its view.")
  private boolean effects;

  @Parameters(index = "0", paramLabel = "NAME", description = "The projection.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..3",
      paramLabel = "ACTION",
      description = "status, pause, resume, rebuild or dead-letters; default: status")
  private List<String> action = List.of();

  ProjectionCommand(ApplicationCommands commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException {
    String verb = action.isEmpty() ? "status" : action.getFirst();
    if (!ACTIONS.contains(verb)) {
      throw CommandFailedException.usage(
          "there is no " + verb + " of a projection; there are " + String.join(", ", ACTIONS));
    }
    if (effects && !verb.equals(DEAD_LETTERS)) {
      throw CommandFailedException.usage("--effects belongs to dead-letters, not to " + verb);
    }
    return verb.equals(DEAD_LETTERS) ? deadLetters() : change(verb);
  }

  private int change(String verb) throws IOException {
    requireAtMost(1);
    var running = commands.connect();
    if (running.isEmpty() && verb.equals("status")) {
      requireKnown();
      show(ProjectionState.stopped(name));
      return ExitCode.OK;
    }
    try (ControlClient client =
            running.orElseThrow(() -> commands.notRunning("to " + verb + " a projection"));
        var line = new ProgressLine(commands.terminal(), "event")) {
      var answer =
          client.ask(
              request(verb),
              progress -> {
                long done = JsonTree.number(progress.get("position")) + 1;
                long target = JsonTree.number(progress.get("target")) + 1;
                line.show(JsonTree.number(progress.get("events")), done, target);
              });
      line.clear();
      var state = new ProjectionState(JsonTree.object(answer.get("projection")));
      show(state);
      boolean isTold = verb.equals("resume") && state.hasFailed();
      return isTold ? ExitCode.FAILURE : ExitCode.OK;
    }
  }

  private void requireKnown() {
    if (!commands.projectionNames().contains(name)) {
      throw CommandFailedException.usage(
          "there is no projection "
              + name
              + "; there are "
              + String.join(", ", commands.projectionNames()));
    }
  }

  private void show(ProjectionState state) {
    if (json.isSet()) {
      commands.out().println(JsonTree.write(state.toJson()));
      return;
    }
    ProjectionState.table(List.of(state)).print(commands.out());
    var rebuild = JsonTree.object(state.toJson().get("rebuild"));
    if (!rebuild.isEmpty()) {
      commands
          .out()
          .printf(
              Locale.ROOT,
              "a new one is being built: %,d events, at position %,d of %,d%n",
              JsonTree.number(rebuild.get("events")),
              JsonTree.number(rebuild.get("position")),
              JsonTree.number(rebuild.get("target")));
    }
    if (!state.toText("failure").isEmpty()) {
      commands.out().println("failure: " + Text.printable(state.toText("failure")));
    }
  }

  private int deadLetters() throws IOException {
    String what = action.size() > 1 ? action.get(1) : "list";
    switch (what) {
      case "list" -> {
        requireAtMost(2);
        list();
      }
      case "replay" -> {
        requireAtMost(3);
        var request = request("replay");
        addEvent(request);
        var answer = ask(request);
        long requested = JsonTree.number(answer.get("requested"));
        if (answer.containsKey("parkedAgain")) {
          return tellOfInstances(answer, Text.count(requested, "instance") + " tried again");
        }
        tell(
            Map.of("requested", requested),
            requested == 0
                ? "nothing is parked"
                : Text.count(requested, "event") + " will be handled again");
      }
      case "discard" -> {
        if (action.size() != 3) {
          throw CommandFailedException.usage("dead-letters discard needs the id of one event");
        }
        var request = request("discard");
        addEvent(request);
        var answer = ask(request);
        if (answer.containsKey("parkedAgain")) {
          return tellOfInstances(answer, "discarded " + action.get(2));
        }
        tell(Map.of("discarded", action.get(2)), "discarded " + action.get(2));
      }
      default ->
          throw CommandFailedException.usage(
              "there is no dead-letters " + what + "; there are list, replay, discard");
    }
    return ExitCode.OK;
  }

  private void addEvent(Map<String, Object> request) {
    if (action.size() > 2) {
      try {
        request.put("event", ControlRequests.eventId(action.get(2)));
      } catch (IllegalArgumentException e) {
        throw CommandFailedException.usage(String.valueOf(e.getMessage()));
      }
    }
  }

  private void list() throws IOException {
    var answer = ask(request(DEAD_LETTERS));
    List<@Nullable Object> letters = JsonTree.list(answer.get("deadLetters"));
    if (json.isSet()) {
      letters.forEach(letter -> commands.out().println(JsonTree.write(letter)));
      return;
    }
    if (letters.isEmpty()) {
      commands.out().println("nothing is parked");
      return;
    }
    boolean instances = JsonTree.object(letters.getFirst()).containsKey("instance");
    String fifth = instances ? "instance" : "attempts";
    var table = new Columns("position", "event", "stream", "type", fifth, "error");
    for (Object each : letters) {
      var letter = JsonTree.object(each);
      table.add(
          JsonTree.text(letter.get("position")),
          JsonTree.text(letter.get("event")),
          JsonTree.text(letter.get("stream")),
          JsonTree.text(letter.get("type")),
          JsonTree.text(letter.get(fifth)),
          Boolean.TRUE.equals(letter.get("waits"))
              ? "waits behind another of " + letter.get("key")
              : JsonTree.text(letter.get("error")));
    }
    table.print(commands.out());
    long parked = JsonTree.number(answer.get("parked"));
    if (parked > letters.size()) {
      commands.out().println("and " + Text.count(parked - letters.size(), "event") + " more");
    }
  }

  private int tellOfInstances(Map<String, @Nullable Object> answer, String text) {
    long again = JsonTree.number(answer.get("parkedAgain"));
    tell(answer, again == 0 ? text : text + "; " + Text.count(again, "instance") + " parked again");
    return again == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void tell(Map<String, ?> result, String text) {
    commands.out().println(json.isSet() ? JsonTree.write(result) : text);
  }

  private Map<String, Object> request(String command) {
    var request = new LinkedHashMap<String, Object>();
    request.put("command", command);
    request.put("projection", name);
    if (effects) {
      request.put("effects", true);
    }
    return request;
  }

  private Map<String, @Nullable Object> ask(Map<String, ?> request) throws IOException {
    try (ControlClient client =
        commands.connect().orElseThrow(() -> commands.notRunning("to look after parked events"))) {
      return client.ask(request, _ -> {});
    }
  }

  private void requireAtMost(int words) {
    if (action.size() > words) {
      throw CommandFailedException.usage("one argument too many: " + action.get(words));
    }
  }
}
