package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.log.ActiveLog;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.eventstore.EventStoreClosedException;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * The parts of an open store, and how they are put away.
 *
 * @param disk where the store is
 * @param name the folder, for a person to read
 * @param manifest the manifest that the store was opened with: its id and epoch
 * @param lock keeps other processes out
 */
record OpenedStore(
    Disk disk,
    String name,
    Manifest manifest,
    Disk.Lock lock,
    Published published,
    HeadSignal signal,
    ActiveLog log,
    Maintenance maintenance,
    Committer committer,
    StoreTree tree,
    Manifests manifests,
    EngineOptions options) {
  private static final System.Logger LOG = System.getLogger(OpenedStore.class.getName());

  /** Puts everything away, in an order in which a failure of one part leaves nothing half done. */
  void close(long nowMicros) {
    boolean healthy =
        committer.stopped() == null || committer.stopped() instanceof EventStoreClosedException;
    committer.close();
    maintenance.close();
    try (lock) {
      if (healthy) {
        if (committer.unindexedBytes() > options.indexLimits().maxBytesAtClose()) {
          writeIndexes();
        }
        log.close(nowMicros);
      } else {
        log.abandon();
      }
    } catch (IOException e) {
      throw Faults.failed("closing", "the store", e);
    } finally {
      published.close();
    }
  }

  /** The next opening can make them anew. */
  private void writeIndexes() {
    try {
      log.sync(); // index files tell of what is durable
      maintenance.writeAllIndexes();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the index was not written; the next opening makes it anew", e);
    }
  }
}
