package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Checkpoint;

/** Checkpoints that only the holder of a lease moves. May be used by any number of threads. */
public interface FencedCheckpoints extends Checkpoints {

  /**
   * Replaces the checkpoint of that name, if the lease is still held; both in one step.
   *
   * @throws LeaseLostException if it is lost; nothing is saved
   */
  void save(String name, Checkpoint checkpoint, Lease lease);
}
