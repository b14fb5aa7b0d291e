package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Makes a log, or opens one and finds its end; see "Torn or damaged" in {@code docs/format.md}. */
public final class LogRecovery {
  private static final String RESTORE = "; run verify, and restore the file from a backup";
  private static final int WRITTEN_AT_ONCE = 1 << 20;

  private final Disk disk;
  private final LogSizes sizes;
  private final boolean syncsEachGroup;
  private final Reserve reserve;
  private final BlockCache blocks = new BlockCache();

  /**
   * Where the log ends.
   *
   * @param nextPosition the next event's position
   * @param offset where in the active file the next frame goes
   * @param check the check of the last frame
   * @param recordedAtMicros the recorded time of the last frame; {@link Long#MIN_VALUE} if there is
   *     none
   * @param closed whether the last frame is a close record
   * @param discardedBytes how much of a torn group was rolled back
   */
  public record End(
      long nextPosition,
      long offset,
      int check,
      long recordedAtMicros,
      boolean closed,
      long discardedBytes) {}

  /**
   * An open log.
   *
   * @param full the full files, in order
   * @param active the active file
   * @param end where the log ended when it was opened
   */
  public record OpenLog(List<LogFile> full, ActiveLog active, End end) {}

  /**
   * For a disk.
   *
   * @param syncsEachGroup whether a group is durable before it is acknowledged
   * @param reserve what the log leaves free
   */
  public LogRecovery(Disk disk, LogSizes sizes, boolean syncsEachGroup, Reserve reserve) {
    this.disk = disk;
    this.sizes = sizes;
    this.syncsEachGroup = syncsEachGroup;
    this.reserve = reserve;
  }

  /**
   * Makes a new, empty store: its folders, its first log file and its manifest, which comes last.
   *
   * @param keysGeneration the generation of the file of the store's keys, which is written; 0 if it
   *     is not encrypted
   */
  public Manifest create(UUID storeId, long keysGeneration) throws IOException {
    disk.createFolder("");
    disk.createFolder("log");
    disk.createFolder("index");
    FileHeader header =
        new FileHeader(
            FileHeader.Kind.LOG, ThreadLocalRandom.current().nextInt(), storeId, 0, 0, 0);
    FileSeal seal = FileSeal.forNew(disk);
    String name = LogFile.nameOf(0, 0);
    if (disk.exists(name)) {
      requireUnused(name);
      disk.delete(name); // of a creation that a crash cut short
    }
    try (DiskFile file = disk.create(name)) {
      byte[] start = LogFile.encodeHeader(header, 0, seal);
      file.write(0, start, 0, start.length);
      file.sync();
    }
    disk.syncFolder("log");
    disk.syncFolder("index");
    disk.syncFolder("");
    Manifest manifest =
        new Manifest(
            storeId,
            0,
            0,
            keysGeneration + 1,
            keysGeneration,
            List.of(Manifest.LogEntry.active(0, 0)),
            List.of());
    manifest.write(disk);
    return manifest;
  }

  /** Frames are only written when there is a manifest. */
  private void requireUnused(String name) throws IOException {
    try (DiskFile file = disk.open(name)) {
      if (file.size() > LogFile.FIRST_FRAME) {
        throw new StoreDamagedException(
            Manifest.NAME, 0, "it is missing, but there is a log file; restore it from a backup");
      }
    }
  }

  /**
   * Opens the log of a manifest.
   *
   * @throws StoreDamagedException if it is damaged elsewhere than in its last, torn group
   */
  public OpenLog open(Manifests manifests) throws IOException {
    Manifest manifest = manifests.current();
    List<LogFile> opened = new ArrayList<>();
    DiskFile file = null;
    boolean done = false;
    try {
      int last = manifest.logs().size() - 1;
      for (int i = 0; i < last; i++) {
        opened.add(openFull(manifest, manifest.logs().get(i)));
      }
      Manifest.LogEntry entry = manifest.logs().get(last);
      file = openFile(entry.name());
      LogFile active = header(file, manifest, entry);
      opened.add(active);
      End end = findEnd(file, active, opened, manifest.indexedTo());
      OpenLog log =
          new OpenLog(
              List.copyOf(opened.subList(0, last)),
              new ActiveLog(disk, manifests, sizes, syncsEachGroup, reserve, file, active, end),
              end);
      done = true;
      return log;
    } finally {
      if (!done) {
        opened.forEach(LogFile::release);
        if (file != null) {
          file.close();
        }
      }
    }
  }

  private DiskFile openFile(String name) throws IOException {
    if (!disk.exists(name)) {
      throw new StoreDamagedException(name, 0, "it is missing; restore it from a backup");
    }
    return disk.open(name);
  }

