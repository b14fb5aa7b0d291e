package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes full log files anew: as packs, or without what is hidden. The new file is whole, durable
 * and then listed in place of the old one; until the caller removes the old one, both are there.
 * One file at a time.
 */
public final class LogRewriter {
  private static final System.Logger LOG = System.getLogger(LogRewriter.class.getName());

  private final Disk disk;
  private final Manifests manifests;
  private final LogRecovery recovery;
  private final LeafKeeper leaves;

  /** For the files of a manifest; the leaves are kept before events are dropped. */
  public LogRewriter(Disk disk, Manifests manifests, LogRecovery recovery, LeafKeeper leaves) {
    this.disk = disk;
    this.manifests = manifests;
    this.recovery = recovery;
    this.leaves = leaves;
  }

  /** Writes frames, and says where each of them is. */
  private interface Content {
    Written write(LogOutput out, LocationColumn column) throws IOException;
  }

  /**
   * What was written.
   *
   * @param lastCheck the check of the last frame
   * @param place the place behind the last frame
   */
  private record Written(int lastCheck, long place) {}

  /**
   * The same frames as a pack.
   *
   * @return the new file, whose lease the caller owns
   * @throws StoreDamagedException if a check in the old file fails; then it stays
   */
  public LogFile pack(LogFile old) throws IOException {
    if (old.seal() != null) {
      return encodeAnew(old, FileHeader.Kind.PACK);
    }
    FileHeader header = header(old, FileHeader.Kind.PACK, old.header().seed());
    byte[] start = old.startFor(header);
    return rewrite(old, header, start, null, (out, column) -> copyFrames(old, out, column));
  }

  /**
   * The same events in the same form, sealed with the key that new files get.
   *
   * @return the new file, whose lease the caller owns
   * @throws StoreDamagedException if a check in the old file fails; then it stays
   */
  public LogFile sealAnew(LogFile old) throws IOException {
    return encodeAnew(old, old.header().kind());
  }

  /** What is sealed cannot be compressed: the events are read and written again. */
  private LogFile encodeAnew(LogFile old, FileHeader.Kind kind) throws IOException {
    return encodeAnew(old, kind, old.isRewritten(), _ -> false);
  }

  /**
   * The same events in the same form, with stubs for those that are hidden.
   *
   * @return the new file, whose lease the caller owns
   * @throws StoreDamagedException if a check in the old file fails; then it stays
   */
  public LogFile scavenge(LogFile old, Predicate<RecordedEvent> hidden) throws IOException {
    leaves.keep(old);
    return encodeAnew(old, old.header().kind(), true, hidden);
  }

  private LogFile encodeAnew(
      LogFile old, FileHeader.Kind kind, boolean scavenged, Predicate<RecordedEvent> dropped)
      throws IOException {
    FileSeal seal = FileSeal.forNew(disk);
    FileHeader header =
        header(old, kind, ThreadLocalRandom.current().nextInt()).withSealed(seal != null);
    int chainAfter = old.chainAfter(entryOf(old).lastCheck());
    byte[] start = LogFile.encodeRewritten(header, old.chain(), scavenged, chainAfter, seal);
    var encoder = new FrameEncoder();
    encoder.sealingWith(kind == FileHeader.Kind.PACK ? null : seal); // a pack's blocks are sealed
    return rewrite(
        old,
        header,
        start,
        seal,
        (out, column) -> dropEvents(old, dropped, header.seed(), encoder, out, column));
  }

  private FileHeader header(LogFile old, FileHeader.Kind kind, int seed) {
    FileHeader before = old.header();
    return new FileHeader(
        kind,
        seed,
        before.storeId(),
        before.base(),
        manifests.takeGeneration(),
        manifests.current().epoch());
  }

  private Manifest.LogEntry entryOf(LogFile file) {
    for (Manifest.LogEntry entry : manifests.current().logs()) {
      if (entry.base() == file.base() && entry.generation() == file.generation()) {
        return entry;
      }
    }
    throw new IllegalStateException(file + " is not listed");
  }

