package io.daybook.engine.tree;

import io.daybook.eventstore.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** Where events are read that leaves are made of. */
@FunctionalInterface
public interface EventSource {
  /**
   * The event at a position; null if it was scavenged.
   *
   * @throws io.daybook.eventstore.StoreDamagedException if its bytes are not what was written
   */
  @Nullable RecordedEvent at(long position);
}
