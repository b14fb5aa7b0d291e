package io.daybook.eventstore;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * An event as a store holds it: with its place in the log, its place in its stream and the time it
 * was recorded.
 *
 * @param position its place in the whole log, from 0
 * @param stream the stream that it belongs to
 * @param revision its place in that stream, from 0
 * @param recordedAt when the store accepted it, to the microsecond; never earlier than that of the
 *     event before
 * @param event the event as it was appended
 */
public record RecordedEvent(
    Position position, String stream, Revision revision, Instant recordedAt, Event event) {

  /** Checks that nothing is null. */
  public RecordedEvent {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(recordedAt, "recordedAt");
    Objects.requireNonNull(event, "event");
  }

  /** The event's id. */
  public UUID id() {
    return event.id();
  }

  /** The event's type. */
  public String type() {
    return event.type();
  }

  /** The event's tags. */
  public List<String> tags() {
    return event.tags();
  }

  /** What happened. */
  public Payload data() {
    return event.data();
  }

  /** Who, why and in which context. */
  public Payload metadata() {
    return event.metadata();
  }

  /** The category of its stream, if it has one. */
  public Optional<String> category() {
    return Query.categoryOf(stream);
  }

  /** Whether the store wrote it itself: settings, deletes and tombstones of streams. */
  public boolean isSystem() {
    return Limits.isSystemName(stream);
  }
}
