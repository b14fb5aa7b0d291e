package io.daybook.cli;

import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a store holds. */
@Command(
    name = "stats",
    description = {"Say what the store holds: events, streams, types, tags, bytes and so on.", ""},
    optionListHeading = "%nOptions:%n")
final class StatsCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  StatsCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  /** One line: a name, a text for people, and a value in JSON. */
  private record Line(String name, String text, String json) {
    private static Line of(Figure figure) {
      return new Line(figure.name(), figure.text(), Long.toString(figure.value()));
    }

    private static Line of(String name, String text) {
      return new Line(name, text, '"' + text + '"');
    }

    /** The name as a key: {@code index files} becomes {@code indexFiles}. */
    private String key() {
      var key = new StringBuilder();
      for (String word : name.split(" ", -1)) {
        key.append(
            key.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
      }
      return key.toString();
    }
  }

  @Override
  public Integer call() {
    String location = store.location();
    StoreProvider provider = context.providerOf(location);
    Context.requireStore(provider, location);
    var lines = new ArrayList<Line>();
    // before it is opened, since an open store takes room ahead of need
    List<Figure> figures = provider.figures(location);
    try (EventStore events = context.openExisting(location)) {
      contract(events, lines);
    }
    figures.forEach(figure -> lines.add(Line.of(figure)));
    if (json) {
      var fields = lines.stream().map(line -> '"' + line.key() + "\":" + line.json()).toList();
      context.out().line("{" + String.join(",", fields) + "}");
    } else {
      int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
      for (Line line : lines) {
        String pad = " ".repeat(width - line.name().length());
        context.out().line(line.name() + pad + "  " + line.text());
      }
    }
    return ExitCode.OK;
  }

  /** What every store can tell. */
  private static void contract(EventStore events, List<Line> lines) {
    var checkpoint = events.checkpointAt(events.head());
    lines.add(Line.of("store", checkpoint.storeId().toString()));
    lines.add(Line.of(Figure.count("epoch", checkpoint.epoch())));
    lines.add(Line.of(Figure.count("events", checkpoint.position().value() + 1)));
    lines.add(Line.of(Figure.count("streams", count(events, Dimension.STREAM))));
    lines.add(Line.of(Figure.count("categories", count(events, Dimension.CATEGORY))));
    lines.add(Line.of(Figure.count("types", count(events, Dimension.TYPE))));
    lines.add(Line.of(Figure.count("tags", count(events, Dimension.TAG))));
    ReadRequest all = ReadRequest.of(Query.everything()).withSystemEvents().limit(1);
    addTime("first recorded", first(events, all), lines);
    addTime("last recorded", first(events, all.inReverse()), lines);
  }

  private static void addTime(String name, @Nullable RecordedEvent event, List<Line> lines) {
    if (event != null) {
      lines.add(Line.of(name, event.recordedAt().toString()));
    }
  }

  private static @Nullable RecordedEvent first(EventStore events, ReadRequest request) {
    List<RecordedEvent> read = events.read(request).toList();
    return read.isEmpty() ? null : read.getFirst();
  }

  private static long count(EventStore events, Dimension dimension) {
    long count = 0;
    try (ReadResult<String> names = events.list(dimension, "")) {
      for (String _ : names) {
        count++;
      }
    }
    return count;
  }
}
