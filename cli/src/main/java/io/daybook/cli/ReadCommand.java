package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ReadRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads events. */
@Command(
    name = "read",
    description = {
      "Read the events of a stream, or those that match, or all.",
      "",
      "On a terminal they are shown as a table, with times in its zone; otherwise as one JSON"
          + " object per line, with position, stream, revision, id, type, tags, recordedAt,"
          + " metadata, data.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ReadCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;
  @Mixin private final EventFilter filter = new EventFilter();
  @Mixin private final ReadRange range = new ReadRange();
  @Mixin private final EventWriters writers = new EventWriters();

  @Parameters(
      paramLabel = "STREAM",
      arity = "0..1",
      description = "The stream, for example account-42.")
  private @Nullable String stream;

  @Option(names = "--backwards", description = "From the last event to the first.")
  private boolean backwards;

  @Option(
      names = "--system",
      description = "With the store's own events: settings, deletes and tombstones of streams.")
  private boolean system;

  ReadCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws InterruptedException {
    ReadRequest request = range.request(filter.query(stream), stream, backwards, system);
    try (EventStore events = context.openToRead(store.location())) {
      EventWriter writer = writers.writer(context);
      long count = range.read(events, request, stream, writer);
      writer.finish();
      if (count == 0 && context.terminal().outIsTerminal()) {
        context.out().line("no event matches");
      }
    }
    return ExitCode.OK;
  }
}
