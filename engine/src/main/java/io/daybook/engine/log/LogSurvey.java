package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads log files that may be damaged, and says how much of each can be believed. */
public final class LogSurvey {
  private final Disk disk;
  private final LongConsumer progress;
  private final EventReader reader = new EventReader();

  /**
   * What was found of one file.
   *
   * @param header its header; null if that is missing or damaged
   * @param chain the check of the frame before its first one, as it says
   * @param end where the frames end that follow each other without a fault
   * @param nextPosition the position after the last of them
   * @param check the check of the last of them
   * @param chainAfter the check that the next file names as the one before its first frame
   * @param bytes the file's size; 0 if it is missing
   * @param readableBeyond how many events stand in valid frames behind the end
   * @param lastPosition the last position of any valid frame
   * @param columnDamaged whether its location column is there and wrong
   * @param damage what is wrong at the end; null if nothing is
   */
  public record Found(
      @Nullable FileHeader header,
      int chain,
      long end,
      long nextPosition,
      int check,
      int chainAfter,
      long bytes,
      long readableBeyond,
      long lastPosition,
      boolean columnDamaged,
      @Nullable String damage) {}

  /** For a disk; the consumer is told up to which position, exclusive, it was read. */
  public LogSurvey(Disk disk, LongConsumer progress) {
    this.disk = disk;
    this.progress = progress;
  }

  /**
   * Reads one file.
   *
   * @param usedBytes where its frames are known to end; 0 if that is not known
   * @param active whether a torn last group is no damage
   */
  public Found survey(String name, long base, long usedBytes, boolean active) throws IOException {
    if (!disk.exists(name)) {
      return broken(base, 0, "it is missing");
    }
    Mapping mapping;
    long size;
    try (DiskFile file = disk.open(name)) {
      size = file.size();
      if (size < LogFile.FIRST_FRAME) {
        return broken(base, size, "it is shorter than its header");
      }
      mapping = file.map(size);
    }
    try {
      boolean packed = name.endsWith(".pack");
      FileHeader header =
          FileHeader.decode(
              name, mapping.segment(), packed ? FileHeader.Kind.PACK : FileHeader.Kind.LOG);
      int chain = LogFile.decodeChain(name, mapping.segment());
      return survey(LogFile.open(name, header, mapping, disk), chain, usedBytes, active);
    } catch (StoreDamagedException e) {
      return broken(base, size, String.valueOf(e.getMessage()));
    } finally {
      mapping.release();
    }
  }

  private static Found broken(long base, long size, String why) {
    return new Found(null, 0, 0, base, 0, 0, size, 0, base - 1, false, why);
  }

  private Found survey(LogFile log, int chain, long usedBytes, boolean active) throws IOException {
    FrameScanner scanner = LogRecovery.scanner(log);
    long next = log.base();
    long end = LogFile.FIRST_FRAME;
    int check = chain;
    while ((usedBytes == 0 || end < usedBytes)
        && scanner.next()
        && scanner.firstPosition() == next) {
      if (!scanner.isClose()) {
        scanner.locate(log.locations(), log.base());
        if (!LogRecovery.bodiesHold(reader, log, next, scanner.events())) {
          log.locations().removeLast(scanner.frames());
          break;
        }
        next += scanner.events();
        progress.accept(next);
      }
      end = scanner.nextOffset();
      check = scanner.check();
    }
    String damage = usedBytes != 0 && end != usedBytes ? "the frame's check fails" : null;
    if (active) {
      try {
        LogRecovery.tornBytes(log, end, check);
        return found(log, chain, end, next, check, null);
      } catch (StoreDamagedException _) {
        damage = "the frame's check fails, and a later one was written after it was durable";
      }
    }
    return found(log, chain, end, next, check, damage);
  }

  private Found found(
      LogFile log, int chain, long end, long next, int check, @Nullable String damage)
      throws IOException {
    long beyond = 0;
    long last = next - 1;
    if (damage != null) {
      var later = new FrameScanner(log.name(), log.whole(), log.header().seed(), end, check);
      long tried = -1;
      for (long from = end; later.search(from, log.whole().byteSize()); from = later.nextOffset()) {
        long first = later.firstPosition();
        if (!later.isClose() && first >= next && first > tried) {
          tried = first;
          last = Math.max(last, first + later.events() - 1);
          later.locate(log.locations(), log.base());
          if (LogRecovery.bodiesHold(reader, log, first, later.events())) {
            beyond += later.events();
          }
          progress.accept(first + later.events());
        }
      }
    }
    return new Found(
        log.header(),
        chain,
        end,
        next,
        check,
        log.chainAfter(check),
        log.bytes(),
        beyond,
        last,
        damage == null && isColumnDamaged(log),
        damage);
  }

  private boolean isColumnDamaged(LogFile log) throws IOException {
    String name = LogFile.columnNameOf(log.base(), log.header().generation());
    LocationColumn column = LocationColumn.map(disk, name, log.header());
    if (column == null) {
      return false; // an opening makes it anew
    }
    try {
      return !column.isSameAs(log.locations());
    } finally {
      column.release();
    }
  }
}
