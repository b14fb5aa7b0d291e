package io.daybook.eventsourcing.snapshot;

import io.daybook.eventstore.Payload;

/**
 * Turns states into bytes, and back. May be used by any number of threads.
 *
 * @param <S> the state
 */
public interface StateCodec<S> {

  /**
   * What a state looks like: another text when its fields change, or when they get another meaning.
   * Snapshots of another shape are passed over. At most 100 characters of {@code A-Z a-z 0-9 . : _
   * -}.
   */
  String shape();

  /** The state as bytes. */
  Payload encode(S state);

  /**
   * The state that {@link #encode} was given.
   *
   * @throws RuntimeException if the bytes cannot be read: the snapshot is passed over
   */
  S decode(Payload state);
}
