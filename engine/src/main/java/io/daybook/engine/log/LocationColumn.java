package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames of one log file are: sorted first positions with an offset each.
 *
 * <p>The active file's column grows in memory: one thread adds, any number look up. A full file's
 * column is mapped. A wrong place is harmless, because it leads to an event whose check fails.
 */
final class LocationColumn {
  private static final int ENTRY_BYTES = 8;
  private static final int PREFIX_BYTES = FileHeader.BYTES + 8;

  private final String name;
  private final @Nullable Mapping mapping;
  private final int mappedCount;

  /** Pairs of (first position − base, offset / 8); published by the count. */
  private volatile int[] entries;

  private volatile int count;

  /** An empty column, in memory. */
  LocationColumn() {
    name = "";
    mapping = null;
    mappedCount = 0;
    entries = new int[64];
  }

  private LocationColumn(String name, Mapping mapping, int mappedCount) {
    this.name = name;
    this.mapping = mapping;
    this.mappedCount = mappedCount;
    this.entries = new int[0];
  }

  /** Adds a frame behind all others. */
  void add(int positionDelta, long offset) {
    int[] current = entries;
    int n = count;
    if (2 * n == current.length) {
      current = Arrays.copyOf(current, 4 * n);
      entries = current;
    }
    current[2 * n] = positionDelta;
    current[2 * n + 1] = (int) (offset >>> 3);
    count = n + 1;
  }

  /** Takes back the frames that were added last. */
  void removeLast(int frames) {
    int n = count;
    count = n - frames;
  }

  /** Its bytes, if it is on the disk. */
  Optional<Mapping> mapping() {
    return Optional.ofNullable(mapping);
  }

  /** Whether it is on the disk. */
  boolean isMapped() {
    return mapping != null;
  }

  /** The number of frames. */
  int count() {
    return mapping == null ? count : mappedCount;
  }

  /** The offset of the last frame whose first position is not greater, or -1. */
  long offsetOf(int positionDelta) {
    int frame = frameOf(positionDelta);
    return frame < 0 ? -1 : offsetAt(frame);
  }

  /** The number of the last frame whose first position is not greater, or -1. */
  int frameOf(int positionDelta) {
    if (mapping == null) {
      int n = count; // read before the entries, which are never older than it
      int[] current = entries;
      return search(positionDelta, n, i -> current[2 * i]);
    }
    MemorySegment segment = mapping.segment();
    return search(positionDelta, mappedCount, i -> mappedPosition(segment, i));
  }

  /**
   * What cannot be read, or is damaged, is found out here or where it leads to: a frame holds at
   * least one event, so the first position of a frame is not smaller than its number.
   */
  private static int mappedPosition(MemorySegment segment, int frame) {
    int position = Bytes.getInt(segment, PREFIX_BYTES + (long) ENTRY_BYTES * frame);
    if (position < frame) {
      throw new IndexOutOfBoundsException("frame " + frame);
    }
    return position;
  }

  /** The offset of a frame. */
  long offsetAt(int frame) {
    int words =
        mapping == null
            ? entries[2 * frame + 1]
            : Bytes.getInt(mapping.segment(), PREFIX_BYTES + (long) ENTRY_BYTES * frame + 4);
    return (words & 0xffff_ffffL) << 3;
  }

  private interface PositionAt {
    int at(int frame);
  }

  /**
   * A frame holds at least one event, so a frame's number is not greater than its position; where
   * frames are of like size, guessing proportionally ends in a step or two.
   */
  private static int search(int wanted, int n, PositionAt positions) {
    if (n == 0) {
      return -1;
    }
    int low = 0;
    int high = n - 1;
    if (wanted < high) {
      high = wanted;
    }
    int atLow = 0;
    int atHigh = positions.at(high);
    for (int step = 0; low < high; step++) {
      if (wanted >= atHigh) {
        return high;
      }
      int middle;
      if (step < 4 && atHigh > atLow) {
        middle = low + (int) ((long) (wanted - atLow) * (high - low) / (atHigh - atLow));
        middle = Math.clamp(middle, low, high - 1);
      } else {
        middle = (low + high) >>> 1;
      }
      int atMiddle = positions.at(middle);
      if (atMiddle > wanted) {
        if (middle == low) {
          return middle - 1;
        }
        high = middle - 1;
        atHigh = positions.at(high);
      } else if (middle + 1 <= high && positions.at(middle + 1) <= wanted) {
        low = middle + 1;
        atLow = positions.at(low);
      } else {
        return middle;
      }
    }
    return low == 0 || positions.at(low) <= wanted ? low : low - 1;
  }

