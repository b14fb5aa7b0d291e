package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.RecordedEvent;
import java.util.function.Function;

/**
 * One of several parts of the events, by their keys.
 *
 * @param number which, from 0
 * @param of how many there are
 * @param key what is in order: events of one key are in one partition
 */
record Partition(int number, int of, Function<RecordedEvent, String> key) {
  static final Function<RecordedEvent, String> BY_STREAM = RecordedEvent::stream;

  boolean has(RecordedEvent event) {
    return of == 1 || hasKey(key.apply(event));
  }

  boolean hasKey(String ofEvent) {
    return of == 1 || Projection.partitionOf(ofEvent, of) == number;
  }
}
