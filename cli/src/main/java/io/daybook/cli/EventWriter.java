package io.daybook.cli;

import io.daybook.eventstore.RecordedEvent;

/** A form in which events are shown. Used by one thread. */
interface EventWriter {
  /** Shows an event, perhaps later. */
  void write(RecordedEvent event);

  /** Shows what was held back, and lets it reach the reader. */
  void flush();

  /** Ends the output. */
  void finish();
}
