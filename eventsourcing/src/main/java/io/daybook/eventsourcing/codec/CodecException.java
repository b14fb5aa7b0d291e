package io.daybook.eventsourcing.codec;

import io.daybook.eventstore.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** A stored event cannot be turned into events of the domain. */
public abstract sealed class CodecException extends RuntimeException
    permits UnknownEventTypeException, UndecodableEventException {
  private final RecordedEvent stored;

  CodecException(RecordedEvent stored, String message, @Nullable Throwable cause) {
    super(
        "position "
            + stored.position()
            + " ("
            + stored.stream()
            + ", revision "
            + stored.revision()
            + "): "
            + message,
        cause);
    this.stored = stored;
  }

  /** The stored event. */
  public RecordedEvent stored() {
    return stored;
  }
}
