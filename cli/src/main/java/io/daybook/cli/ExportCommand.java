package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ReadRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes events to a file. */
@Command(
    name = "export",
    description = {
      "Write events to a file, as import reads them.",
      "",
      "Ids, types, tags, metadata and data come back to the byte. A file is written beside its"
          + " place and put there when it is whole. Not exported: the store's own events, and which"
          + " events were appended together.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ExportCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;
  @Mixin private final EventFilter filter = new EventFilter();
  @Mixin private final ReadRange range = new ReadRange();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description =
          "The file, replaced if it is there; packed with gzip if its name ends with .gz; -"
              + " (default) is standard output.")
  private String file = "-";

  @Option(names = "--stream", paramLabel = "STREAM", description = "Events of this stream.")
  private @Nullable String stream;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "ndjson (default): one JSON object per line.",
        "array: a JSON array of objects with event_type, aggregate_id, data, timestamp, version;"
            + " ids, tags and other metadata are left out."
      })
  private Format format = Format.ndjson;

  ExportCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ReadRequest request = range.request(filter.query(stream), stream, false, false);
    try (EventStore events = context.openToRead(store.location())) {
      if (file.equals("-")) {
        write(events, request, context.out());
      } else {
        long count = writeFile(events, request);
        context.out().line("exported " + Text.count(count, "event") + " to " + file);
      }
    }
    return ExitCode.OK;
  }

  private long writeFile(EventStore events, ReadRequest request)
      throws IOException, InterruptedException {
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw CommandFailedException.failure(file + " is a directory, not a file", null);
    }
    // through a link to what it points at
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      return writeTo(Files.newOutputStream(target), events, request); // a device or pipe
    }
    Output.requireFolder(target);
    Path part = target.resolveSibling(target.getFileName() + ".part");
    boolean whole = false;
    try {
      long count = writeTo(Files.newOutputStream(part), events, request);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      whole = true;
      return count;
    } finally {
      if (!whole) {
        Files.deleteIfExists(part);
      }
    }
  }

  private long writeTo(OutputStream file, EventStore events, ReadRequest request)
      throws IOException, InterruptedException {
    boolean packed = this.file.endsWith(".gz");
    try (OutputStream raw = file;
        OutputStream content = packed ? new GZIPOutputStream(raw, 1 << 16) : raw;
        var out = new Output(content, this.file)) {
      return write(events, request, out);
    }
  }

  private long write(EventStore events, ReadRequest request, Output out)
      throws InterruptedException {
    EventWriter writer = format == Format.ndjson ? new EventLineWriter(out) : new ArrayWriter(out);
    try (var line = new ProgressLine(context.terminal(), "event")) {
      var counting = new Counting(writer, line, events.head().value());
      long count = range.read(events, request, stream, counting);
      writer.finish();
      writer.flush();
      return count;
    }
  }

  /** Shows how far the export is. */
  private static final class Counting implements EventWriter {
    private final EventWriter writer;
    private final ProgressLine line;
    private final long head;
    private long count;

    private Counting(EventWriter writer, ProgressLine line, long head) {
      this.writer = writer;
      this.line = line;
      this.head = head;
    }

    @Override
    public void write(io.daybook.eventstore.RecordedEvent event) {
      writer.write(event);
      count++;
      if (count % 1024 == 0) {
        line.show(count, event.position().value(), head);
      }
    }

    @Override
    public void flush() {
      writer.flush();
    }

    @Override
    public void finish() {
      writer.finish();
    }
  }
}
