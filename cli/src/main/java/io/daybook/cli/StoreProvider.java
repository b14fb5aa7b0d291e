package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import java.time.Duration;
import java.util.Optional;

/**
 * Opens the stores that {@code --data} names. The command finds providers by {@link
 * java.util.ServiceLoader}, and takes the first that knows a location.
 */
public interface StoreProvider {

  /** Whether locations of this form, a directory or a URL of some scheme, are this provider's. */
  boolean opens(String location);

  /** Whether there is a store, so that opening it creates nothing. */
  boolean exists(String location);

  /**
   * Opens the store for reading and writing; creates one where there is none. The caller closes it.
   *
   * @param location where the store is
   * @param progress is told how far it is, if opening takes long
   * @throws io.daybook.eventstore.EventStoreException if it cannot be opened
   */
  EventStore open(String location, ProgressListener progress);

  /**
   * Opens a store that is there for reading only, also while another process writes it, and leaves
   * nothing behind. What is appended meanwhile is seen. The caller closes it.
   *
   * @param location where the store is
   * @param progress is told how far it is, if opening takes long
   * @throws io.daybook.eventstore.EventStoreException if it cannot be opened
   */
  EventStore openToRead(String location, ProgressListener progress);

  /**
   * What can be told of a store beyond the contract.
   *
   * @param location where the store is
   * @param opened the store, as {@link #openToRead} gave it
   * @param largest how many of the longest streams to tell, at most
   */
  StoreDetails details(String location, EventStore opened, int largest);

  /**
   * Checks everything that is stored, while nobody has the store open.
   *
   * @param location where the store is
   * @param progress is told how far it is
   */
  VerifyReport verify(String location, ProgressListener progress);

  /**
   * The same for stores that are encrypted with a key.
   *
   * @throws CommandFailedException if its stores are never encrypted
   */
  default StoreProvider withKey(StoreKey key) {
    throw CommandFailedException.failure("these stores are not encrypted, and take no key", null);
  }

  /**
   * The same for stores that sync what was appended once in this time and when they are closed,
   * instead of before an append is done.
   *
   * @param interval from a millisecond to a day
   * @throws CommandFailedException if its stores leave no choice
   */
  default StoreProvider withSyncInterval(Duration interval) {
    throw CommandFailedException.failure("these stores leave no choice of --durability", null);
  }

  /** Signed heads and proofs of its stores; nothing if it has none. */
  default Optional<Proofs> proofs() {
    return Optional.empty();
  }

  /** Copies, repairs and reclaims of its stores; nothing if it has none. */
  default Optional<Maintenance> maintenance() {
    return Optional.empty();
  }
}
