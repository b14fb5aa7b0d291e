package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private static final int REWRITTEN_OFFSET = 68;
  private static final int CHAIN_AFTER_OFFSET = 72;
  private static final int REWRITTEN = 1;
  private static final int CUT = 2;
  private static final int ENCODED_ANEW = 3;

  private static final long FETCHED_AT_MOST = 1 << 20;
  private static final int COPIED_AT_MOST = 64 << 10;
  private static final long LAST_FETCHED = 16 << 10;

  private final String name;
  private final FileHeader header;
  private final Mapping mapping;
  private final LocationColumn locations;
  private final @Nullable Pack pack;
  private final @Nullable FileSeal seal;

  private LogFile(
      String name,
      FileHeader header,
      Mapping mapping,
      LocationColumn locations,
      @Nullable Pack pack,
      @Nullable FileSeal seal) {
    this.name = name;
    this.header = header;
    this.mapping = mapping;
    this.locations = locations;
    this.pack = pack;
    this.seal = seal;
  }

  /** A log file that is no pack, and not encrypted. */
  LogFile(String name, FileHeader header, Mapping mapping, LocationColumn locations) {
    this(name, header, mapping, locations, null, null);
  }

  /** A log file that is no pack, for which nobody has a column yet. */
  LogFile(String name, FileHeader header, Mapping mapping, @Nullable FileSeal seal) {
    this(name, header, mapping, new LocationColumn(), null, seal);
  }

  /** The name of a log file. */
  static String nameOf(long base, long generation) {
    return String.format("log/%020d-%d.log", base, generation);
  }

  /** The name of a log file in the form of a pack. */
  static String packNameOf(long base, long generation) {
    return String.format("log/%020d-%d.pack", base, generation);
  }

  /** The name of the column of a log file. */
  static String columnNameOf(long base, long generation) {
    return String.format("index/%020d-%d.loc", base, generation);
  }

  /** The bytes before the first frame of a file that is not encrypted. */
  static byte[] encodeHeader(FileHeader header, int chain) {
    return encodeHeader(header, chain, null);
  }

  /** The bytes before the first frame. */
  static byte[] encodeHeader(FileHeader header, int chain, @Nullable FileSeal seal) {
    byte[] bytes = new byte[FIRST_FRAME];
    header.withSealed(seal != null).encode(bytes);
    Bytes.putInt(bytes, CHAIN_OFFSET, chain);
    if (seal != null) {
      seal.encode(bytes);
    }
    check(bytes);
    return bytes;
  }

  /**
   * The bytes before the first frame of a file that was written anew.
   *
   * @param scavenged whether it may hold stubs
   * @param chainAfter what the next file has as its chain
   */
  static byte[] encodeRewritten(
      FileHeader header, int chain, boolean scavenged, int chainAfter, @Nullable FileSeal seal) {
    byte[] bytes = encodeHeader(header, chain, seal);
    Bytes.putInt(bytes, REWRITTEN_OFFSET, scavenged ? REWRITTEN : ENCODED_ANEW);
    Bytes.putInt(bytes, CHAIN_AFTER_OFFSET, chainAfter);
    check(bytes);
    return bytes;
  }

  /** The bytes before the first frame of a file that has the beginning of this one. */
  byte[] startOfCut(FileHeader other, @Nullable FileSeal otherSeal) {
    byte[] bytes = encodeHeader(other, chain(), otherSeal);
    if (isRewritten()) {
      Bytes.putInt(bytes, REWRITTEN_OFFSET, CUT);
      check(bytes);
    }
    return bytes;
  }

  /** A file for which nobody has a column yet. */
  static LogFile open(String name, FileHeader header, Mapping mapping, Disk disk) {
    return open(name, header, mapping, disk, new BlockCache());
  }

  /** A file for which nobody has a column yet; the blocks of a pack are kept for a while. */
  static LogFile open(
      String name, FileHeader header, Mapping mapping, Disk disk, BlockCache blocks) {
    FileSeal seal = FileSeal.of(name, header, mapping.segment(), disk);
    if (header.kind() == FileHeader.Kind.PACK) {
      Pack pack = Pack.open(name, header, mapping, blocks, seal);
      return new LogFile(name, header, mapping, new LocationColumn(), pack, seal);
    }
    return new LogFile(name, header, mapping, seal);
  }

  /** The bytes before the first frame, as they are here, behind another header. */
  byte[] startFor(FileHeader other) {
    byte[] bytes = Faults.copy(name, mapping.segment(), 0, FIRST_FRAME);
    other.encode(bytes);
    return bytes;
  }

  private static void check(byte[] bytes) {
    Bytes.putInt(
        bytes,
        FIRST_FRAME - 4,
        Checksum.of(bytes, FileHeader.BYTES, FIRST_FRAME - 4 - FileHeader.BYTES));
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

  /** Its generation. */
  public long generation() {
    return header.generation();
  }

  @Nullable Pack pack() {
    return pack;
  }

  /** Whether it is a pack. */
  public boolean isPacked() {
    return pack != null;
  }

  /** Whether it is full and its column is on the disk. */
  public boolean isSettled() {
    return locations.isMapped();
  }

  /** The bytes of its column, if that is on the disk, to be brought into memory. */
  public Optional<Mapping> columnMapping() {
    return locations.mapping();
  }

  /** Whether a file of that name is this one, or its column. */
  public boolean hasPart(String file) {
    return file.equals(name) || file.equals(columnNameOf(base(), generation()));
  }

  /** Whether the check of its column holds, which is on the disk; reads all of it. */
  public boolean isColumnWhole() {
    return locations.isWhole();
  }

  /** Whether there is a column of a log file on the disk that cannot be read or fails its check. */
  public static boolean isColumnDamaged(Disk disk, Manifest.LogEntry entry) throws IOException {
    return LocationColumn.isDamaged(disk, entry.columnName());
  }

  /** The check of the last frame of the file before. */
  int chain() {
    return Bytes.getInt(mapping.segment(), CHAIN_OFFSET);
  }

  /** Whether it was scavenged, and may hold stubs. */
  public boolean isRewritten() {
    int how = Bytes.getInt(mapping.segment(), REWRITTEN_OFFSET);
    return how == REWRITTEN || how == CUT;
  }

  /**
   * What the next file has as its chain: the check of the last frame, or the one it had before it
   * was written anew.
   */
  int chainAfter(int lastCheck) {
    int how = Bytes.getInt(mapping.segment(), REWRITTEN_OFFSET);
    return how == REWRITTEN || how == ENCODED_ANEW
        ? Bytes.getInt(mapping.segment(), CHAIN_AFTER_OFFSET)
        : lastCheck;
  }

  /** Whether reading the event at a position would not wait for the disk; a guess. */
  public boolean isInMemory(long position) {
    long place = placeOf(position);
    if (pack != null) {
      return place < 0 || pack.isInMemory(place);
    }
    return place < 0 || isInMemory(place, endOf(position, place));
  }

  /** Of bytes out of bounds, whose places nothing has checked, it is said that they are there. */
  private boolean isInMemory(long from, long to) {
    return from < FIRST_FRAME || to <= from || mapping.isInMemory(from, (int) (to - from));
  }

  /** Whether one frame holds two positions of this file. */
  boolean areInOneFrame(long position, long other) {
    return placeOf(position) == placeOf(other);
  }

  /**
   * Bytes that were read.
   *
   * @param start at which place of the file they begin
   */
  record Fetched(long start, MemorySegment bytes) {}

  /**
   * Reads the frame of a position, which holds few events or a large one, or its block of a pack.
   *
   * @param copied whether bytes are wanted; even so, what is large or sealed is only brought into
   *     memory
   * @return bytes that hold the frame; null if it is to be read where it is mapped
   */
  @Nullable Fetched fetch(long position, boolean copied) throws IOException {
    long place = placeOf(position);
    if (place < FIRST_FRAME) {
      return null;
    }
    if (pack != null) {
      Pack.Block block = pack.fetch(place, copied ? COPIED_AT_MOST : 0);
      return block == null ? null : new Fetched(block.start(), block.frames());
    }
    int length = (int) Math.max(endOf(position, place) - place, 0);
    if (!copied || seal != null || length > COPIED_AT_MOST) {
      if (!isInMemory(place, place + length)) {
        mapping.fetch(place, length);
      }
      return null;
    }
    byte[] frame = new byte[length];
    boolean whole =
        mapping.read(place, frame)
            && length >= Frame.HEADER_BYTES
            && Bytes.getInt(frame, Frame.LENGTH) <= length;
    return whole ? new Fetched(place, MemorySegment.ofArray(frame)) : null;
  }

  /**
   * Where the frame stands that holds a position; -1 if the column, which no check has confirmed,
   * leads nowhere.
   */
  long placeOf(long position) {
    try {
      long offset = locations.offsetOf((int) (position - base()));
      long end = pack == null ? bytes() : pack.end();
      return offset + Frame.HEADER_BYTES <= end ? offset : -1;
    } catch (IndexOutOfBoundsException _) {
      return -1;
    }
  }

  /**
   * Where the frame ends that stands there, or what of it is fetched at most. Nobody has checked
   * it, so it is kept in bounds. Of the last one, behind which zeros may follow, it is a guess.
   */
  private long endOf(long position, long place) {
    int next = locations.frameOf((int) (position - base())) + 1;
    long end = next < locations.count() ? locations.offsetAt(next) : place + LAST_FETCHED;
    return Math.min(end, Math.min(place + FETCHED_AT_MOST, bytes()));
  }

  /** Its seal; null if it is not encrypted. */
  @Nullable FileSeal seal() {
    return seal;
  }

  /** Its seal, if its frames are sealed one by one. */
  @Nullable FileSeal frameSeal() {
    return pack == null ? seal : null;
  }

  /** Whether its events can be read: they cannot if it is sealed and nobody has the keys. */
  boolean opens() {
    return seal == null || seal.opens();
  }

  /** Whether it is encrypted, if at all, with the key that new files get. */
  public boolean isSealedAnew() {
    return seal == null || seal.isCurrent();
  }

  /** The bytes in which each frame is at its place: mapped, or a pack decompressed as a whole. */
  MemorySegment whole() {
    return pack == null ? mapping.segment() : pack.whole();
  }

  LocationColumn locations() {
    return locations;
  }

  Mapping mapping() {
    return mapping;
  }

  /** The same file behind a larger mapping. */
  LogFile remapped(Mapping larger) {
    return new LogFile(name, header, larger, locations, pack, seal);
  }

  /** The same file as somebody sees it who has no column yet. */
  LogFile unlocated() {
    return withLocations(new LocationColumn());
  }

  /** The same file behind another column. */
  LogFile withLocations(LocationColumn column) {
    return new LogFile(name, header, mapping, column, pack, seal);
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

  /** Gives a lease on its column back, of which another one took the place. */
  public void releaseColumn() {
    locations.release();
  }

  /** Whether a position belongs to the file of that number, of files in order. */
  static boolean holds(LogFile[] files, int number, long position) {
    return number < files.length
        && files[number].base() <= position
        && (number + 1 == files.length || position < files[number + 1].base());
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
