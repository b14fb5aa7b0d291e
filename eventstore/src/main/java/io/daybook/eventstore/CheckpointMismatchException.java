package io.daybook.eventstore;

/**
 * A checkpoint is from another store, from before a point-in-time restore, or from beyond the head.
 * Subscribing after it would skip events; rebuild from the start, or take a checkpoint of this
 * store.
 */
public final class CheckpointMismatchException extends EventStoreException {
  private final Checkpoint checkpoint;

  /** With the checkpoint and the one of the store's head. */
  public CheckpointMismatchException(Checkpoint checkpoint, Checkpoint head) {
    super(
        "the checkpoint "
            + checkpoint
            + " does not belong to this store, whose head is "
            + head
            + "; rebuild from the start");
    this.checkpoint = checkpoint;
  }

  /** The checkpoint. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }
}
