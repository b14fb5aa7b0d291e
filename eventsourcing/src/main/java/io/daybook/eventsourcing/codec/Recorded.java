package io.daybook.eventsourcing.codec;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * An event of the domain with its place in the store and what was recorded besides. Immutable. Two
 * are equal if their events and their stored events are.
 *
 * @param <E> the event's class
 */
public final class Recorded<E> {
  private final E event;
  private final RecordedEvent stored;
  private final Codec<?> codec;

  /** An event that the codec decoded from the stored one. */
  public Recorded(E event, RecordedEvent stored, Codec<?> codec) {
    this.event = Objects.requireNonNull(event, "event");
    this.stored = Objects.requireNonNull(stored, "stored");
    this.codec = Objects.requireNonNull(codec, "codec");
  }

  /** What happened. */
  public E event() {
    return event;
  }

  /** The event as the store holds it. */
  public RecordedEvent stored() {
    return stored;
  }

  /** The stream that it belongs to. */
  public String stream() {
    return stored.stream();
  }

  /** The part of the stream's name after the first {@code -}: {@code 42} of {@code account-42}. */
  public String streamId() {
    String stream = stored.stream();
    return stream.substring(stream.indexOf('-') + 1);
  }

  /** Its place in its stream. */
  public Revision revision() {
    return stored.revision();
  }

  /** Its place in the whole log. */
  public Position position() {
    return stored.position();
  }

  /** The id of the stored event. */
  public UUID id() {
    return stored.id();
  }

  /** The tags of the stored event, reserved ones included. */
  public List<String> tags() {
    return stored.tags();
  }

  /** When the store accepted it. */
  public Instant recordedAt() {
    return stored.recordedAt();
  }

  /** When it happened: as the audit says, or else when it was recorded. */
  public Instant occurredAt() {
    return audit().occurredAt().orElse(recordedAt());
  }

  /**
   * Who did it, why, and what led to it. Read from the metadata at each call.
   *
   * @throws UndecodableEventException if the metadata cannot be read
   */
  public Audit audit() {
    return codec.audit(stored);
  }

  /**
   * The audit for work that follows from this event: of the same conversation (which begins with
   * this event if it is of none), caused by this event.
   */
  public Audit consequence() {
    String id = id().toString();
    return Audit.none().correlatedBy(audit().correlationId().orElse(id)).causedBy(id);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Recorded<?> that
        && event.equals(that.event)
        && stored.equals(that.stored);
  }

  @Override
  public int hashCode() {
    return 31 * event.hashCode() + stored.hashCode();
  }

  @Override
  public String toString() {
    return event + " @ " + stored.position() + " " + stored.stream() + "/" + stored.revision();
  }
}
