package io.daybook.cli;

import io.daybook.eventsourcing.copy.CopiedEvent;
import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventsourcing.copy.StoreCopyException;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Query;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies a store into another one, with other names or without some events. */
@Command(
    name = "copy",
    description = {
      "Copy the events of a store into a new one, under other names or without some of them.",
      "",
      "Ids, tags, data and metadata come over to the byte; when an event was recorded is added to"
          + " its metadata. Hidden events are not copied. To run the same command again goes on"
          + " where it was interrupted, or copies what was appended since.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class CopyCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Mixin private final DurabilityOption durability = new DurabilityOption();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description =
          "The new store's directory: one that does not exist, or that such a copy was begun in.")
  private String target = "";

  @Option(
      names = "--only-category",
      paramLabel = "CATEGORY",
      description =
          "Only streams of this category, as the source names it. If repeated, of any of them.")
  private List<String> categories = List.of();

  @Option(
      names = "--drop-type",
      paramLabel = "TYPE",
      description = "Without events of this type, as the source names it. May be repeated.")
  private List<String> droppedTypes = List.of();

  @Option(
      names = "--rename-type",
      paramLabel = "OLD=NEW",
      description = "Events of the type OLD become NEW. May be repeated.")
  private Map<String, String> types = new LinkedHashMap<>();

  @Option(
      names = "--rename-stream",
      paramLabel = "OLD=NEW",
      description = "The stream OLD becomes, or joins, NEW. May be repeated.")
  private Map<String, String> streams = new LinkedHashMap<>();

  @Option(
      names = "--rename-category",
      paramLabel = "OLD=NEW",
      description = "Streams OLD-… become NEW-…. May be repeated.")
  private Map<String, String> renamedCategories = new LinkedHashMap<>();

  @Option(names = "--json", description = "Say what was done as one JSON object.")
  private boolean json;

  CopyCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() {
    String location = store.location();
    if (Path.of(location)
        .toAbsolutePath()
        .normalize()
        .equals(Path.of(target).toAbsolutePath().normalize())) {
      throw CommandFailedException.usage("--to names the store itself; name another directory");
    }
    try (EventStore source = context.openToRead(location)) {
      requireAll(source, location);
      try (EventStore copy = context.openOrCreate(target, durability)) {
        StoreCopy.Report report = run(steps(source, copy));
        if (json) {
          writeJson(report);
        } else {
          context.out().line(text(report));
        }
      }
    }
    return ExitCode.OK;
  }

  private StoreCopy.Report run(StoreCopy copy) {
    try (var line = new ProgressLine(context.terminal(), "event")) {
      return copy.run((read, position, head) -> {
        if (Thread.interrupted()) {
          throw new CancellationException();
        }
        line.show(read, position.value(), head.value());
      });
    } catch (CancellationException e) {
      throw CommandFailedException.interrupted(
          "stopped; the same command again goes on where it was", e);
    } catch (StoreCopyException e) {
      throw new CommandFailedException(
          e.getCause() == null ? ExitCode.FAILURE : Failures.exitCodeOf(e.getCause()),
          String.valueOf(e.getMessage()),
          e);
    }
  }

  private StoreCopy steps(EventStore source, EventStore copy) {
    try {
      streams.values().forEach(Limits::requireStreamName);
      types.values().forEach(Limits::requireType);
      renamedCategories.values().forEach(CopyCommand::requireCategory);
      StoreCopy all = StoreCopy.from(source).to(copy);
      if (!categories.isEmpty()) {
        var item = new Query.Item(Set.of(), Set.copyOf(categories), Set.of(), Set.of());
        all = all.selecting(item.asQuery());
      }
      return all.filter(event -> !droppedTypes.contains(event.type())).map(this::renamed);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(Failures.message(e));
    }
  }

  /** By the names that the source has, each renamed once: so names can be exchanged, too. */
  private CopiedEvent renamed(CopiedEvent event) {
    String stream = event.stream();
    String newStream = streams.get(stream);
    if (newStream == null) {
      newStream =
          Query.categoryOf(stream)
              .filter(renamedCategories::containsKey)
              .map(old -> renamedCategories.get(old) + stream.substring(old.length()))
              .orElse(stream);
    }
    return event.withStream(newStream).withType(types.getOrDefault(event.type(), event.type()));
  }

  private static void requireCategory(String category) {
    Limits.requireStreamName(category);
    if (category.contains("-")) {
      throw new IllegalArgumentException(
          "a category ends before the first -, so it holds none: " + category);
    }
  }

  /** A name that is mistyped would change nothing, and nobody would notice. */
  private void requireAll(EventStore source, String location) {
    for (String category : categories) {
      requireAny(source, location, Dimension.CATEGORY, "category", category);
    }
    for (String category : renamedCategories.keySet()) {
      requireAny(source, location, Dimension.CATEGORY, "category", category);
    }
    for (String type : droppedTypes) {
      requireAny(source, location, Dimension.TYPE, "type", type);
    }
    for (String type : types.keySet()) {
      requireAny(source, location, Dimension.TYPE, "type", type);
    }
    for (String stream : streams.keySet()) {
      requireAny(source, location, Dimension.STREAM, "stream", stream);
    }
  }

  private static void requireAny(
      EventStore source, String location, Dimension dimension, String what, String name) {
    try (var names = source.list(dimension, name)) {
      var first = names.iterator();
      if (!first.hasNext() || !first.next().equals(name)) {
        throw CommandFailedException.failure(
            "there is no " + what + " " + name + " in " + location, null);
      }
    }
  }

  private static String text(StoreCopy.Report report) {
    long after = report.after().value();
    return (after < 0 ? "" : "went on after position " + after + ": ")
        + "copied "
        + Text.count(report.copied(), "event")
        + " in "
        + Text.count(report.appends(), "append")
        + (report.left() == 0 ? "" : ", left out " + Text.count(report.left(), "event"))
        + (report.withoutTime() == 0
            ? ""
            : "; the metadata of " + Text.count(report.withoutTime(), "event") + " takes no time")
        + (report.settings() == 0 ? "" : "; settings of " + Text.count(report.settings(), "stream"))
        + (report.settingsLeft().isEmpty()
            ? ""
            : "; without the settings of " + String.join(", ", report.settingsLeft()));
  }

  private void writeJson(StoreCopy.Report report) {
    var out = new LineBuffer();
    out.ascii("{\"after\":").number(report.after().value());
    out.ascii(",\"head\":").number(report.head().value());
    out.ascii(",\"read\":").number(report.read());
    out.ascii(",\"copied\":").number(report.copied());
    out.ascii(",\"left\":").number(report.left());
    out.ascii(",\"appends\":").number(report.appends());
    out.ascii(",\"divided\":").number(report.divided());
    out.ascii(",\"withoutTime\":").number(report.withoutTime());
    out.ascii(",\"settings\":").number(report.settings());
    out.ascii(",\"settingsLeft\":[");
    String separator = "";
    for (String stream : report.settingsLeft()) {
      out.ascii(separator).quoted(stream);
      separator = ",";
    }
    out.ascii("]}\n").writeTo(context.out());
  }
}
