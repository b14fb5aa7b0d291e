package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.zip.ZipException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Appends the events of a file. */
@Command(
    name = "import",
    description = {
      "Append the events of a file, in its order.",
      "",
      "Of a line of NDJSON, stream, type and data are needed. id, tags, metadata, expected, append"
          + " and, for data that is not JSON, dataBase64 with contentType may be given; position,"
          + " revision and recordedAt, which export writes, are passed over. Lines that follow one"
          + " another with the same append key are appended together or not at all.",
      "",
      "An event whose id is stored already is not stored twice: to import a file with ids again"
          + " changes nothing. A line that can't be imported stops the import with"
          + " FILE:LINE:COLUMN; what stands before it stays imported.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ImportCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Mixin private final DurabilityOption durability = new DurabilityOption();

  @Parameters(
      paramLabel = "FILE",
      description = "The file, packed with gzip or not; - is standard input.")
  private String file = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "ndjson",
      description = {
        "ndjson (default): one JSON object per line.",
        "array: a JSON array of objects with event_type, aggregate_id, data, timestamp, version."
      })
  private Format format = Format.ndjson;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description =
          "With --format array, the zone of timestamps that name none; default: UTC. For example"
              + " Europe/Prague.")
  private ZoneId zone = ZoneOffset.UTC;

  @Option(
      names = "--ignore-unknown",
      description = "Pass over fields that are not known, instead of stopping.")
  private boolean ignoreUnknown;

  ImportCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ImportFile source = ImportFile.open(file, context.terminal());
    String location = store.location();
    try (var records = records(source);
        EventStore events = context.openOrCreate(location, durability);
        var line = new ProgressLine(context.terminal(), "event")) {
      ProgressListener progress =
          (read, _) -> line.show(read, source.readBytes(), source.sizeBytes());
      var importer = new Importer(source.name(), events, progress);
      try {
        importer.run(records, parser(source.name()));
      } catch (ZipException e) {
        throw source.failure(e);
      } finally {
        line.clear();
        context.out().line(summary(importer));
      }
    }
    return ExitCode.OK;
  }

  private Records records(ImportFile source) throws IOException {
    var window = new InputWindow(source.content());
    return format == Format.ndjson
        ? new LineRecords(source.name(), window)
        : new ArrayRecords(source.name(), window);
  }

  private RecordParser parser(String name) {
    return format == Format.ndjson
        ? new EventLineParser(name, ignoreUnknown)
        : new ArrayElementParser(name, zone, ignoreUnknown);
  }

  private static String summary(Importer importer) {
    String known =
        importer.knownEvents() == 0
            ? ""
            : "; " + Text.count(importer.knownEvents(), "event") + " were stored already";
    return "imported "
        + Text.count(importer.newEvents(), "event")
        + " in "
        + Text.count(importer.newAppends(), "append")
        + known;
  }
}
