package io.daybook.eventstore;

/** A store, or a subscription to it, was closed. */
public final class EventStoreClosedException extends EventStoreException {
  /** With what was closed. */
  public EventStoreClosedException(String message) {
    super(message);
  }
}
