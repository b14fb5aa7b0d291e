package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes a log file out of the beginning of another log file. */
public final class LogCut {
  private static final int AT_ONCE = 1 << 20;

  private LogCut() {}

  /**
   * What was written.
   *
   * @param check the check of its last frame; what it goes on from, if it has none
   * @param bytes where its frames end
   * @param holdsStubs whether it has frames, of a file that was scavenged: then their leaves cannot
   *     be made anew
   */
  public record Written(int check, long bytes, boolean holdsStubs) {}

  /**
   * Writes and syncs a log file that holds whole appends of another one, up to a position, and ends
   * with a close record. The frames keep their places and the file its seed, so they are copied as
   * they are; each is checked before. A sealed file keeps its salt, too; what is appended to it
   * later has nonces of its own. Only the frames of a sealed pack are written anew: there they are
   * sealed by the block.
   *
   * @param from the file
   * @param last the last position of an append; less than the file's first for none
   * @param entry where the new file stands
   * @param epoch the epoch that begins with it
   * @throws StoreDamagedException if a frame before the cut is not what was written
   */
  public static Written write(
      LogFile from, long last, Disk target, Manifest.LogEntry entry, long epoch)
      throws IOException {
    FrameScanner scanner = LogRecovery.scanner(from);
    LogFile checked = from.unlocated();
    long end = check(checked, scanner, last);
    FileHeader old = from.header();
    boolean sealAnew = from.isPacked() && from.seal() != null;
    FileSeal seal = sealAnew && from.seal() != null ? from.seal().another() : from.seal();
    var header =
        new FileHeader(
            FileHeader.Kind.LOG, old.seed(), old.storeId(), old.base(), entry.generation(), epoch);
    try (DiskFile file = target.create(entry.name())) {
      byte[] start = from.startOfCut(header, seal);
      file.write(0, start, 0, start.length);
      var close = new Close(last + 1, scanner.recordedAtMicros(), old.seed());
      Written written;
      if (end == LogFile.FIRST_FRAME) {
        written = new Written(scanner.check(), end, false);
      } else if (sealAnew) {
        written = encodeFrames(checked, last, file, seal, close);
      } else {
        copyFrames(from, end, file);
        written = writeClose(file, new FrameEncoder(), close, end, scanner.check(), from);
      }
      file.sync();
      return written;
    }
  }

  /** What stands in the close record behind the cut. */
  private record Close(long nextPosition, long recordedAtMicros, int fileSeed) {}

  /** As {@link #write(LogFile, long, Disk, Manifest.LogEntry, long)}, of a file by its name. */
  public static Written write(
      Disk disk, String name, FileHeader header, long last, Manifest.LogEntry entry, long epoch)
      throws IOException {
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      mapping = file.mapWhole();
    }
    try {
      return write(LogFile.open(name, header, mapping, disk), last, disk, entry, epoch);
    } finally {
      mapping.release();
    }
  }

  /**
   * Writes and syncs a log file without frames.
   *
   * @param chain the check of the last frame of the file before; 0 if there is none
   */
  public static Written writeEmpty(
      Disk target, UUID storeId, int chain, Manifest.LogEntry entry, long epoch)
      throws IOException {
    int seed = ThreadLocalRandom.current().nextInt();
    var header =
        new FileHeader(FileHeader.Kind.LOG, seed, storeId, entry.base(), entry.generation(), epoch);
    try (DiskFile file = target.create(entry.name())) {
      byte[] start = LogFile.encodeHeader(header, chain, FileSeal.forNew(target));
      file.write(0, start, 0, start.length);
      file.sync();
      return new Written(chain, start.length, false);
    }
  }

  /** Where the frames end that are kept; the scanner stands at the last of them. */
  private static long check(LogFile checked, FrameScanner scanner, long last) {
    var reader = new EventReader();
    long next = checked.base();
    while (next <= last) {
      long at = scanner.nextOffset();
      boolean holds = scanner.next() && scanner.firstPosition() == next;
      if (holds && !scanner.isClose()) {
        scanner.locate(checked.locations(), checked.base());
        holds = LogRecovery.bodiesHold(reader, checked, next, scanner.events());
        next += scanner.events();
      }
      if (!holds) {
        throw new StoreDamagedException(checked.name(), at, "the frame's check fails; run verify");
      }
    }
    return scanner.nextOffset();
  }

  private static void copyFrames(LogFile from, long end, DiskFile file) throws IOException {
    MemorySegment frames = from.whole();
    for (long at = LogFile.FIRST_FRAME; at < end; at += AT_ONCE) {
      int length = (int) Math.min(AT_ONCE, end - at);
      file.write(at, Faults.copy(from.name(), frames, at, length), 0, length);
    }
  }

  private static Written encodeFrames(
      LogFile from, long last, DiskFile file, @Nullable FileSeal seal, Close close)
      throws IOException {
    var reader = new EventReader();
    FrameEncoder encoder = new FrameEncoder().sealingWith(seal);
    int check = from.chain();
    long at = LogFile.FIRST_FRAME;
    for (long position = from.base(); position <= last; ) {
      StoredFrame frame = StoredFrame.read(reader, from, position, _ -> false);
      check = frame.encode(encoder, close.fileSeed(), at, check);
      file.write(at, encoder.buffer(), 0, encoder.length());
      at += encoder.length();
      encoder.clear();
      position = frame.nextPosition();
    }
    return writeClose(file, encoder, close, at, check, from);
  }

  private static Written writeClose(
      DiskFile file, FrameEncoder encoder, Close close, long at, int chain, LogFile from)
      throws IOException {
    int check =
        encoder.close(close.nextPosition(), close.recordedAtMicros(), close.fileSeed(), at, chain);
    file.write(at, encoder.buffer(), 0, encoder.length());
    return new Written(check, at + encoder.length(), from.isRewritten());
  }
}
