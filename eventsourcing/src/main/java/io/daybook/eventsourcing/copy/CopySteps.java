package io.daybook.eventsourcing.copy;

import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a copy makes of an event. */
final class CopySteps {
  private final List<Function<CopiedEvent, Optional<CopiedEvent>>> steps;

  CopySteps(List<Function<CopiedEvent, Optional<CopiedEvent>>> steps) {
    this.steps = steps;
  }

  /**
   * An event for the target.
   *
   * @param withTime whether its metadata tells when the source recorded it
   */
  record Made(String stream, Event event, boolean withTime) {}

  /** What is made of an event; nothing if it is left out. */
  Optional<Made> apply(RecordedEvent stored) {
    if (isSnapshot(stored)) {
      return Optional.empty();
    }
    try {
      Optional<CopiedEvent> copied = Optional.of(CopiedEvent.of(stored));
      for (var step : steps) {
        copied = copied.flatMap(step);
      }
      return copied.map(CopySteps::made);
    } catch (RuntimeException e) {
      // the steps are the caller's, and may throw anything
      throw new StoreCopyException(
          "position "
              + stored.position()
              + " ("
              + stored.stream()
              + ", revision "
              + stored.revision()
              + "): the event of type "
              + stored.type()
              + " cannot be copied: "
              + (e.getMessage() == null ? e.toString() : e.getMessage()),
          e);
    }
  }

  /** It is of another log, and may hold what a step takes out of the events. */
  private static boolean isSnapshot(RecordedEvent stored) {
    return stored.type().equals(EventStoreSnapshots.TYPE)
        && stored.stream().startsWith(EventStoreSnapshots.PREFIX);
  }

  /**
   * The stream whose events the events of a stream become, as far as its name tells; nothing if the
   * steps leave such an event out or can make nothing of it.
   */
  Optional<String> streamOf(RecordedEvent systemEvent, String stream) {
    try {
      return apply(
              new RecordedEvent(
                  systemEvent.position(),
                  stream,
                  systemEvent.revision(),
                  systemEvent.recordedAt(),
                  systemEvent.event()))
          .map(Made::stream);
    } catch (StoreCopyException _) {
      return Optional.empty();
    }
  }

  private static Made made(CopiedEvent copied) {
    RecordedEvent source = copied.source();
    Optional<Payload> metadata = SourceTime.addedTo(copied.metadata(), source.recordedAt());
    var event =
        new Event(
            source.id(),
            copied.type(),
            copied.tags(),
            copied.data(),
            metadata.orElse(copied.metadata()));
    return new Made(copied.stream(), event, metadata.isPresent());
  }
}
