package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log that another process may be writing, and changes nothing. Knows one active file and
 * goes on in it as far as it is told to. Used by one thread at a time.
 */
public final class LogFollower {
  private final Disk disk;
  private final LogRecovery recovery;
  private final EventReader reader = new EventReader();

  private @Nullable LogFile active;
  private long offset;
  private int chain;
  private long nextPosition;
  private long recordedAtMicros = Long.MIN_VALUE;

  /** For a disk that may be read only. */
  public LogFollower(Disk disk) {
    this.disk = disk;
    this.recovery =
        new LogRecovery(disk, LogSizes.DEFAULT, true, new Reserve(disk, 0)); // nothing is written
  }

  /**
   * Opens a full file of a manifest.
   *
   * @param scan whether its column is made in memory, whatever is on the disk
   * @throws java.nio.file.NoSuchFileException if it is gone, since there is a newer manifest
   */
  public LogFile openFull(Manifest manifest, int index, boolean scan) throws IOException {
    requireThere(manifest.logs().get(index));
    return recovery.openFull(manifest, manifest.logs().get(index), false, scan);
  }

  /**
   * The same full file behind a column in memory, since the one on the disk is damaged.
   *
   * @throws StoreDamagedException if the file is damaged, too
   */
  public LogFile renewColumn(Manifest manifest, LogFile full) throws IOException {
    for (Manifest.LogEntry entry : manifest.logs()) {
      if (entry.name().equals(full.name())) {
        return recovery.renewColumn(full, entry, false);
      }
    }
    throw new IllegalStateException(full + " is not listed");
  }

  private void requireThere(Manifest.LogEntry entry) throws IOException {
    disk.open(entry.name()).close();
  }

  /**
   * Begins with the active file of a manifest, at its first frame.
   *
   * @param before the file before it; null if there is none
   */
  public LogFile openActive(Manifest manifest, @Nullable LogFile before) throws IOException {
    Manifest.LogEntry entry = manifest.logs().getLast();
    recordedAtMicros =
        before == null
            ? Long.MIN_VALUE
            : Micros.of(reader.read(before, entry.base() - 1).recordedAt());
    LogFile opened;
    try (DiskFile file = disk.open(entry.name())) {
      opened = recovery.header(file, manifest, entry);
    }
    active = opened;
    offset = LogFile.FIRST_FRAME;
    chain = LogRecovery.scanner(opened).check();
    nextPosition = entry.base();
    return opened;
  }

  /**
   * Goes on up to an offset of the active file, which is durable up to there, and returns the file,
   * which is another instance if it grew beyond its mapping; then the caller releases the one
   * before.
   *
   * @throws StoreDamagedException if what stands there is not what was written
   */
  public LogFile advance(long limit) throws IOException {
    LogFile before = requireActive();
    LogFile file = mapped(before, limit);
    boolean done = false;
    try {
      FrameScanner scanner = scanner(file);
      while (offset < limit) {
        if (!scanner.next() || scanner.firstPosition() != nextPosition) {
          throw new StoreDamagedException(
              file.name(), offset, "the frame's check fails; run verify, and restore it");
        }
        accept(file, scanner);
      }
      active = file;
      done = true;
      return file;
    } finally {
      if (!done && file != before) {
        file.release();
      }
    }
  }

  /** As {@link #advance(long)}, for a caller that keeps no other file than the active one. */
  public LogFile advance(long limit, LogFile before) throws IOException {
    LogFile file = advance(limit);
    if (file != before) {
      before.release();
    }
    return file;
  }

  /**
   * Goes on up to the end of the active file, as a recovery would find it, where nobody says how
   * far it is durable.
   *
   * @throws StoreDamagedException if it is damaged elsewhere than in its last, torn group
   */
  public void advanceToEnd() {
    LogFile file = requireActive();
    FrameScanner scanner = scanner(file);
    while (scanner.next() && scanner.firstPosition() == nextPosition) {
      long first = nextPosition;
      long before = offset;
      int chainBefore = chain;
      long recordedBefore = recordedAtMicros;
      accept(file, scanner);
      if (!scanner.isClose() && !LogRecovery.bodiesHold(reader, file, first, scanner.events())) {
        file.locations().removeLast(scanner.frames());
        nextPosition = first;
        offset = before;
        chain = chainBefore;
        recordedAtMicros = recordedBefore;
        break;
      }
    }
    LogRecovery.tornBytes(file, offset, chain);
  }

  private FrameScanner scanner(LogFile file) {
    return new FrameScanner(
        file.name(), file.mapping().segment(), file.header().seed(), offset, chain);
  }

  private void accept(LogFile file, FrameScanner scanner) {
    if (!scanner.isClose()) {
      scanner.locate(file.locations(), file.base());
      nextPosition += scanner.events();
      recordedAtMicros = scanner.recordedAtMicros();
    }
    offset = scanner.nextOffset();
    chain = scanner.check();
  }

  private LogFile mapped(LogFile file, long limit) throws IOException {
    if (limit <= file.bytes()) {
      return file;
    }
    try (DiskFile grown = disk.open(file.name())) {
      if (grown.size() < limit) {
        throw new StoreDamagedException(
            file.name(), grown.size(), "it ends before offset " + limit + "; restore it");
      }
      return file.remapped(grown.mapWhole());
    }
  }

  private LogFile requireActive() {
    LogFile file = active;
    if (file == null) {
      throw new IllegalStateException("no file is followed");
    }
    return file;
  }

  /** Up to where the active file was read. */
  public long offset() {
    return offset;
  }

  /** The position after the last that was read. */
  public long nextPosition() {
    return nextPosition;
  }

  /** The recorded time of the last frame; {@link Long#MIN_VALUE} if there is none. */
  public long recordedAtMicros() {
    return recordedAtMicros;
  }

  /** Follows nothing any more, until an active file is opened again. */
  public void forget() {
    active = null;
  }

  /** Whether that file of a manifest is the one that is followed. */
  public boolean follows(Manifest.LogEntry entry) {
    return active != null && active.name().equals(entry.name());
  }
}
