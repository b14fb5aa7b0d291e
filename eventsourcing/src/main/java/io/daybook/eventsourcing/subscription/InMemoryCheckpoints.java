package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Checkpoint;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checkpoints in memory: for tests, and for stores that are in memory. Leases are not checked, for
 * there is one instance.
 */
public final class InMemoryCheckpoints implements FencedCheckpoints {
  private final ConcurrentHashMap<String, Checkpoint> byName = new ConcurrentHashMap<>();

  /** Without any checkpoint. */
  public InMemoryCheckpoints() {}

  @Override
  public Optional<Checkpoint> load(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public void save(String name, Checkpoint checkpoint) {
    byName.put(name, checkpoint);
  }

  @Override
  public void save(String name, Checkpoint checkpoint, Lease lease) {
    Objects.requireNonNull(lease, "lease");
    save(name, checkpoint);
  }
}
