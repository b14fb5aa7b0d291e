package io.daybook.engine;

import io.daybook.engine.index.IndexView;
import io.daybook.eventstore.RecordedEvent;
import java.util.UUID;
import java.util.function.LongFunction;

/** Finds events by their ids. */
final class StoredIds {
  private StoredIds() {}

  /**
   * The position of the event of that id, or -1. The index of files knows a part of each id's hash
   * only, so what it points at is compared with the log.
   */
  static long find(IndexView index, UUID id, LongFunction<RecordedEvent> events) {
    long inMemory = index.findIdInMemory(id);
    if (inMemory >= 0) {
      return inMemory;
    }
    for (long position : index.idCandidates(id)) {
      if (events.apply(position).id().equals(id)) {
        return position;
      }
    }
    return -1;
  }
}
