package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A projection that is followed, wherever its view is: what those need who watch and control it.
 * May be used by any number of threads.
 */
public interface RunningProjection {

  /** The projection's name. */
  String name();

  /** The version of its handlers and tables, from 1; nothing if it is kept in memory alone. */
  default OptionalInt version() {
    return OptionalInt.empty();
  }

  /** How it is. */
  ReadModel.Status status();

  /** Why it stands still, if it failed. */
  Optional<? extends ProjectionException> failure();

  /** Everything up to here is in the view. */
  Position position();

  /** How many positions the store is ahead; 0 if none of them concerns this projection. */
  long lag();

  /** How long the first event that is not yet in the view has been stored; zero if all are. */
  Duration lagTime();

  /** How many events were passed over because no codec knows their type. */
  long unknownEvents();

  /** The events that are parked, if the projection parks them. */
  DeadLetters deadLetters();

  /** The events whose effects are parked, if the projection has effects and parks them. */
  DeadLetters deadEffects();

  /** Lets no handler run until {@link #resume}. Returns when none runs here any more. */
  void pause();

  /** Goes on after {@link #pause}. */
  void resume();

  /**
   * Builds the view anew from the first event, while the old one goes on serving, and replaces it.
   * Returns then.
   *
   * @throws ProjectionException if the new one fails; the old one stays
   */
  void rebuild();

  /**
   * Keeps nothing of what the view was made of up to now: deletes its snapshots and builds it anew.
   * For the day on which stored events read otherwise than before, because a subject was forgotten,
   * for example. Returns when the new view is in place, so nothing that is read after this is older
   * than the call.
   *
   * @throws ProjectionException if the new one fails; the old one stays, so call this again
   */
  void purge();

  /** How far a rebuild has come that is under way, as far as is known here. */
  default Optional<Progress> rebuildProgress() {
    return Optional.empty();
  }
}
