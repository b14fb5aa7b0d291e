package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how much of the events that are meant is read. */
final class ReadRange {
  @Option(
      names = "--from",
      paramLabel = "N",
      description = "Begin at this revision of the stream or, where no stream is given, position.")
  private @Nullable Long from;

  @Option(
      names = "--to",
      paramLabel = "N",
      description = "End with this revision of the stream or, where no stream is given, position.")
  private @Nullable Long to;

  @Option(
      names = "--as-of",
      paramLabel = "POSITION|INSTANT",
      description =
          "As the store was at that position, or at that time, for example 2026-01-31T23:59:59Z.")
  private @Nullable String asOf;

  @Option(names = "--limit", paramLabel = "N", description = "Read at most so many events.")
  private @Nullable Long limit;

  /** The request, except for where it ends. */
  ReadRequest request(Query query, @Nullable String stream, boolean backwards, boolean system) {
    requireNotNegative("--from", from);
    requireNotNegative("--to", to);
    if (limit != null && limit < 1) {
      throw CommandFailedException.usage("--limit is 1 or more, not " + limit);
    }
    if (from != null && to != null && (backwards ? from < to : from > to)) {
      throw CommandFailedException.usage(
          "nothing is from "
              + from
              + " to "
              + to
              + (backwards
                  ? "; backwards, --from is the higher one"
                  : "; or is --backwards meant?"));
    }
    ReadRequest request = ReadRequest.of(query);
    if (from != null) {
      request =
          stream == null ? request.from(new Position(from)) : request.from(new Revision(from));
    }
    if (limit != null) {
      request = request.limit(limit);
    }
    if (backwards) {
      request = request.inReverse();
    }
    if (system || (stream != null && Limits.isSystemName(stream))) {
      request = request.withSystemEvents();
    }
    if (asOf == null) {
      return request;
    }
    return switch (Moment.parse("--as-of", asOf)) {
      case ReadRequest.AsOf.Now _ -> request;
      case ReadRequest.AsOf.AtPosition(Position position) -> request.asOf(position);
      case ReadRequest.AsOf.AtInstant(Instant instant) -> request.asOf(instant);
    };
  }

  /** Reads, and shows each event. Returns how many there were. */
  long read(EventStore store, ReadRequest request, @Nullable String stream, EventWriter writer)
      throws InterruptedException {
    long count = 0;
    try (ReadResult<RecordedEvent> events = store.read(request)) {
      for (RecordedEvent event : events) {
        if (isBeyond(event, stream, request.backwards())) {
          break;
        }
        writer.write(event);
        count++;
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    return count;
  }

  private boolean isBeyond(RecordedEvent event, @Nullable String stream, boolean backwards) {
    if (to == null) {
      return false;
    }
    long at = stream == null ? event.position().value() : event.revision().value();
    return backwards ? at < to : at > to;
  }

  private static void requireNotNegative(String option, @Nullable Long value) {
    if (value != null && value < 0) {
      throw CommandFailedException.usage(option + " is 0 or more, not " + value);
    }
  }
}