  /** The file as its header says it is, with an empty column. */
  LogFile header(DiskFile file, Manifest manifest, Manifest.LogEntry entry) throws IOException {
    Mapping mapping = file.mapWhole();
    boolean valid = false;
    try {
      FileHeader header = FileHeader.decode(file.name(), mapping.segment(), entry.kind());
      if (!header.storeId().equals(manifest.storeId())
          || header.base() != entry.base()
          || header.generation() != entry.generation()) {
        throw new StoreDamagedException(
            file.name(), 16, "it belongs to another store or place" + RESTORE);
      }
      LogFile.decodeChain(file.name(), mapping.segment());
      LogFile opened = LogFile.open(file.name(), header, mapping, disk, blocks);
      valid = true;
      return opened;
    } finally {
      if (!valid) {
        mapping.release();
      }
    }
  }

  /** Opens a full file; its column is made anew, if need be. */
  LogFile openFull(Manifest manifest, Manifest.LogEntry entry) throws IOException {
    return openFull(manifest, entry, true, false);
  }

  /**
   * Opens a full file.
   *
   * @param settle whether a column that has to be made anew is put on the disk
   * @param scan whether the column is made anew, whatever is on the disk
   */
  LogFile openFull(Manifest manifest, Manifest.LogEntry entry, boolean settle, boolean scan)
      throws IOException {
    LogFile log;
    try (DiskFile file = openFile(entry.name())) {
      if (!entry.packed() && file.size() < entry.usedBytes()) {
        throw new StoreDamagedException(
            entry.name(), file.size(), "it ends before offset " + entry.usedBytes() + RESTORE);
      }
      log = header(file, manifest, entry);
    }
    boolean done = false;
    try {
      Pack pack = log.pack();
      if (pack != null && pack.end() != entry.usedBytes()) {
        throw new StoreDamagedException(
            log.name(), 0, "it does not end at place " + entry.usedBytes() + RESTORE);
      }
      String columnName = LogFile.columnNameOf(entry.base(), entry.generation());
      LocationColumn column = scan ? null : LocationColumn.map(disk, columnName, log.header());
      if (column != null && isLastFull(manifest, entry) && !column.isWhole()) {
        column.release();
        column = null;
      }
      LogFile full;
      if (column != null) {
        full = log.withLocations(column);
      } else {
        rebuildColumn(log, entry);
        full = settle ? settle(log) : log;
      }
      done = true;
      return full;
    } finally {
      if (!done) {
        log.release();
      }
    }
  }

  /** What the log goes on from is read by the opening itself, which can mend nothing later. */
  private static boolean isLastFull(Manifest manifest, Manifest.LogEntry entry) {
    return manifest.logs().get(manifest.logs().size() - 2).equals(entry);
  }

  /**
   * The same full file behind a column that is made anew, since the one on the disk is damaged.
   *
   * @param settle whether the new one is put on the disk, in place of that
   * @throws StoreDamagedException if the file's frames are not those that were written
   */
  public LogFile renewColumn(LogFile full, Manifest.LogEntry entry, boolean settle)
      throws IOException {
    LogFile renewed = full.unlocated();
    rebuildColumn(renewed, entry);
    return settle ? settle(renewed) : renewed;
  }

  private void rebuildColumn(LogFile log, Manifest.LogEntry entry) {
    FrameScanner scanner = scanner(log);
    while (scanner.nextOffset() < entry.usedBytes()) {
      if (!scanner.next()) {
        throw new StoreDamagedException(
            log.name(), scanner.stoppedAt(), "the frame's check fails" + RESTORE);
      }
      if (!scanner.isClose()) {
        scanner.locate(log.locations(), log.base());
      }
    }
    if (scanner.check() != entry.lastCheck()) {
      throw new StoreDamagedException(
          log.name(), scanner.offset(), "its last frame is not the one that was written" + RESTORE);
    }
  }

  /**
   * Puts the column of a full file, until now in memory, on the disk, and returns the file with the
   * mapped column.
   */
  public LogFile settle(LogFile full) throws IOException {
    String name = LogFile.columnNameOf(full.base(), full.header().generation());
    full.locations().write(disk, name, full.header());
    LocationColumn mapped = LocationColumn.map(disk, name, full.header());
    if (mapped == null) {
      throw new StoreDamagedException(name, 0, "it is not what was just written; check the disk");
    }
    return full.withLocations(mapped);
  }

  static FrameScanner scanner(LogFile log) {
    return new FrameScanner(
        log.name(), log.whole(), log.header().seed(), LogFile.FIRST_FRAME, log.chain());
  }

