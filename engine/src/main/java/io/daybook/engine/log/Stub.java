package io.daybook.engine.log;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;

/**
 * What a scavenge leaves of a hidden event: position, stream, revision, recorded time, id and type,
 * so that retries are recognised and numbers stay. Nobody is shown a stub.
 */
public final class Stub {
  /** Told from any other payload by being this one. */
  static final Payload DATA = Payload.of(new byte[0], "application/x-daybook-scavenged");

  private Stub() {}

  /** Whether this is all that is left of an event. */
  public static boolean is(RecordedEvent event) {
    return is(event.event());
  }

  @SuppressWarnings("ReferenceEquality") // see DATA
  static boolean is(Event event) {
    return event.data() == DATA;
  }

  /** What is to be left of an event. */
  static Event of(Event event) {
    return new Event(event.id(), event.type(), List.of(), DATA, Payload.empty());
  }
}