  private LogFile rewrite(
      LogFile old, FileHeader header, byte[] start, @Nullable FileSeal seal, Content content)
      throws IOException {
    Manifest.LogEntry oldEntry = entryOf(old);
    boolean packed = header.kind() == FileHeader.Kind.PACK;
    var draft =
        new Manifest.LogEntry(
            header.base(),
            header.generation(),
            packed,
            0,
            0,
            oldEntry.lastPosition(),
            oldEntry.leavesGeneration());
    LogFile fresh = null;
    boolean listed = false;
    try {
      var column = new LocationColumn();
      Written written;
      try (LogOutput out = LogOutput.create(disk, draft.name(), packed, header.seed(), seal)) {
        written = content.write(out, column);
        out.finish(start);
      }
      disk.syncFolder("log");
      column.write(disk, draft.columnName(), header);
      var entry =
          new Manifest.LogEntry(
              draft.base(),
              draft.generation(),
              packed,
              written.lastCheck(),
              written.place(),
              draft.lastPosition(),
              draft.leavesGeneration());
      fresh = recovery.openFull(manifests.current(), entry);
      manifests.rewriteLog(oldEntry, entry);
      listed = true;
      return fresh;
    } catch (Manifest.UncertainException e) {
      listed = true; // perhaps
      if (fresh != null) {
        fresh.release();
      }
      throw e;
    } finally {
      if (!listed) {
        if (fresh != null) {
          fresh.release();
        }
        remove(draft);
      }
    }
  }

  private Written copyFrames(LogFile old, LogOutput out, LocationColumn column) throws IOException {
    MemorySegment source = old.whole();
    long end = entryOf(old).usedBytes();
    var scanner =
        new FrameScanner(old.name(), source, old.header().seed(), LogFile.FIRST_FRAME, old.chain());
    var reader = new EventReader();
    while (scanner.nextOffset() < end) {
      if (!scanner.next()) {
        throw damaged(old, scanner.stoppedAt());
      }
      if (!scanner.isClose()) {
        verify(old, reader, scanner);
      }
      for (int i = 0; i < scanner.frames(); i++) {
        int length = (int) (scanner.frameOffset(i + 1) - scanner.frameOffset(i));
        if (!scanner.isClose()) {
          column.add((int) (scanner.framePosition(i) - old.base()), out.place());
        }
        out.frame(Bytes.copy(source, scanner.frameOffset(i), length), length);
      }
    }
    return new Written(scanner.check(), end);
  }

  /** What is damaged is not to be packed: a pack is taken for what was written. */
  private static void verify(LogFile old, EventReader reader, FrameScanner scanner) {
    long first = scanner.firstPosition();
    for (long position = first; position < first + scanner.events(); position++) {
      reader.read(old, position);
    }
  }

  private static StoreDamagedException damaged(LogFile file, long offset) {
    return new StoreDamagedException(
        file.name(), offset, "the frame's check fails; restore the file from a backup");
  }

  private Written dropEvents(
      LogFile old,
      Predicate<RecordedEvent> hidden,
      int seed,
      FrameEncoder encoder,
      LogOutput out,
      LocationColumn column)
      throws IOException {
    long last = entryOf(old).lastPosition();
    var reader = new EventReader();
    int check = old.chain();
    for (long position = old.base(); position <= last; ) {
      StoredFrame frame = StoredFrame.read(reader, old, position, hidden);
      column.add((int) (position - old.base()), out.place());
      check = frame.encode(encoder, seed, out.place(), check);
      out.frame(encoder.buffer(), encoder.length());
      encoder.clear();
      position = frame.nextPosition();
    }
    return new Written(check, out.place());
  }

  /** How many bytes a full log file takes, with its column and its leaves. */
  public long bytes(LogFile file) throws IOException {
    long bytes = 0;
    Manifest.LogEntry entry = manifests.fullLog(file.base());
    for (String name : List.of(file.name(), entry.columnName(), entry.leavesName())) {
      if (disk.exists(name)) {
        try (DiskFile opened = disk.open(name)) {
          bytes += opened.size();
        }
      }
    }
    return bytes;
  }

  /** Removes a file that is not listed any more; if that fails, the next opening does it. */
  public void remove(LogFile file) {
    FileHeader header = file.header();
    remove(new Manifest.LogEntry(header.base(), header.generation(), file.isPacked(), 0, 0, 0, 0));
  }

  private void remove(Manifest.LogEntry entry) {
    for (String name : List.of(entry.name(), entry.columnName(), entry.columnName() + ".new")) {
      try {
        if (disk.exists(name)) {
          disk.delete(name);
        }
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "removing a log file that is not listed failed", e);
      }
    }
  }
}
