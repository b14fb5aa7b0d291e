package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;

/** A read model that {@link InlineStore} keeps current. May be used by any number of threads. */
public interface InlineProjection {

  /** Names it in messages. */
  String name();

  /**
   * Brings the read model up to that position at least, on the calling thread.
   *
   * @throws ProjectionFailedException if it cannot be
   */
  void catchUp(EventStore store, Position target);
}
