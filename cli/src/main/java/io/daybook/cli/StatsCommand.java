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

  @Option(
      names = "--largest",
      paramLabel = "N",
      description =
          "So many of the streams with the most events; default: 10. 0 spares looking for them,"
              + " which takes long where there are millions.")
  private int largest = 10;

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
    if (largest < 0) {
      throw CommandFailedException.usage("--largest is 0 or more, not " + largest);
    }
    String location = store.location();
    var lines = new ArrayList<Line>();
    StoreDetails details;
    try (EventStore events = context.openToRead(location)) {
      contract(events, lines);
      details = context.providerOf(location).details(location, events, largest);
    }
    details.figures().forEach(figure -> lines.add(Line.of(figure)));
    if (json) {
      writeJson(lines, details);
    } else {
      writeText(lines, details);
    }
    return ExitCode.OK;
  }

  private void writeText(List<Line> lines, StoreDetails details) {
    int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    for (Line line : lines) {
      String pad = " ".repeat(width - line.name().length());
      context.out().line(line.name() + pad + "  " + line.text());
    }
    List<StoreDetails.StreamSize> streams = details.largestStreams();
    if (!streams.isEmpty()) {
      context.out().line("");
      context.out().line("largest streams, by events:");
      int digits = Figure.count("", streams.getFirst().events()).text().length();
      for (StoreDetails.StreamSize stream : streams) {
        String count = Figure.count("", stream.events()).text();
        String pad = " ".repeat(Math.max(0, digits - count.length()));
        context.out().line("  " + pad + count + "  " + Text.printable(stream.stream()));
      }
    }
  }

  private void writeJson(List<Line> lines, StoreDetails details) {
    var out = new LineBuffer();
    String separator = "{";
    for (Line line : lines) {
      out.ascii(separator).ascii("\"").ascii(line.key()).ascii("\":").ascii(line.json());
      separator = ",";
    }
    out.ascii(separator).ascii("\"index\":[");
    separator = "";
    for (StoreDetails.IndexFile file : details.index()) {
      out.ascii(separator).ascii("{\"file\":").quoted(file.file());
      out.ascii(",\"first\":").number(file.first()).ascii(",\"last\":").number(file.last());
      out.ascii(",\"bytes\":").number(file.bytes()).ascii("}");
      separator = ",";
    }
    out.ascii("],\"largestStreams\":[");
    separator = "";
    for (StoreDetails.StreamSize stream : details.largestStreams()) {
      out.ascii(separator).ascii("{\"stream\":").quoted(stream.stream());
      out.ascii(",\"events\":").number(stream.events()).ascii("}");
      separator = ",";
    }
    out.ascii("]}\n").writeTo(context.out());
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
