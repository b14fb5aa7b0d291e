package io.daybook.eventstore;

/** What events can be found by, and what {@link EventStore#list} lists. */
public enum Dimension {
  /** The streams that hold an event that is not hidden. */
  STREAM,
  /** The categories of these streams. */
  CATEGORY,
  /** The types of events that are not hidden. */
  TYPE,
  /** The tags of events that are not hidden. */
  TAG
}
