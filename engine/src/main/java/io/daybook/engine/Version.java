package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.IndexView;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.FetchedFrames;
import io.daybook.engine.log.LogFile;
import io.daybook.eventstore.RecordedEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One set of files, leased together: a read takes one lease on the version instead of one on each
 * file. When a version is superseded and its last read is closed, it lets go of its files, and the
 * last version that holds a file unmaps it.
 */
final class Version {
  private final LogFile[] logs;
  private final IndexView index;
  private final AtomicInteger leases = new AtomicInteger(1);

  /** Takes a lease on each file, which must be alive. */
  Version(List<LogFile> logs, IndexView index) {
    this.logs = logs.toArray(LogFile[]::new);
    this.index = index;
    for (LogFile log : logs) {
      require(log.tryLease());
    }
    for (IndexFile file : index.files()) {
      require(file.tryLease());
    }
  }

  private static void require(boolean leased) {
    if (!leased) {
      throw new IllegalStateException("a file of the current version was let go");
    }
  }

  List<LogFile> logs() {
    return List.of(logs);
  }

  LogFile activeLog() {
    return logs[logs.length - 1];
  }

  IndexView index() {
    return index;
  }

  /** The log file that holds a position. */
  LogFile logAt(long position) {
    return logs[LogFile.indexOf(logs, position)];
  }

  /** Whether reading the event at a position would not wait for the disk; a guess. */
  boolean isInMemory(long position) {
    return logAt(position).isInMemory(position);
  }

  /** The frames of events at positions, to be fetched. */
  FetchedFrames framesOf(long[] positions, int count) {
    return FetchedFrames.of(logs, positions, count);
  }

  /** The event at a position that is stored. */
  RecordedEvent read(EventReader reader, long position) {
    return reader.read(logs, position);
  }

  /** Has events at positions brought from memory together; says how many, from the first on. */
  int touch(EventReader reader, long[] positions, int from, int to) {
    return reader.touch(logs, positions, from, to);
  }

  /** The first position of the append that stored a position. */
  long appendStart(EventReader reader, long position) {
    return reader.appendStart(logAt(position), position);
  }

  /** The position behind the append that stored a position. */
  long appendEnd(EventReader reader, long position) {
    return reader.appendEnd(logAt(position), position);
  }

  boolean tryLease() {
    while (true) {
      int held = leases.get();
      if (held == 0) {
        return false;
      }
      if (leases.compareAndSet(held, held + 1)) {
        return true;
      }
    }
  }

  void release() {
    if (leases.decrementAndGet() == 0) {
      for (LogFile log : logs) {
        log.release();
      }
      for (IndexFile file : index.files()) {
        file.release();
      }
    }
  }
}
