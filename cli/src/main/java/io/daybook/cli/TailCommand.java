package io.daybook.cli;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the last events, and those to come. */
@Command(
    name = "tail",
    description = {
      "Show the last events, then each new one as it is appended, until Ctrl-C.",
      "",
      "Works beside the process that writes the store, and shows what that appends.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class TailCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;
  @Mixin private final EventFilter filter = new EventFilter();
  @Mixin private final EventWriters writers = new EventWriters();

  @Parameters(
      paramLabel = "STREAM",
      arity = "0..1",
      description = "The stream, for example account-42.")
  private @Nullable String stream;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "How many of the events that are stored are shown; default: 10.")
  private long last = 10;

  @Option(
      names = "--from",
      paramLabel = "N",
      description =
          "Instead, show all from this revision of the stream or, where no stream is given,"
              + " position.")
  private @Nullable Long from;

  @Option(
      names = "--system",
      description = "With the store's own events: settings, deletes and tombstones of streams.")
  private boolean system;

  TailCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (last < 0 || (from != null && from < 0)) {
      throw CommandFailedException.usage("--last and --from are 0 or more");
    }
    Query query = filter.query(stream);
    try (EventStore events = context.openToRead(store.location())) {
      Checkpoint after = events.checkpointAt(before(events, query));
      SubscriptionRequest request = SubscriptionRequest.of(query).after(after);
      try (Subscription subscription =
          events.subscribe(showsSystem() ? request.withSystemEvents() : request)) {
        follow(subscription, writers.writer(context));
      }
    }
    return ExitCode.OK;
  }

  /** Shows what comes, and lets the reader have it whenever nothing more is at hand. */
  private void follow(Subscription subscription, EventWriter writer) throws InterruptedException {
    while (true) {
      Optional<SubscriptionMessage> atHand = subscription.poll(Duration.ZERO);
      if (atHand.isEmpty()) {
        writer.flush();
      }
      SubscriptionMessage message = atHand.isPresent() ? atHand.get() : subscription.next();
      if (message instanceof SubscriptionMessage.Delivered(RecordedEvent event) && isMeant(event)) {
        writer.write(event);
      }
    }
  }

  private boolean isMeant(RecordedEvent event) {
    return stream == null || from == null || event.revision().value() >= from;
  }

  private boolean showsSystem() {
    return system || (stream != null && Limits.isSystemName(stream));
  }

  /** The position before the first event to show. */
  private Position before(EventStore events, Query query) {
    Position head = events.head();
    ReadRequest request = ReadRequest.of(query);
    if (showsSystem()) {
      request = request.withSystemEvents();
    }
    if (from == null) {
      return last == 0 ? head : beforeLast(events, request.inReverse().limit(last), head);
    }
    if (stream == null) {
      return new Position(Math.min(from - 1, head.value()));
    }
    return beforeLast(events, request.from(new Revision(from)).limit(1), head);
  }

  private static Position beforeLast(EventStore events, ReadRequest request, Position otherwise) {
    Position before = otherwise;
    try (ReadResult<RecordedEvent> read = events.read(request)) {
      for (RecordedEvent event : read) {
        before = new Position(event.position().value() - 1);
      }
    }
    return before;
  }
}
