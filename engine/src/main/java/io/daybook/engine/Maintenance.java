package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.io.Disk;
import io.daybook.engine.log.ActiveLog;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.Manifests;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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

  private final LogRecovery recovery;
  private final Published published;
  private final IndexFiles indexFiles;
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
      Published published,
      EngineOptions options) {
    this.recovery = recovery;
    this.published = published;
    this.indexFiles = new IndexFiles(disk, manifests, published, options.indexLimits());
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

  /**
   * Has an index file that was found damaged made anew from the log, and waits for that.
   *
   * @return whether what came upon the damage can be tried again; if not, the damage says why
   */
  boolean rebuild(StoreDamagedException damage) {
    if (!IndexFile.isName(damage.file())) {
      return false;
    }
    var done = new CompletableFuture<@Nullable Throwable>();
    boolean accepted =
        run(
            indexer,
            () -> {
              Throwable failure = damage;
              try {
                indexFiles.rebuild(damage); // or another thread had it made anew before
                failure = null;
              } catch (IOException | RuntimeException e) {
                failure = e;
                throw e;
              } finally {
                done.complete(failure);
              }
            });
    if (!accepted) {
      return false;
    }
    Throwable failure = done.join();
    if (failure != null && failure != damage) {
      damage.addSuppressed(failure);
    }
    return failure == null;
  }

  /** Writes the indexes in memory that are full, and merges files, on this thread. */
  void writeIndexesNow() throws IOException {
    indexFiles.writeFull();
  }

  /**
   * Writes all indexes in memory, the newest too. Called while no group is committed and nothing
   * else runs.
   */
  void writeAllIndexes() throws IOException {
    indexFiles.writeAll();
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

  /** False if nothing more is run. */
  private boolean run(Executor executor, Task task) {
    lock.lock();
    try {
      if (closed) {
        return false;
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
    return true;
  }
}
