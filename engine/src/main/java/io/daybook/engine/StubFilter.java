package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Stub;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Knows which tags an index may not know any more: those of positions at which the log has a stub.
 * An index file that is older than a scavenged log file is of before the scavenge.
 */
final class StubFilter {
  private final List<LogFile> logs;
  private final long end;

  /** For the full log files, which end before that position; the active one has no stubs. */
  StubFilter(List<LogFile> logs, long end) {
    this.logs = logs;
    this.end = end;
  }

  /** Whether the index file may know tags of stubs. */
  boolean concerns(IndexFile file) {
    return logs.stream().anyMatch(log -> log.isRewritten() && isBefore(file, log));
  }

  private boolean isBefore(IndexFile file, LogFile log) {
    return file.generation() < log.generation()
        && file.to() >= log.base()
        && file.from() <= lastOf(log);
  }

  private long lastOf(LogFile log) {
    int next = logs.indexOf(log) + 1;
    return (next < logs.size() ? logs.get(next).base() : end) - 1;
  }

  /** Whether there is a stub at a position of these files, if they are concerned at all. */
  LongPredicate stubsOf(List<IndexFile> files) {
    if (files.stream().noneMatch(this::concerns)) {
      return _ -> false;
    }
    long from = files.getFirst().from();
    long to = files.getLast().to();
    var stubs = new BitSet();
    var reader = new EventReader();
    for (LogFile log : logs) {
      if (log.isRewritten() && log.base() <= to) {
        long last = Math.min(to, lastOf(log));
        for (long position = Math.max(from, log.base()); position <= last; position++) {
          if (Stub.is(reader.read(log, position))) {
            stubs.set((int) (position - from));
          }
        }
      }
    }
    return position -> stubs.get((int) (position - from));
  }
}
