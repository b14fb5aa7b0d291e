package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.IndexView;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.log.LogFile;
import io.daybook.eventstore.EventStoreClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The current snapshot, and the only place where it changes. The leader moves the head; maintenance
 * puts files in the place of others. Readers take what is there.
 */
final class Published {
  private volatile Snapshot current;
  private volatile boolean closed;

  Published(Snapshot first) {
    this.current = first;
  }

  /**
   * The current snapshot, without a lease: for the leader, who is the only one to end a version it
   * needs.
   */
  Snapshot now() {
    return current;
  }

  /** The current snapshot with a lease on its version. */
  Snapshot lease() {
    while (true) {
      Snapshot snapshot = current;
      if (closed) {
        throw new EventStoreClosedException("the store is closed");
      }
      if (snapshot.version().tryLease()) {
        return snapshot;
      }
    }
  }

  /** A group is durable. */
  synchronized void publish(LogFile active, long head, long recordedAtMicros, StreamRules rules) {
    Version version = current.version();
    if (version.activeLog() != active) {
      List<LogFile> logs = new ArrayList<>(version.logs());
      LogFile old = logs.set(logs.size() - 1, active);
      Version next = new Version(logs, version.index());
      current = new Snapshot(next, head, recordedAtMicros, rules);
      version.release();
      old.release();
    } else {
      current = new Snapshot(version, head, recordedAtMicros, rules);
    }
  }

  /** The log goes on in a new file. */
  void addLog(LogFile active) {
    changeLogs(logs -> {
      logs.add(active);
      return logs;
    });
  }

  /** A log file is the same behind another column. */
  void replaceLog(LogFile old, LogFile same) {
    changeLogs(logs -> {
      logs.set(logs.indexOf(old), same);
      return logs;
    });
  }

  /** A log file was written anew; the old one is let go. */
  synchronized void rewritten(LogFile old, LogFile fresh) {
    replaceLog(old, fresh);
    old.release();
  }

  /** A log file is the same behind a column that was made anew; the old one is let go. */
  synchronized void replaceColumn(LogFile old, LogFile same) {
    replaceLog(old, same);
    old.releaseColumn();
  }

  private synchronized void changeLogs(UnaryOperator<List<LogFile>> change) {
    Version version = current.version();
    swap(new Version(change.apply(new ArrayList<>(version.logs())), version.index()));
  }

  /** The newest index is full, and another one follows it. */
  void addMemory(MemoryIndex next) {
    changeMemory(memory -> {
      memory.add(next);
      return memory;
    });
  }

  /** The newest index is replaced. */
  void replaceMemory(MemoryIndex newest) {
    changeMemory(memory -> {
      memory.set(memory.size() - 1, newest);
      return memory;
    });
  }

  private synchronized void changeMemory(UnaryOperator<List<MemoryIndex>> change) {
    Version version = current.version();
    IndexView index = version.index();
    List<MemoryIndex> memory = change.apply(new ArrayList<>(index.memory()));
    swap(new Version(version.logs(), new IndexView(index.files(), memory)));
  }

  /** The oldest index in memory is in a file now. */
  synchronized void memoryWritten(IndexFile file) {
    Version version = current.version();
    IndexView index = version.index();
    List<IndexFile> files = new ArrayList<>(index.files());
    files.add(file);
    List<MemoryIndex> memory = index.memory().subList(1, index.memory().size());
    swap(new Version(version.logs(), new IndexView(files, memory)));
  }

  /** Adjacent index files, or a damaged one, are one other now. */
  synchronized void replaceIndexes(List<IndexFile> old, IndexFile file) {
    Version version = current.version();
    IndexView index = version.index();
    List<IndexFile> files = new ArrayList<>(index.files());
    int at = files.indexOf(old.getFirst());
    files.removeAll(old);
    files.add(at, file);
    swap(new Version(version.logs(), new IndexView(files, index.memory())));
    old.forEach(IndexFile::release);
  }

  private void swap(Version next) {
    Snapshot before = current;
    current = new Snapshot(next, before.head(), before.recordedAtMicros(), before.rules());
    before.version().release();
  }

  /** All is replaced at once. The caller lets go of the files that are not in the next version. */
  synchronized void replace(Snapshot next) {
    Version before = current.version();
    current = next;
    before.release();
  }

  boolean isClosed() {
    return closed;
  }

  /** Lets go of all files; reads that are open keep theirs until they are closed. */
  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    Version version = current.version();
    version.logs().forEach(LogFile::release);
    version.index().files().forEach(IndexFile::release);
    version.release();
  }
}
