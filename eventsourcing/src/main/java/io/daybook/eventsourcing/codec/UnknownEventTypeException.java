package io.daybook.eventsourcing.codec;

import io.daybook.eventstore.RecordedEvent;

/**
 * A stored event has a type that the codec does not know. Register its class, or what became of it:
 * {@link EventTypes.Builder#formerly}, {@link EventTypes.Builder#split} or {@link
 * EventTypes.Builder#dropped}.
 */
public final class UnknownEventTypeException extends CodecException {
  private final String type;

  /** With the event and the unknown type, which an upcaster may have named. */
  public UnknownEventTypeException(RecordedEvent stored, String type) {
    super(
        stored,
        "the event type "
            + type
            + " is not known to the codec; register its class or its former name, or drop it",
        null);
    this.type = type;
  }

  /** The type. */
  public String type() {
    return type;
  }
}
