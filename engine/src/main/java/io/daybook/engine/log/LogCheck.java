package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Reads every byte of the log files and changes none of them. */
public final class LogCheck {
  private static final String RESTORE = "; restore the file from a backup";

  private final Disk disk;
  private final Manifest manifest;

  /** For the log files of a manifest, which nobody has open for writing. */
  public LogCheck(Disk disk, Manifest manifest) {
    this.disk = disk;
    this.manifest = manifest;
  }

  /**
   * Checks one log file, and its location column if it has one.
   *
   * @param index which of the manifest's log files
   * @param events is given each event, in order
   * @return how many bytes of a group that was never acknowledged stand at the end of the active
   *     file: the next opening rolls them back
   * @throws StoreDamagedException at the first thing that is not right
   */
  public long check(int index, Consumer<RecordedEvent> events) throws IOException {
    List<Manifest.LogEntry> logs = manifest.logs();
    Manifest.LogEntry entry = logs.get(index);
    if (!disk.exists(entry.name())) {
      throw new StoreDamagedException(entry.name(), 0, "it is missing" + RESTORE);
    }
    Mapping mapping;
    try (DiskFile file = disk.open(entry.name())) {
      mapping = file.mapWhole();
    }
    try {
      FileHeader header = FileHeader.decode(entry.name(), mapping.segment(), entry.kind());
      int chain = LogFile.decodeChain(entry.name(), mapping.segment());
      if (header.base() != entry.base()
          || header.generation() != entry.generation()
          || !header.storeId().equals(manifest.storeId())
          || !follows(index, chain)) {
        throw new StoreDamagedException(entry.name(), 16, "it belongs elsewhere" + RESTORE);
      }
      LogFile log = LogFile.open(entry.name(), header, mapping, disk);
      boolean active = index == logs.size() - 1;
      return checkFrames(log, entry, chain, active, events);
    } finally {
      mapping.release();
    }
  }

  /** Whether the file before ends, or ended before it was scavenged, with that check. */
  private boolean follows(int index, int chain) throws IOException {
    if (index == 0) {
      return chain == 0;
    }
    Manifest.LogEntry before = manifest.logs().get(index - 1);
    if (chain == before.lastCheck()) {
      return true;
    }
    if (!disk.exists(before.name())) {
      return true; // which is damage enough
    }
    try (DiskFile file = disk.open(before.name())) {
      Mapping mapping = file.mapWhole();
      try {
        FileHeader header = FileHeader.decode(before.name(), mapping.segment(), before.kind());
        LogFile.decodeChain(before.name(), mapping.segment());
        var log = new LogFile(before.name(), header, mapping, new LocationColumn());
        return chain == log.chainAfter(before.lastCheck());
      } catch (StoreDamagedException _) {
        return true; // told where that file is checked
      } finally {
        mapping.release();
      }
    }
  }

  private long checkFrames(
      LogFile log,
      Manifest.LogEntry entry,
      int chain,
      boolean active,
      Consumer<RecordedEvent> events)
      throws IOException {
    var scanner =
        new FrameScanner(log.name(), log.whole(), log.header().seed(), LogFile.FIRST_FRAME, chain);
    var reader = new EventReader();
    long next = log.base();
    long end = LogFile.FIRST_FRAME;
    int check = chain;
    while ((active || end < entry.usedBytes())
        && scanner.next()
        && scanner.firstPosition() == next) {
      if (!scanner.isClose()) {
        scanner.locate(log.locations(), log.base());
        if (active && !LogRecovery.bodiesHold(reader, log, next, scanner.events())) {
          break; // torn or damaged, see below
        }
        for (long position = next; position < next + scanner.events(); position++) {
          events.accept(reader.read(log, position));
        }
        next += scanner.events();
      }
      end = scanner.nextOffset();
      check = scanner.check();
    }
    if (active) {
      return LogRecovery.tornBytes(log, end, check);
    }
    if (end != entry.usedBytes()
        || check != entry.lastCheck()
        || next != entry.lastPosition() + 1) {
      throw new StoreDamagedException(log.name(), end, "the frame's check fails" + RESTORE);
    }
    checkColumn(log, entry);
    return 0;
  }

  /**
   * A column that is missing or of no use is made anew by the next opening; one that lies is
   * damage.
   */
  private void checkColumn(LogFile log, Manifest.LogEntry entry) throws IOException {
    LocationColumn column = LocationColumn.map(disk, entry.columnName(), log.header());
    if (column == null) {
      return;
    }
    try {
      if (!column.isSameAs(log.locations())) {
        throw new StoreDamagedException(
            entry.columnName(),
            FileHeader.BYTES,
            "its check fails; delete the file, it is made anew at the next opening");
      }
    } finally {
      column.release();
    }
  }

  /** The bytes that a log file of a manifest takes. */
  public long bytes(int index) throws IOException {
    try (DiskFile file = disk.open(manifest.logs().get(index).name())) {
      return file.size();
    }
  }
}
