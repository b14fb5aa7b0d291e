package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.IndexMerger;
import io.daybook.engine.index.IndexView;
import io.daybook.engine.index.IndexWriter;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.index.MergePolicy;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.log.ActiveLog;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.log.Reserve;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is done beside the writing: zeros ahead of need, indexes of full memory, merges. A failure
 * here loses nothing and is tried again with the next occasion; appends wait, and at last fail,
 * when indexes cannot be written.
 */
final class Maintenance {
  private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());

  /** About what an index file takes. */
  private static final int BYTES_PER_EVENT = 64;

  private final Disk disk;
  private final Manifests manifests;
  private final LogRecovery recovery;
  private final Reserve reserve;
  private final Published published;
  private final Executor preparer;
  private final Executor indexer;
  private final AtomicBoolean preparing = new AtomicBoolean();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;
  private boolean closed;
  private @Nullable Exception indexFailure;

  Maintenance(
      Disk disk,
      Manifests manifests,
      LogRecovery recovery,
      Reserve reserve,
      Published published,
      EngineOptions options) {
    this.disk = disk;
    this.manifests = manifests;
    this.recovery = recovery;
    this.reserve = reserve;
    this.published = published;
    this.preparer = options.newExecutor("daybook-prepare");
    this.indexer = options.newExecutor("daybook-index");
  }

  /** Fills the active log file with zeros ahead of need. */
  void prepare(ActiveLog log) {
    if (preparing.compareAndSet(false, true)) {
      run(
          preparer,
          () -> {
            try {
              log.prepare();
            } finally {
              preparing.set(false);
            }
          });
    }
  }

  /** Puts the column of a full log file on the disk. */
  void settle(LogFile full) {
    run(
        indexer,
        () -> {
          LogFile settled = recovery.settle(full);
          published.replaceLog(full, settled);
        });
  }

  /** Writes the indexes in memory that are full, and merges files. */
  void writeIndexes() {
    run(
        indexer,
        () -> {
          try {
            writeIndexesNow();
            noteIndexFailure(null);
          } catch (IOException | RuntimeException e) {
            noteIndexFailure(e);
            throw e;
          }
        });
  }

  /** Writes the indexes in memory that are full, and merges files, on this thread. */
  void writeIndexesNow() throws IOException {
    while (writeOldest() || mergeOnce()) {
      // until there is nothing left to do
    }
  }

  /**
   * Writes all indexes in memory, the newest too. Called while no group is committed and nothing
   * else runs.
   */
  void writeAllIndexes() throws IOException {
    MemoryIndex newest = published.now().version().index().memory().getLast();
    if (newest.events() > 0) {
      published.addMemory(new MemoryIndex(newest.to() + 1));
    }
    while (writeOldest()) {
      // until only the empty one is left
    }
  }

  private boolean writeOldest() throws IOException {
    IndexView index = published.now().version().index();
    if (index.memory().size() < 2) {
      return false;
    }
    MemoryIndex oldest = index.memory().getFirst();
    // may be taken of the reserve, but then nothing more is appended that needs an index
    reserve.allows((long) BYTES_PER_EVENT * oldest.events());
    long generation = manifests.takeGeneration();
    var entry = new Manifest.IndexEntry(oldest.from(), oldest.to(), generation, 0);
    var before = new IndexView(index.files(), List.of());
    IndexWriter.write(disk, header(entry), oldest, oldest.to(), before::count);
    published.memoryWritten(list(entry, List.of(), List.of()));
    return true;
  }

  private boolean mergeOnce() throws IOException {
    List<IndexFile> files = published.now().version().index().files();
    List<IndexFile> old = MergePolicy.next(files);
    if (old.isEmpty() || !reserve.allows(old.stream().mapToLong(IndexFile::bytes).sum())) {
      return false; // merging can wait for room
    }
    var entry =
        new Manifest.IndexEntry(
            old.getFirst().from(), old.getLast().to(), manifests.takeGeneration(), 0);
    IndexMerger.merge(disk, header(entry), old, _ -> {});
    List<Manifest.IndexEntry> oldEntries =
        manifests.current().indexes().stream()
            .filter(e -> e.from() >= entry.from() && e.to() <= entry.to())
            .toList();
    published.merged(old, list(entry, oldEntries, old));
    return true;
  }

  private FileHeader header(Manifest.IndexEntry entry) {
    Manifest manifest = manifests.current();
    return new FileHeader(
        FileHeader.Kind.INDEX,
        ThreadLocalRandom.current().nextInt(),
        manifest.storeId(),
        entry.from(),
        entry.generation(),
        manifest.epoch());
  }

  /** Makes a written index file part of the store, and removes those it replaces. */
  private IndexFile list(
      Manifest.IndexEntry entry, List<Manifest.IndexEntry> oldEntries, List<IndexFile> old)
      throws IOException {
    disk.syncFolder("index");
    IndexFile file = IndexFile.open(disk, entry.name(), manifests.current().storeId());
    boolean done = false;
    try {
      var listed =
          new Manifest.IndexEntry(entry.from(), entry.to(), entry.generation(), file.bytes());
      manifests.replaceIndexes(oldEntries, List.of(listed));
      done = true;
    } finally {
      if (!done) {
        file.release();
      }
    }
    for (IndexFile replaced : old) {
      removeUnlisted(replaced.name());
    }
    return file;
  }

  /** A file that is left is removed by the next opening. */
  private void removeUnlisted(String name) {
    try {
      disk.delete(name);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "removing a merged index file failed", e);
    }
  }

  /** Waits until fewer indexes than this wait to be written, or writing them fails. */
  void awaitRoom(int maxWaiting) {
    lock.lock();
    try {
      while (published.now().version().index().memory().size() > maxWaiting && running > 0) {
        idle.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why indexes cannot be written, if so. */
  @Nullable Exception indexFailure() {
    lock.lock();
    try {
      return indexFailure;
    } finally {
      lock.unlock();
    }
  }

  private void noteIndexFailure(@Nullable Exception failure) {
    lock.lock();
    try {
      indexFailure = failure;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing runs, and runs nothing more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      while (running > 0) {
        idle.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private void run(Executor executor, Task task) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      running++;
    } finally {
      lock.unlock();
    }
    executor.execute(() -> {
      try {
        task.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "work in the background failed and will be tried again", e);
      } finally {
        lock.lock();
        try {
          running--;
          idle.signalAll();
        } finally {
          lock.unlock();
        }
      }
    });
  }
}
