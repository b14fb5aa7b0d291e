package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;

/**
 * A log file as a reader sees it: mapped bytes and the column that says where its frames are.
 *
 * <p>Immutable but for the column of the active file, which grows. When the active file grows
 * beyond its mapping, a new instance takes its place.
 */
public final class LogFile {
  /** Where the first frame stands. */
  static final int FIRST_FRAME = 128;

  static final int CHAIN_OFFSET = 64;

  private final String name;
  private final FileHeader header;
  private final Mapping mapping;
  private final LocationColumn locations;

  LogFile(String name, FileHeader header, Mapping mapping, LocationColumn locations) {
    this.name = name;
    this.header = header;
    this.mapping = mapping;
    this.locations = locations;
  }

  /** The name of a log file. */
  static String nameOf(long base, long generation) {
    return String.format("log/%020d-%d.log", base, generation);
  }

  /** The name of the column of a log file. */
  static String columnNameOf(long base, long generation) {
    return String.format("index/%020d-%d.loc", base, generation);
  }

  /** The bytes before the first frame. */
  static byte[] encodeHeader(FileHeader header, int chain) {
    byte[] bytes = new byte[FIRST_FRAME];
    header.encode(bytes);
    Bytes.putInt(bytes, CHAIN_OFFSET, chain);
    Bytes.putInt(
        bytes,
        FIRST_FRAME - 4,
        Checksum.of(bytes, FileHeader.BYTES, FIRST_FRAME - 4 - FileHeader.BYTES));
    return bytes;
  }

  /** Reads and checks the second part of the header. */
  static int decodeChain(String name, MemorySegment segment) {
    if (segment.byteSize() < FIRST_FRAME) {
      throw new StoreDamagedException(name, 0, "it is shorter than its header; restore it");
    }
    byte[] bytes = Faults.copy(name, segment, 0, FIRST_FRAME);
    int check = Checksum.of(bytes, FileHeader.BYTES, FIRST_FRAME - 4 - FileHeader.BYTES);
    if (check != Bytes.getInt(bytes, FIRST_FRAME - 4)) {
      throw new StoreDamagedException(
          name, FileHeader.BYTES, "its header's check fails; restore it from a backup");
    }
    return Bytes.getInt(bytes, CHAIN_OFFSET);
  }

  /** Its name, relative to the store. */
  public String name() {
    return name;
  }

  /** Its first position. */
  public long base() {
    return header.base();
  }

  /** Its size in bytes, zeros ahead of need included. */
  public long bytes() {
    return mapping.segment().byteSize();
  }

  FileHeader header() {
    return header;
  }

  LocationColumn locations() {
    return locations;
  }

  Mapping mapping() {
    return mapping;
  }

  /** The same file behind a larger mapping. */
  LogFile remapped(Mapping larger) {
    return new LogFile(name, header, larger, locations);
  }

  /** The same file behind another column. */
  LogFile withLocations(LocationColumn column) {
    return new LogFile(name, header, mapping, column);
  }

  /** Leases its mappings; false if they are gone already. */
  public boolean tryLease() {
    if (!mapping.tryLease()) {
      return false;
    }
    if (locations.tryLease()) {
      return true;
    }
    mapping.release();
    return false;
  }

  /** Gives a lease on its mappings back. */
  public void release() {
    mapping.release();
    locations.release();
  }

  /**
   * The last of the files, in order, whose base is not greater than the position; -1 if there is
   * none.
   */
  public static int indexOf(LogFile[] files, long position) {
    int low = 0;
    int high = files.length - 1;
    if (high >= 0 && files[high].base() <= position) {
      return high; // most reads are near the end
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (files[middle].base() <= position) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  @Override
  public String toString() {
    return name;
  }
}
