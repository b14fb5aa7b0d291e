package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.RecordedEvent;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what led to an event, and what it led to. */
@Command(
    name = "causation",
    description = {
      "Show what led to an event, and all that it led to, as a tree.",
      "",
      "Events tell in their metadata what they follow from (causationId), and the conversation that"
          + " they are a part of (correlationId).",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class CausationCommand implements Callable<Integer> {
  private final ApplicationCommands commands;

  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "EVENT-ID", description = "The event.")
  private String eventId = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The most events to show; default: ${DEFAULT-VALUE}")
  private int limit = 1000;

  CausationCommand(ApplicationCommands commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() {
    UUID id = id();
    if (limit < 1) {
      throw CommandFailedException.usage("--limit is 1 or more, not " + limit);
    }
    try (EventStore store = commands.openToRead()) {
      RecordedEvent event =
          store
              .find(id)
              .orElseThrow(() ->
                  CommandFailedException.failure(
                      "there is no event " + id + " in the store " + commands.data(), null));
      CausationTree tree = CausationTree.around(store, event, limit);
      if (json.isSet()) {
        tree.nodes().forEach(node -> commands.out().println(JsonTree.write(node.toJson())));
      } else {
        print(tree);
      }
    }
    return ExitCode.OK;
  }

  private UUID id() {
    try {
      return ControlRequests.eventId(eventId);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(String.valueOf(e.getMessage()));
    }
  }

  private void print(CausationTree tree) {
    if (!tree.unknownCause().isEmpty()) {
      commands
          .out()
          .println(
              "caused by "
                  + Text.printable(tree.unknownCause())
                  + ", which is no event of this store");
    }
    var table = new Columns("event", "stream", "recorded at", "actor", "id");
    for (CausationTree.Node node : tree.nodes()) {
      if (node.relation() == CausationTree.Relation.CONVERSATION) {
        continue;
      }
      boolean asked = node.relation() == CausationTree.Relation.EVENT;
      RecordedEvent event = node.event();
      table.add(
          (asked ? "> " : "  ") + "  ".repeat(node.depth()) + event.type(),
          event.stream() + "/" + event.revision(),
          event.recordedAt().toString(),
          node.actor(),
          event.id().toString());
    }
    table.print(commands.out());
    if (tree.isCut()) {
      commands.out().println("and more; --limit shows them");
    }
    long others =
        tree.nodes().stream()
            .filter(node -> node.relation() == CausationTree.Relation.CONVERSATION)
            .count();
    if (others > 0) {
      commands
          .out()
          .println(
              Text.count(others, "other event")
                  + " of the same conversation "
                  + Text.printable(tree.correlationId())
                  + "; --json lists them");
    }
  }
}
