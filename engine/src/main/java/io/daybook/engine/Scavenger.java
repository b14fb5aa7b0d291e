package io.daybook.engine;

import io.daybook.engine.io.Faults;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.GroupCommit;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Stub;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reclaims what is hidden. Looks for log files with hidden events, has each written anew, with
 * stubs in their place, and then the index files that may know the tags of stubs. Each file is a
 * step of its own between other work in the background, so that the store serves, and can be
 * closed, meanwhile; what is done stays done, and a scavenge that was cut short can be done again.
 */
final class Scavenger {
  private static final int PROGRESS_EVERY = 1 << 14;

  private final OpenedStore parts;
  private final GroupCommit<Pending> commits;
  private final ReentrantLock one = new ReentrantLock();

  /** What the files took before and take now. */
  record Change(long events, int files, long bytesBefore, long bytesAfter) {
    static final Change NONE = new Change(0, 0, 0, 0);

    Change plus(Change other) {
      return new Change(
          events + other.events,
          files + other.files,
          bytesBefore + other.bytesBefore,
          bytesAfter + other.bytesAfter);
    }
  }

  Scavenger(OpenedStore parts, GroupCommit<Pending> commits) {
    this.parts = parts;
    this.commits = commits;
  }

  /**
   * Reclaims what is hidden now.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the disk fails
   */
  ScavengeReport scavenge(long clockMicros, ProgressListener progress) {
    one.lock();
    try {
      return run(clockMicros, progress);
    } catch (IOException e) {
      throw Faults.failed("scavenging", "the store", e);
    } finally {
      one.unlock();
    }
  }

  private ScavengeReport run(long clockMicros, ProgressListener progress) throws IOException {
    Snapshot start = parts.published().lease();
    start.version().release(); // what is asked of the files is asked of those of then
    long nowMicros = Math.max(clockMicros, start.recordedAtMicros()); // as Visibility.of has it
    List<Long> bases = filesWithHidden(start, nowMicros, progress);
    if (!bases.isEmpty()) {
      beginNewFiles(bases.getLast());
    }
    Change logs = Change.NONE;
    for (int i = 0; i < bases.size(); i++) {
      long base = bases.get(i);
      Maintenance maintenance = parts.maintenance();
      logs =
          logs.plus(
              maintenance.mending(
                  () -> maintenance.call(() -> scavengeLog(base, start, nowMicros))));
      progress.progressed("scavenge: log files", i + 1L, bases.size());
    }
    Change indexes = Change.NONE;
    int total = parts.maintenance().call(parts.maintenance()::indexesToScavenge);
    for (Change next = scavengeIndex(); next != null; next = scavengeIndex()) {
      indexes = indexes.plus(next);
      progress.progressed(
          "scavenge: index files", indexes.files(), Math.max(total, indexes.files()));
    }
    return new ScavengeReport(
        logs.events(),
        logs.files(),
        indexes.files(),
        logs.bytesBefore() + indexes.bytesBefore(),
        logs.bytesAfter() + indexes.bytesAfter());
  }

  private @Nullable Change scavengeIndex() throws IOException {
    Change change = parts.maintenance().call(parts.maintenance()::scavengeIndex);
    return change.files() == 0 ? null : change;
  }

  /** The first positions of the log files that hold events to be reclaimed. */
  private List<Long> filesWithHidden(Snapshot start, long nowMicros, ProgressListener progress)
      throws IOException {
    List<Long> bases = new ArrayList<>();
    if (start.rules().isEmpty()) {
      return bases;
    }
    for (long next = 0; next <= start.head(); ) {
      long from = next;
      Looked looked =
          parts.maintenance().mending(() -> lookForHidden(from, start, nowMicros, progress));
      if (looked.found()) {
        bases.add(from);
      }
      next = looked.end();
    }
    return bases;
  }

  /**
   * What was seen of one log file.
   *
   * @param found whether it holds events to be reclaimed
   * @param end the first position of the next one
   */
  private record Looked(boolean found, long end) {}

  /** Looks through the log file that begins with a position, up to the first hidden event. */
  private Looked lookForHidden(
      long base, Snapshot start, long nowMicros, ProgressListener progress) {
    Snapshot now = parts.published().lease();
    try {
      long end =
          now.version().logs().stream()
              .mapToLong(LogFile::base)
              .filter(other -> other > base)
              .findFirst()
              .orElse(Long.MAX_VALUE);
      var hidden = new Hidden(start, now, nowMicros);
      var reader = new EventReader();
      for (long position = base; position <= Math.min(end - 1, start.head()); position++) {
        if (hidden.test(now.version().read(reader, position))) {
          return new Looked(true, end);
        }
        if (position % PROGRESS_EVERY == PROGRESS_EVERY - 1) {
          progress.progressed("scavenge: looking", position + 1, start.head() + 1);
        }
      }
      return new Looked(false, end);
    } finally {
      now.version().release();
    }
  }

  /**
   * Only full log files and index files on the disk can be written anew: the log goes on in a new
   * file, if need be, and so does the index in memory, which knows tags, too.
   */
  private void beginNewFiles(long lastBase) throws IOException {
    commits.exclusively(() -> parts.committer().beginNewFiles(lastBase));
    parts
        .maintenance()
        .call(() -> {
          parts.maintenance().writeIndexesNow();
          return Change.NONE;
        });
  }

  private Change scavengeLog(long base, Snapshot start, long nowMicros) throws IOException {
    Snapshot now = parts.published().lease();
    try {
      LogFile log = now.version().logAt(base);
      var hidden = new Hidden(start, now, nowMicros);
      return parts.maintenance().scavengeLog(log, hidden);
    } finally {
      now.version().release();
    }
  }

  /** What was hidden at the start, and is not reclaimed yet. */
  static final class Hidden implements Predicate<RecordedEvent> {
    private final Visibility visibility;
    private final long head;
    private long count;

    /** The start says what is hidden; the version that is leased now is asked. */
    Hidden(Snapshot start, Snapshot leased, long nowMicros) {
      this.head = start.head();
      this.visibility =
          new Visibility(start.rules(), leased.version().index(), head, nowMicros, true);
    }

    @Override
    public boolean test(RecordedEvent event) {
      boolean hidden =
          event.position().value() <= head && !Stub.is(event) && !visibility.sees(event);
      count += hidden ? 1 : 0;
      return hidden;
    }

    /** How many events it was true of. */
    long count() {
      return count;
    }
  }
}
