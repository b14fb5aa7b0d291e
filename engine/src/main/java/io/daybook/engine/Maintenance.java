package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.io.Disk;
import io.daybook.engine.log.ActiveLog;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.LogRewriter;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.log.Reserve;
import io.daybook.engine.tree.LeafFiles;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
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
  private final LogRewriter rewriter;
  private final LeafFiles leaves;
  private final boolean compressed;
  private final Published published;
  private final LogColumns columns;
  private final IndexFiles indexFiles;
  private final Executor preparer;
  private final Executor indexer;
  private final AtomicBoolean preparing = new AtomicBoolean();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;
  private int visits;
  private boolean closed;
  private @Nullable Exception indexFailure;

  Maintenance(
      Disk disk,
      Manifests manifests,
      LogRecovery recovery,
      Reserve reserve,
      Published published,
      LeafFiles leaves,
      EngineOptions options) {
    this.recovery = recovery;
    this.rewriter = new LogRewriter(disk, manifests, recovery, leaves::keep);
    this.leaves = leaves;
    this.published = published;
    this.columns =
        new LogColumns(
            published, log -> recovery.renewColumn(log, manifests.fullLog(log.base()), true));
    this.indexFiles =
        new IndexFiles(disk, manifests, reserve, published, columns, options.indexLimits());
    this.compressed = options.isCompressed();
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
          packNow();
        });
  }

  /** Compresses full log files that are not, if the store is to be compressed. */
  void pack() {
    run(indexer, this::packNow);
  }

  private void packNow() throws IOException {
    if (!compressed) {
      return;
    }
    List<LogFile> logs = published.now().version().logs();
    for (LogFile log : logs.subList(0, logs.size() - 1)) {
      if (!log.isPacked() && log.isSettled()) {
        try {
          pack(log.base());
        } catch (StoreDamagedException e) {
          LOG.log(Level.ERROR, "a log file is damaged and stays as it is", e);
        }
      }
    }
  }

  private void pack(long base) throws IOException {
    var _ =
        IndexRepair.mending(
            published,
            () -> {
              LogFile log = published.now().version().logAt(base);
              LogFile packed = rewriter.pack(log);
              rewritten(log, packed);
              return packed;
            },
            columns::renew);
  }

  /** Writes a log file anew without what is hidden. Called through {@link #call}. */
  Scavenger.Change scavengeLog(LogFile log, Scavenger.Hidden hidden) throws IOException {
    long before = rewriter.bytes(log);
    LogFile fresh = rewriter.scavenge(log, hidden);
    rewritten(log, fresh); // before anything else can fail, since the manifest lists it
    return new Scavenger.Change(hidden.count(), 1, before, rewriter.bytes(fresh));
  }

  /**
   * Writes the first index file anew that may know tags of scavenged events; changes nothing if
   * there is none. Called through {@link #call}.
   */
  Scavenger.Change scavengeIndex() throws IOException {
    return indexFiles.scavengeOne();
  }

  /** How many index files {@link #scavengeIndex} would write. Called through {@link #call}. */
  int indexesToScavenge() {
    return indexFiles.toScavenge();
  }

  /**
   * How many files {@link #sealLogAnew} and {@link #sealIndexAnew} would write. Called through
   * {@link #call}.
   */
  int filesToSealAnew() throws IOException {
    int files = indexFiles.toSealAnew();
    List<LogFile> logs = published.now().version().logs();
    for (LogFile log : logs.subList(0, logs.size() - 1)) {
      files += log.isSealedAnew() ? 0 : 1;
      files += leaves.isSealedAnew(log.base()) ? 0 : 1;
    }
    return files;
  }

  /**
   * Writes the first full log file anew that is not encrypted with the key that new files get, and
   * its leaves. Called through {@link #call}.
   *
   * @return false if there is none
   */
  boolean sealLogAnew() throws IOException {
    List<LogFile> logs = published.now().version().logs();
    for (LogFile log : logs.subList(0, logs.size() - 1)) {
      if (!log.isSealedAnew()) {
        rewritten(log, rewriter.sealAnew(log));
        return true;
      }
      if (leaves.sealAnew(log.base())) {
        return true;
      }
    }
    return false;
  }

  /** As {@link #sealLogAnew}, for index files. Called through {@link #call}. */
  boolean sealIndexAnew() throws IOException {
    return indexFiles.sealOneAnew();
  }

  private void rewritten(LogFile old, LogFile fresh) {
    published.rewritten(old, fresh);
    rewriter.remove(old);
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
   * Has an index file or a location column that was found damaged made anew from the log, and waits
   * for that.
   *
   * @return whether what came upon the damage can be tried again; if not, the damage says why
   */
  boolean rebuild(StoreDamagedException damage) {
    boolean ofIndex = IndexFile.isName(damage.file());
    if (!ofIndex && !columns.mayExplain(damage)) {
      return false;
    }
    var done = new CompletableFuture<@Nullable Throwable>();
    boolean accepted =
        run(
            indexer,
            () -> {
              Throwable failure = damage;
              try {
                if (ofIndex) {
                  indexFiles.rebuild(damage); // or another thread had it made anew before
                  failure = null;
                } else if (columns.renew(damage)) {
                  failure = null;
                }
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

  /**
   * Does work that begins with a lease of what is published, and begins it again when it came upon
   * a damaged index file or location column, which is made anew first. Not to be called by work of
   * {@link #call}, which makes nothing anew meanwhile.
   *
   * @throws StoreDamagedException if anything else is damaged, or it could not be made anew
   */
  <T> T mending(Work<T> work) throws IOException {
    return IndexRepair.mending(published, work::run, this::rebuild);
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

  /** Does work on this thread, which may write files and which closing waits for. */
  <T> T visit(Work<T> work) throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new EventStoreClosedException("the store is closed");
      }
      visits++;
    } finally {
      lock.unlock();
    }
    try {
      return work.run();
    } finally {
      lock.lock();
      try {
        visits--;
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until nothing runs, and runs nothing more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      while (running + visits > 0) {
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
    if (!began()) {
      return false;
    }
    executor.execute(() -> {
      try {
        task.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "work in the background failed and will be tried again", e);
      } finally {
        ended();
      }
    });
    return true;
  }

  /** False if nothing more is to run. */
  private boolean began() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      running++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void ended() {
    lock.lock();
    try {
      running--;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Work that somebody waits for. */
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Has work done between other work on files, and waits for it; an interrupt waits, too.
   *
   * @throws EventStoreClosedException if the store is closed by now
   */
  <T> T call(Work<T> work) throws IOException {
    if (!began()) {
      throw new EventStoreClosedException("the store is closed");
    }
    var task =
        new FutureTask<>(() -> {
          try {
            return work.run();
          } finally {
            ended();
          }
        });
    indexer.execute(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failed(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException failed(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> new IOException(cause);
    };
  }
}
