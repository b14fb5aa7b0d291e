package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Checkpoint;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Checkpoints in memory. */
final class MemoryCheckpoints implements Checkpoints {
  private final Map<String, Checkpoint> checkpoints = new ConcurrentHashMap<>();

  @Override
  public Optional<Checkpoint> load(String name) {
    return Optional.ofNullable(checkpoints.get(name));
  }

  @Override
  public void save(String name, Checkpoint checkpoint) {
    checkpoints.put(name, checkpoint);
  }
}
