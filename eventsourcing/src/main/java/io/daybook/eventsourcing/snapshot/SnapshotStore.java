package io.daybook.eventsourcing.snapshot;

import java.util.List;
import java.util.Optional;

/** Where snapshots are kept, the latest of each stream. May be used by any number of threads. */
public interface SnapshotStore {

  /** The latest snapshot of a stream. */
  Optional<Snapshot> latest(String stream);

  /** Keeps a snapshot, and need not keep earlier ones of the same stream. */
  void save(Snapshot snapshot);

  /**
   * The streams that there are snapshots of and whose names begin so, in any order; those that are
   * saved or deleted meanwhile may be missing or listed.
   *
   * @param prefix empty for all
   */
  List<String> streams(String prefix);

  /** Lets go of all snapshots of a stream; if there are none, nothing happens. */
  void delete(String stream);
}