  private End findEnd(DiskFile file, LogFile active, List<LogFile> opened, long indexedTo)
      throws IOException {
    FrameScanner scanner = scanner(active);
    EventReader reader = new EventReader();
    long nextPosition = active.base();
    long recordedAt = lastRecordedAt(opened);
    long end = LogFile.FIRST_FRAME;
    long durable = end;
    int check = scanner.check();
    boolean closed = false;
    while (scanner.next() && scanner.firstPosition() == nextPosition) {
      if (!scanner.isClose()) {
        scanner.locate(active.locations(), active.base());
        if (!bodiesHold(reader, active, nextPosition, scanner.events())) {
          active.locations().removeLast(scanner.frames());
          break;
        }
        nextPosition += scanner.events();
        recordedAt = scanner.recordedAtMicros();
      }
      closed = scanner.isClose();
      // whatever it says, no more than what stands before the frame, and no less than nothing
      durable = Math.clamp(scanner.durableMark(), LogFile.FIRST_FRAME, scanner.offset());
      end = scanner.nextOffset();
      check = scanner.check();
    }
    long discarded = tornBytes(active, end, check);
    if (nextPosition <= indexedTo) {
      throw new StoreDamagedException(active.name(), end, endsBefore(indexedTo) + RESTORE);
    }
    writeAgain(file, active, durable, end);
    return new End(nextPosition, end, check, recordedAt, closed, discarded);
  }

  /** What is wrong with a log that lacks what was durable when an index file was written of it. */
  public static String endsBefore(long indexedTo) {
    return "the log ends here, before position " + indexedTo + ", which an index file covers";
  }

  private static long lastRecordedAt(List<LogFile> opened) {
    if (opened.size() < 2) {
      return Long.MIN_VALUE;
    }
    LogFile before = opened.get(opened.size() - 2);
    // read as a whole, so that no time is believed whose check fails: what comes next builds on it
    return Micros.of(new EventReader().read(before, opened.getLast().base() - 1).recordedAt());
  }

  /** Where nobody has the keys, the check of a sealed frame has covered its bodies, too. */
  static boolean bodiesHold(EventReader reader, LogFile log, long first, int events) {
    if (!log.opens()) {
      return true;
    }
    try {
      for (long position = first; position < first + events; position++) {
        reader.read(log, position);
      }
      return true;
    } catch (StoreDamagedException e) {
      if (Faults.isUnreadable(e)) {
        throw e; // it may be whole, and must not be rolled back
      }
      return false; // torn or damaged: the caller finds out
    }
  }

  /**
   * How many bytes behind the last whole frame are not zero.
   *
   * @throws StoreDamagedException if they were durable once: then they are damaged, not torn
   */
  static long tornBytes(LogFile active, long end, int chain) {
    MemorySegment segment = active.mapping().segment();
    long lastByte = lastNonZero(active.name(), segment, end);
    if (lastByte < end) {
      return 0;
    }
    FrameScanner later =
        new FrameScanner(active.name(), segment, active.header().seed(), end, chain);
    for (long from = end; later.search(from, lastByte); from = later.nextOffset()) {
      if (later.isClose() || later.durableMark() > end) {
        throw new StoreDamagedException(
            active.name(),
            end,
            "a frame's check fails, and a later one was written after it was durable" + RESTORE);
      }
    }
    return lastByte + 1 - end;
  }

  /**
   * Writes the last group again, and zeros behind it up to the end of the file, and makes both
   * durable. What a process that was killed wrote, or failed to sync, can be seen and yet not be on
   * the disk, and the system takes it for clean, so that a sync alone would not write it. From now
   * on it counts as stored.
   */
  private static void writeAgain(DiskFile file, LogFile active, long durable, long end)
      throws IOException {
    MemorySegment segment = active.mapping().segment();
    for (long at = durable; at < end; at += WRITTEN_AT_ONCE) {
      int length = (int) Math.min(WRITTEN_AT_ONCE, end - at);
      file.write(at, Faults.copy(active.name(), segment, at, length), 0, length);
    }
    long size = file.size();
    byte[] zeros = new byte[(int) Math.min(WRITTEN_AT_ONCE, Math.max(size - end, 0))];
    for (long at = end; at < size; at += zeros.length) {
      file.write(at, zeros, 0, (int) Math.min(zeros.length, size - at));
    }
    file.sync();
  }

  private static long lastNonZero(String name, MemorySegment segment, long from) {
    long at = segment.byteSize();
    try {
      while (at - 8 >= from && Bytes.getLong(segment, at - 8) == 0) {
        at -= 8;
      }
      while (at > from && segment.get(ValueLayout.JAVA_BYTE, at - 1) == 0) {
        at--;
      }
      Faults.await(); // what cannot be read is not zeros
      return at - 1;
    } catch (InternalError e) {
      long unreadable = Faults.firstUnreadable(segment, from, segment.byteSize());
      throw Faults.unreadable(name, Math.max(unreadable, from), e);
    }
  }
}
