package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Checkpoint;
import java.util.Optional;

/** Where handlers of events stand, by name. May be used by any number of threads. */
public interface CheckpointStore {

  /** The checkpoint of that name. */
  Optional<Checkpoint> load(String name);

  /** Replaces the checkpoint of that name. */
  void save(String name, Checkpoint checkpoint);

  /**
   * Replaces the checkpoint of that name, if the lease is still held; both in one step.
   *
   * @throws LeaseLostException if it is lost; nothing is saved
   */
  void save(String name, Checkpoint checkpoint, Lease lease);
}