  /**
   * Writes this column beside its log file. It gets its name when its bytes are durable, so that no
   * crash leaves one that only looks whole; the folder is not synced, since the column can be made
   * anew.
   */
  void write(Disk disk, String name, FileHeader log) throws IOException {
    int n = count();
    byte[] bytes = new byte[PREFIX_BYTES + ENTRY_BYTES * n + 4];
    new FileHeader(
            FileHeader.Kind.LOCATIONS,
            log.seed(),
            log.storeId(),
            log.base(),
            log.generation(),
            log.epoch())
        .encode(bytes);
    Bytes.putInt(bytes, FileHeader.BYTES, n);
    Bytes.putInt(bytes, FileHeader.BYTES + 4, log.seed());
    int[] current = entries;
    for (int i = 0; i < 2 * n; i++) {
      Bytes.putInt(bytes, PREFIX_BYTES + 4 * i, current[i]);
    }
    Bytes.putInt(bytes, bytes.length - 4, Checksum.of(bytes, 0, bytes.length - 4));
    String newName = name + ".new";
    if (disk.exists(newName)) {
      disk.delete(newName);
    }
    try (DiskFile file = disk.create(newName)) {
      file.write(0, bytes, 0, bytes.length);
      file.sync();
    }
    disk.rename(newName, name);
  }

  /** Maps the column of a log file; null if there is none that is whole and fits the log file. */
  static @Nullable LocationColumn map(Disk disk, String name, FileHeader log) throws IOException {
    if (!disk.exists(name)) {
      return null;
    }
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      long size = file.size();
      if (size < PREFIX_BYTES + 4) {
        return null;
      }
      mapping = file.map(size);
    }
    int frames = framesIn(name, mapping.segment(), log);
    if (frames >= 0) {
      return new LocationColumn(name, mapping, frames);
    }
    mapping.release();
    return null;
  }

  /** How many frames a column has; -1 if it does not fit the log file. */
  private static int framesIn(String name, MemorySegment segment, FileHeader log) {
    try {
      FileHeader header = FileHeader.decode(name, segment, FileHeader.Kind.LOCATIONS);
      int n = Bytes.getInt(Faults.copy(name, segment, FileHeader.BYTES, Integer.BYTES), 0);
      boolean fits =
          header.seed() == log.seed()
              && header.base() == log.base()
              && header.generation() == log.generation()
              && n >= 0
              && segment.byteSize() == PREFIX_BYTES + (long) ENTRY_BYTES * n + 4;
      return fits ? n : -1;
    } catch (RuntimeException _) {
      return -1; // whatever is wrong with it, the column is made anew
    }
  }

  /** Whether a mapped column can be read and its check holds. */
  boolean isWhole() {
    try {
      return mapping != null && checkHolds(copyOf(mapping));
    } catch (StoreDamagedException _) {
      return false;
    }
  }

  /** Whether there is a column in a file that cannot be read or whose check fails. */
  static boolean isDamaged(Disk disk, String name) throws IOException {
    if (!disk.exists(name)) {
      return false;
    }
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      long size = file.size();
      if (size < PREFIX_BYTES + 4) {
        return true;
      }
      mapping = file.map(size);
    } catch (NoSuchFileException _) {
      return false; // removed meanwhile, with its log file
    }
    try {
      return !new LocationColumn(name, mapping, 0).isWhole();
    } finally {
      mapping.release();
    }
  }

  private byte[] copyOf(Mapping its) {
    return Faults.copy(name, its.segment(), 0, (int) its.segment().byteSize());
  }

  private static boolean checkHolds(byte[] bytes) {
    int end = bytes.length - 4;
    return Checksum.of(bytes, 0, end) == Bytes.getInt(bytes, end);
  }

  /**
   * Whether a mapped column's check holds and it has the same frames as one in memory.
   *
   * @throws StoreDamagedException if it cannot be read
   */
  boolean isSameAs(LocationColumn other) {
    if (mapping == null || count() != other.count()) {
      return false;
    }
    byte[] bytes = copyOf(mapping);
    if (!checkHolds(bytes)) {
      return false;
    }
    int[] expected = other.entries;
    for (int i = 0; i < 2 * count(); i++) {
      if (Bytes.getInt(bytes, PREFIX_BYTES + Integer.BYTES * i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** What is thrown if it is this that cannot be read; null if it can. */
  @Nullable StoreDamagedException unreadable(InternalError error) {
    if (mapping == null) {
      return null;
    }
    long at = Faults.firstUnreadable(mapping.segment(), 0, mapping.segment().byteSize());
    String remedy = "an open store makes this file anew when it comes upon it: try again";
    return at < 0 ? null : Faults.unreadable(name, at, remedy, error);
  }

  /** Leases the mapping, if there is one; false if it is gone already. */
  boolean tryLease() {
    return mapping == null || mapping.tryLease();
  }

  /** Gives a lease back. */
  void release() {
    if (mapping != null) {
      mapping.release();
    }
  }
}
