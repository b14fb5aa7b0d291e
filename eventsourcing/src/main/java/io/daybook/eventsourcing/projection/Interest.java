package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.time.Instant;

/** Which events of a store concern a read model, and so how far it is behind. */
record Interest(EventStore store, Query query, Partition partition) {

  /** How many positions the store is ahead; 0 if none of them is of interest. */
  long lag(Position position) {
    Position head = store.head();
    long behind = head.value() - position.value();
    return behind <= 0 || lastUpTo(head) <= position.value() ? 0 : behind;
  }

  /** How long the first event after the position has been stored; zero if there is none. */
  Duration lagTime(Position position) {
    var request = ReadRequest.of(query).from(position.next());
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        if (partition.has(event)) {
          Duration waited = Duration.between(event.recordedAt(), Instant.now());
          return waited.isNegative() ? Duration.ZERO : waited;
        }
      }
    }
    return Duration.ZERO;
  }

  /**
   * The position that has to be reached so that everything up to the target is in the view. Who
   * follows is told of an event that is of interest at once, of one that is not only now and then.
   */
  long needed(Position target) {
    try {
      return store.head().compareTo(target) < 0 ? target.value() : lastUpTo(target);
    } catch (EventStoreClosedException _) {
      return target.value();
    }
  }

  private long lastUpTo(Position target) {
    if (target.value() < 0) {
      return -1;
    }
    var request = ReadRequest.of(query).from(target).inReverse().limit(1);
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        return event.position().value();
      }
    }
    return -1;
  }
}
