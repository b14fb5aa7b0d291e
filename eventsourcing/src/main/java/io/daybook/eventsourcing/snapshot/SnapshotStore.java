package io.daybook.eventsourcing.snapshot;

import java.util.Optional;

/** Where snapshots are kept, the latest of each stream. May be used by any number of threads. */
public interface SnapshotStore {

  /** The latest snapshot of a stream. */
  Optional<Snapshot> latest(String stream);

  /** Keeps a snapshot, and need not keep earlier ones of the same stream. */
  void save(Snapshot snapshot);

  /** Lets go of all snapshots of a stream; if there are none, nothing happens. */
  void delete(String stream);
}
