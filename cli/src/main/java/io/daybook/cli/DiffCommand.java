package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.PrintStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the state of a stream at two moments, and what changed between them. */
@Command(
    name = "diff",
    description = {
      "Show the state of a stream at two moments, as JSON, and which fields changed between them.",
      "",
      "A moment is a revision of the stream (the state after that event), or an instant such as"
          + " 2026-01-31T23:59:59Z (the state as it was recorded then).",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class DiffCommand implements Callable<Integer> {
  private final ApplicationCommands commands;

  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "STREAM", description = "The stream, for example account-42.")
  private String stream = "";

  @Option(
      names = "--from",
      paramLabel = "REVISION|INSTANT",
      description = "The state before; default: that before the first event")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "REVISION|INSTANT",
      description = "The state after; default: that of now")
  private @Nullable String to;

  /** A moment in the life of a stream. */
  private sealed interface Moment {
    boolean covers(RecordedEvent event);

    record Start() implements Moment {
      @Override
      public boolean covers(RecordedEvent event) {
        return false;
      }
    }

    record AtRevision(long revision) implements Moment {
      @Override
      public boolean covers(RecordedEvent event) {
        return event.revision().value() <= revision;
      }
    }

    record AtInstant(Instant instant) implements Moment {
      @Override
      public boolean covers(RecordedEvent event) {
        return !event.recordedAt().isAfter(instant);
      }
    }

    record Now() implements Moment {
      @Override
      public boolean covers(RecordedEvent event) {
        return true;
      }
    }
  }

  /** A state, and the last event that it is of. */
  private record Side(@Nullable Object state, @Nullable RecordedEvent last) {
    Map<String, @Nullable Object> toJson() {
      var side = new LinkedHashMap<String, @Nullable Object>();
      side.put("revision", last == null ? null : last.revision().value());
      side.put("recordedAt", last == null ? null : last.recordedAt());
      side.put("state", state);
      return side;
    }

    String heading() {
      return last == null
          ? "before the first event"
          : "revision " + last.revision() + ", recorded at " + last.recordedAt();
    }
  }

  DiffCommand(ApplicationCommands commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() {
    Moment first = from == null ? new Moment.Start() : moment("--from", from);
    Moment second = to == null ? new Moment.Now() : moment("--to", to);
    var states = commands.states(Query.categoryOf(stream).orElse(""));
    try (EventStore store = commands.openToRead()) {
      compare(store, states.begin(), first, second);
    }
    return ExitCode.OK;
  }

  private void compare(EventStore store, StateFold<?, ?> fold, Moment first, Moment second) {
    Side before = null;
    RecordedEvent last = null;
    var between = new ArrayList<RecordedEvent>();
    boolean more = false;
    try (var read = store.read(Query.stream(stream))) {
      for (RecordedEvent event : read) {
        boolean covered = second.covers(event);
        if (first.covers(event) && !covered) {
          throw CommandFailedException.usage("--from is after --to");
        }
        if (!covered) {
          more = true;
          break;
        }
        if (before == null && !first.covers(event)) {
          before = new Side(fold.json(), last);
        }
        if (before != null) {
          between.add(event);
        }
        fold.add(event);
        last = event;
      }
    }
    if (last == null && !more) {
      throw CommandFailedException.failure("there is no stream " + stream, null);
    }
    if (!more) {
      requireThere("--from", first, last);
      requireThere("--to", second, last);
    }
    var after = new Side(fold.json(), last);
    tell(before == null ? after : before, after, between);
  }

  private void requireThere(String option, Moment moment, @Nullable RecordedEvent last) {
    if (moment instanceof Moment.AtRevision(long revision)
        && (last == null || last.revision().value() < revision)) {
      throw CommandFailedException.failure(
          option
              + ": the stream "
              + stream
              + " has no revision "
              + revision
              + "; its last is "
              + (last == null ? "-1" : last.revision().toString()),
          null);
    }
  }

  private void tell(Side before, Side after, List<RecordedEvent> between) {
    List<JsonChange> changes = JsonChange.between(before.state, after.state);
    PrintStream out = commands.out();
    if (json.isSet()) {
      var line = new LinkedHashMap<String, @Nullable Object>();
      line.put("stream", stream);
      line.put("before", before.toJson());
      line.put("after", after.toJson());
      line.put("events", between.stream().map(RecordedEvent::type).toList());
      line.put("changes", changes.stream().map(JsonChange::toJson).toList());
      out.println(JsonTree.write(line));
      return;
    }
    out.println("before: " + before.heading());
    out.println("  " + Text.printable(JsonTree.write(before.state)));
    out.println("after:  " + after.heading());
    out.println("  " + Text.printable(JsonTree.write(after.state)));
    out.println("events between: " + between.size());
    if (changes.isEmpty()) {
      out.println("nothing changed");
      return;
    }
    var table = new Columns("changed", "before", "after");
    changes.forEach(change -> table.add(change.path(), change.beforeText(), change.afterText()));
    table.print(out);
  }

  private static Moment moment(String option, String text) {
    try {
      if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return new Moment.AtRevision(Long.parseLong(text));
      }
      return new Moment.AtInstant(OffsetDateTime.parse(text).toInstant());
    } catch (NumberFormatException | DateTimeParseException _) {
      throw CommandFailedException.usage(
          option
              + " is a revision like 7 or an instant such as 2026-01-31T23:59:59Z, not: "
              + text);
    }
  }
}
