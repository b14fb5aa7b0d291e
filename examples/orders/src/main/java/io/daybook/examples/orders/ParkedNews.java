package io.daybook.examples.orders;

import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventstore.RecordedEvent;
import java.io.PrintStream;

/** Tells people of events that a read model could not take in. */
record ParkedNews(PrintStream out) implements ProjectionListener {
  @Override
  public void parked(String projection, RecordedEvent event, Throwable cause) {
    out.println(
        ("%s: %s of %s is parked, and so is what follows in that stream;"
                + " see: orders projection %s dead-letters")
            .formatted(projection, event.type(), event.stream(), projection));
    out.flush();
  }
}
