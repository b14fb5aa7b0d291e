package io.daybook.jackson;

import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventstore.RecordedEvent;
import tools.jackson.core.JacksonException;

/** Errors of Jackson, said in terms of the stored event. */
final class JsonErrors {
  private JsonErrors() {}

  static UndecodableEventException undecodable(RecordedEvent stored, JacksonException e) {
    return new UndecodableEventException(stored, describe(e), e);
  }

  /** Which field, and what is wrong with it. */
  static String describe(JacksonException e) {
    var path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return (path.isEmpty() ? "" : "field " + path + ": ") + e.getOriginalMessage();
  }
}
