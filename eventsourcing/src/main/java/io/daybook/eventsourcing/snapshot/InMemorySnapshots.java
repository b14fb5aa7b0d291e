package io.daybook.eventsourcing.snapshot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Snapshots in memory, the latest of each stream: for tests, and for stores that are in memory. */
public final class InMemorySnapshots implements SnapshotStore {
  private final ConcurrentHashMap<String, Snapshot> byStream = new ConcurrentHashMap<>();

  /** Without any snapshot. */
  public InMemorySnapshots() {}

  @Override
  public Optional<Snapshot> latest(String stream) {
    return Optional.ofNullable(byStream.get(stream));
  }

  @Override
  public void save(Snapshot snapshot) {
    byStream.merge(
        snapshot.stream(),
        snapshot,
        (before, now) -> before.revision().compareTo(now.revision()) > 0 ? before : now);
  }

  @Override
  public List<String> streams(String prefix) {
    return byStream.keySet().stream().filter(stream -> stream.startsWith(prefix)).toList();
  }

  @Override
  public void delete(String stream) {
    byStream.remove(stream);
  }
}
