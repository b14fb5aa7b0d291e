package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The current manifest, and the only way to replace it. Thread-safe. */
public final class Manifests {
  private final Disk disk;
  private volatile Manifest current;
  private long nextGeneration;

  /** Of the last manifest that is on the disk, or perhaps is: readers know them by it. */
  private long lastSequence;

  /** Goes on from a manifest that is on the disk. */
  public Manifests(Disk disk, Manifest current) {
    this.disk = disk;
    this.current = current;
    this.nextGeneration = current.nextGeneration();
    this.lastSequence = current.sequence();
  }

  /** The manifest that is on the disk. */
  public Manifest current() {
    return current;
  }

  /**
   * A generation for a new file. One that was taken before a crash and never listed may come again:
   * its file is gone.
   */
  public synchronized long takeGeneration() {
    return nextGeneration++;
  }

  /**
   * The active log file is full, and the next one takes its place; or it had no frame, and is gone.
   */
  synchronized void roll(Manifest.@Nullable LogEntry full, Manifest.LogEntry active)
      throws IOException {
    List<Manifest.LogEntry> logs = new ArrayList<>(current.logs());
    logs.removeLast();
    if (full != null) {
      logs.add(full);
    }
    logs.add(active);
    replace(logs, current.indexes());
  }

  /**
   * A full log file takes the place of another form or generation of the same positions. Its leaves
   * stay: they may have been made meanwhile.
   */
  synchronized void rewriteLog(Manifest.LogEntry old, Manifest.LogEntry fresh) throws IOException {
    Manifest.LogEntry now = fullLog(old.base());
    if (now.generation() != old.generation()) {
      throw new IllegalStateException(now + " was rewritten already");
    }
    replaceLog(now, fresh.withLeaves(now.leavesGeneration()));
  }

  private void replaceLog(Manifest.LogEntry old, Manifest.LogEntry fresh) throws IOException {
    List<Manifest.LogEntry> logs = new ArrayList<>(current.logs());
    logs.set(logs.indexOf(old), fresh);
    replace(logs, current.indexes());
  }

  /** What is known of the full log file that begins with a position. */
  public synchronized Manifest.LogEntry fullLog(long base) {
    List<Manifest.LogEntry> logs = current.logs();
    for (Manifest.LogEntry log : logs.subList(0, logs.size() - 1)) {
      if (log.base() == base) {
        return log;
      }
    }
    throw new IllegalArgumentException("no full log file begins with position " + base);
  }

  /** The leaves of a full log file are in a file of that generation. */
  public synchronized Manifest.LogEntry setLeaves(long base, long generation) throws IOException {
    Manifest.LogEntry old = fullLog(base);
    Manifest.LogEntry fresh = old.withLeaves(generation);
    replaceLog(old, fresh);
    return fresh;
  }

  /**
   * One index file takes the place of others: none, for the first index of a range; adjacent ones,
   * for a merge.
   */
  public synchronized void replaceIndexes(
      List<Manifest.IndexEntry> old, List<Manifest.IndexEntry> fresh) throws IOException {
    List<Manifest.IndexEntry> indexes = new ArrayList<>(current.indexes());
    int at = old.isEmpty() ? indexes.size() : indexes.indexOf(old.getFirst());
    indexes.removeAll(old);
    indexes.addAll(at, fresh);
    replace(current.logs(), indexes);
  }

  /** The store's keys are in a file of that generation. */
  public synchronized void setKeys(long generation) throws IOException {
    replace(current.nextWithKeys(++lastSequence, nextGeneration, generation));
  }

  private void replace(List<Manifest.LogEntry> logs, List<Manifest.IndexEntry> indexes)
      throws IOException {
    replace(current.next(++lastSequence, nextGeneration, logs, indexes));
  }

  private void replace(Manifest next) throws IOException {
    next.write(disk);
    current = next;
  }
}
