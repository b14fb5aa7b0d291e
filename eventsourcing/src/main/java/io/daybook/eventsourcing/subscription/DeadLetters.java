package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The events that a handler could not handle, parked until somebody has looked at them. They are
 * told in the event store itself, in the stream {@code deadletters-NAME}, so they are as durable as
 * what they speak of. May be used by any number of threads, in any process.
 *
 * <p>A replay is a request: it is an event, too, and carried out by whoever handles events under
 * that name, when it comes to it, once.
 */
public final class DeadLetters {
  private static final String PREFIX = "deadletters-";

  private final EventStore store;
  private final String name;
  private final BuildId build;

  private DeadLetters(EventStore store, String name, BuildId build) {
    this.store = Objects.requireNonNull(store, "store");
    this.name = Objects.requireNonNull(name, "name");
    this.build = Objects.requireNonNull(build, "build");
  }

  /** Of that projection in memory, or process. */
  public static DeadLetters of(EventStore store, String name) {
    return of(store, name, BuildId.IN_MEMORY);
  }

  /** Of one build of a read model that has several. */
  public static DeadLetters of(EventStore store, String name, BuildId build) {
    return new DeadLetters(store, name, build);
  }

  /** The stream that tells of what is parked under that name. */
  public static String streamOf(String name) {
    return PREFIX + name;
  }

  /** All that are parked, by position. */
  public List<DeadLetter> list() {
    return letters().all();
  }

  /**
   * Asks for a parked event to be handled again, and then those that wait behind it. What fails
   * stays parked, with the new error.
   *
   * @return the position of the request, which can be waited for
   * @throws IllegalArgumentException if the event is not parked, or waits behind another of its key
   */
  public Position replay(UUID eventId) {
    Letters letters = letters();
    DeadLetter letter = require(letters, eventId);
    if (letter.waits()) {
      letters
          .before(letter.key(), letter.position().value())
          .ifPresent(first -> {
            throw new IllegalArgumentException(
                "the event "
                    + eventId
                    + " waits behind "
                    + first.eventId()
                    + " of the same key "
                    + letter.key()
                    + "; replay or discard that one first");
          });
    }
    return append(LetterFormat.asked(Letters.REPLAY_REQUESTED, build, eventId));
  }

  /**
   * Asks for all parked events to be handled again, those of a key in their order.
   *
   * @return the position of the last request, which can be waited for; the head if nothing is
   *     parked
   */
  public Position replayAll() {
    Letters letters = letters();
    Position last = store.head();
    for (DeadLetter letter : letters.all()) {
      if (!letter.waits() || letters.before(letter.key(), letter.position().value()).isEmpty()) {
        last = append(LetterFormat.asked(Letters.REPLAY_REQUESTED, build, letter.eventId()));
      }
    }
    return last;
  }

  /**
   * Gives a parked event up: it will not be handled, and what waits behind it is.
   *
   * @throws IllegalArgumentException if the event is not parked
   */
  public void discard(UUID eventId) {
    var _ = require(letters(), eventId);
    var _ = append(LetterFormat.asked(Letters.DISCARDED, build, eventId));
  }

  private Position append(Event event) {
    return store.append(streamOf(name), ExpectedRevision.any(), event).lastPosition();
  }

  private DeadLetter require(Letters letters, UUID eventId) {
    return letters
        .parked(eventId)
        .orElseThrow(
            () -> new IllegalArgumentException("no event " + eventId + " is parked for " + name));
  }

  private Letters letters() {
    return Letters.in(store, streamOf(name), build);
  }
}
