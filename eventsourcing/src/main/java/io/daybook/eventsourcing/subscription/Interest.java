package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Which events of a store concern somebody who follows it, and so how far behind who follows is.
 * Each answer asks the store anew. May be used by any number of threads.
 *
 * @param store what is followed
 * @param query what is read of it
 * @param handled which of the events that are read are handled, where others handle the rest
 */
public record Interest(EventStore store, Query query, Predicate<RecordedEvent> handled) {

  /** Checks that nothing is null. */
  public Interest {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(handled, "handled");
  }

  /** All that a query finds in a store. */
  public Interest(EventStore store, Query query) {
    this(store, query, _ -> true);
  }

  /** Where the last event stands that is of interest; before the first if there is none. */
  public Position last() {
    return lastOf(ReadRequest.of(query));
  }

  /**
   * How many positions the store is ahead of one; 0 if none of them is of interest.
   *
   * @param reached everything up to here was handled
   */
  public long lag(Position reached) {
    Position head = store.head();
    long behind = head.value() - reached.value();
    return behind <= 0 || lastUpTo(head).compareTo(reached) <= 0 ? 0 : behind;
  }

  /**
   * How long the first event behind a position has been stored that is handled; zero if there is
   * none. By the clock of this machine.
   *
   * @param reached everything up to here was handled
   */
  public Duration lagTime(Position reached) {
    try (var read = store.read(ReadRequest.of(query).from(reached.next()))) {
      for (RecordedEvent event : read) {
        if (handled.test(event)) {
          Duration waited = Duration.between(event.recordedAt(), Instant.now());
          return waited.isNegative() ? Duration.ZERO : waited;
        }
      }
    }
    return Duration.ZERO;
  }

  /**
   * The position that has to be reached so that everything up to the target was handled. Who
   * follows is told of an event that is of interest at once, of one that is not only now and then.
   *
   * @return the target itself if the store is closed, or has not come so far
   */
  public Position needed(Position target) {
    try {
      return store.head().compareTo(target) < 0 ? target : lastUpTo(target);
    } catch (EventStoreClosedException _) {
      return target;
    }
  }

  private Position lastUpTo(Position target) {
    boolean isAny = target.compareTo(Position.BEFORE_FIRST) > 0;
    return isAny ? lastOf(ReadRequest.of(query).from(target)) : Position.BEFORE_FIRST;
  }

  private Position lastOf(ReadRequest request) {
    try (var read = store.read(request.inReverse().limit(1))) {
      for (RecordedEvent event : read) {
        return event.position();
      }
    }
    return Position.BEFORE_FIRST;
  }
}
