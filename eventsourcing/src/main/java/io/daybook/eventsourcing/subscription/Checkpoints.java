package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import java.util.Optional;

/**
 * Where handlers of events stand, by name. May be used by any number of threads.
 *
 * <p>A process manager is right without one, or with one that lags behind: what it is told again
 * changes nothing. A checkpoint saves it from reading the whole log at each start.
 */
public interface Checkpoints {

  /** The checkpoint that was last saved under that name. */
  Optional<Checkpoint> load(String name);

  /** Saves a checkpoint in place of the one before. */
  void save(String name, Checkpoint checkpoint);

  /** In memory: gone with the process. */
  static Checkpoints inMemory() {
    return new MemoryCheckpoints();
  }

  /**
   * In an event store: the checkpoint of {@code payment} is the last event of the stream {@code
   * checkpoint:payment}, whose max count is 1.
   */
  static Checkpoints in(EventStore store) {
    return new StoreCheckpoints(store);
  }
}
