package io.daybook.eventsourcing.codec;

import io.daybook.eventstore.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A stored event has data that its type and version do not allow: a field is missing, has the wrong
 * form, or the version is newer than the codec knows. Register an upcaster for that version, or run
 * the release that wrote it.
 */
public final class UndecodableEventException extends CodecException {
  /** With the event and what is wrong with it. */
  public UndecodableEventException(
      RecordedEvent stored, String message, @Nullable Throwable cause) {
    super(stored, "the event of type " + stored.type() + " cannot be read: " + message, cause);
  }
}
