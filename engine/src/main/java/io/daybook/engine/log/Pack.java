package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileSeal;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a log file in compressed blocks; see {@code docs/format.md}. A frame is asked for
 * by its place in the log file that the pack stands for. May be used by any number of threads,
 * which hold a lease on the mapping.
 */
final class Pack {
  static final int FOOTER_BYTES = 64;

  /** Of a block in the table: place of its first frame / 8, where it begins, check. */
  static final int LINE_BYTES = 12;

  /** Behind the last line: place behind the last frame / 8, end of the last block. */
  static final int SENTINEL_BYTES = 8;

  static final int MAGIC = 'D' | 'B' << 8 | 'P' << 16 | 'K' << 24;
  static final int FORM_OFFSET = 20;
  static final int MAGIC_OFFSET = 56;
  static final int CHECK_OFFSET = 60;

  /** The form of blocks that hold {@link FoldedFrames}; of those that hold frames it is 0. */
  static final int FOLDED = 1;

  /** What sealing adds to a block. */
  static final int SEAL_BYTES = FileSeal.NONCE_BYTES + FileSeal.TAG_BYTES;

  /** Memory for that many bytes is taken before they are seen. */
  private static final int MUCH = 1 << 20;

  private static final String RESTORE = "; run verify, and restore the file from a backup";

  private final String name;
  private final Mapping mapping;
  private final MemorySegment segment;
  private final int seed;
  private final long end;
  private final long tableAt;
  private final int blocks;
  private final int form;
  private final BlockCache cache;
  private final @Nullable FileSeal seal;

  /**
   * A block, decompressed.
   *
   * @param number which of the pack's blocks
   * @param start the place of its first frame
   * @param frames its frames
   */
  record Block(Pack pack, int number, long start, MemorySegment frames) {
    boolean holds(Pack other, long place) {
      return pack == other && place >= start && place < start + frames.byteSize();
    }
  }

  private Pack(
      String name,
      Mapping mapping,
      int seed,
      byte[] footer,
      BlockCache cache,
      @Nullable FileSeal seal) {
    this.name = name;
    this.mapping = mapping;
    this.segment = mapping.segment();
    this.seed = seed;
    this.end = Bytes.getLong(footer, 0);
    this.tableAt = Bytes.getLong(footer, 8);
    this.blocks = Bytes.getInt(footer, 16);
    this.form = Bytes.getInt(footer, FORM_OFFSET);
    this.cache = cache;
    this.seal = seal;
  }

  /** Reads the footer. */
  static Pack open(
      String name, FileHeader header, Mapping mapping, BlockCache cache, @Nullable FileSeal seal) {
    MemorySegment segment = mapping.segment();
    long footerAt = segment.byteSize() - FOOTER_BYTES;
    if (footerAt < LogFile.FIRST_FRAME) {
      throw new StoreDamagedException(name, 0, "it was cut off" + RESTORE);
    }
    byte[] footer = Faults.copy(name, segment, footerAt, FOOTER_BYTES);
    if (Bytes.getInt(footer, MAGIC_OFFSET) != MAGIC
        || Bytes.getInt(footer, CHECK_OFFSET) != footerCheck(footer, header.seed())) {
      throw new StoreDamagedException(
          name, footerAt, "it was cut off, or its footer is damaged" + RESTORE);
    }
    Pack pack = new Pack(name, mapping, header.seed(), footer, cache, seal);
    if (pack.blocks < 1 || pack.tableAt + pack.tableBytes() != footerAt) {
      throw new StoreDamagedException(name, footerAt, "its parts do not fill it" + RESTORE);
    }
    if (pack.form != 0 && pack.form != FOLDED) {
      throw new EventStoreFailedException(
          name
              + " has blocks of the unknown form "
              + pack.form
              + "; open the store with a newer Daybook",
          null);
    }
    return pack;
  }

  static int footerCheck(byte[] footer, int seed) {
    return new Checksum().begin(seed, 0).update(footer, 0, CHECK_OFFSET).value();
  }

  /** The check of a block, of its line in the table and of the start of the line behind. */
  static int check(int seed, int number, byte[] line, byte[] packed, byte[] next) {
    return new Checksum()
        .begin(seed, number)
        .update(line, 0, SENTINEL_BYTES)
        .update(packed, 0, packed.length)
        .update(next, 0, SENTINEL_BYTES)
        .value();
  }

  /** The place behind the last frame. */
  long end() {
    return end;
  }

  /** How many blocks there are. */
  int blocks() {
    return blocks;
  }

  /**
   * The block that holds a place.
   *
   * @param near one that may hold it
   * @throws StoreDamagedException if it is not what was written
   */
  Block blockAt(long place, @Nullable Block near) {
    if (near != null && near.holds(this, place)) {
      return near;
    }
    int number = numberOf(place);
    Block block = cache.get(this, number);
    if (block == null) {
      block = block(number);
      cache.put(block);
    }
    if (!block.holds(this, place)) {
      throw new IndexOutOfBoundsException("no block holds place " + place);
    }
    return block;
  }

  /** Whether the block of a place could be had without waiting for the disk; a guess. */
  boolean isInMemory(long place) {
    if (!isTableInMemory()) {
      return false;
    }
    int number = numberOf(place);
    int bytes = storedBytes(number);
    return bytes == 0
        || cache.get(this, number) != null
        || mapping.isInMemory(storedAt(number), bytes);
  }

  /**
   * The block that holds a place, read from the disk without touching a page of it, if it is not at
   * hand. One that holds more is only brought into memory.
   *
   * @return null if it has more bytes, or none holds the place
   * @throws StoreDamagedException if it is not what was written
   */
  @Nullable Block fetch(long place, int mostBytes) throws IOException {
    if (!isTableInMemory()) {
      mapping.fetch(tableAt, (int) tableBytes());
    }
    int number = numberOf(place);
    Block block = cache.get(this, number);
    if (block == null) {
      if (startOf(number + 1) - startOf(number) > mostBytes) {
        mapping.fetch(storedAt(number), storedBytes(number));
        return null;
      }
      block = block(number, this::readStored);
      cache.put(block);
    }
    return block.holds(this, place) ? block : null;
  }

  private byte[] readStored(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    return mapping.read(offset, bytes) ? bytes : Bytes.copy(segment, offset, length);
  }

  private boolean isTableInMemory() {
    return mapping.isInMemory(tableAt, (int) tableBytes());
  }

  private long tableBytes() {
    return (long) LINE_BYTES * blocks + SENTINEL_BYTES;
  }

  /** Nothing has checked the table; the block that it leads to tells. */
  private int numberOf(long place) {
    int low = 0;
    int high = blocks - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (startOf(middle) <= place) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long lineAt(int number) {
    return tableAt + (long) LINE_BYTES * number;
  }

  private long startOf(int number) {
    return (Bytes.getInt(segment, lineAt(number)) & 0xffff_ffffL) << 3;
  }

  /** Where the stored form of a block begins, or the last one ends. */
  private long storedAt(int number) {
    return Bytes.getInt(segment, lineAt(number) + 4) & 0xffff_ffffL;
  }

  /** The length of the stored form of a block: nothing has checked it, so it is kept in bounds. */
  private int storedBytes(int number) {
    return (int) Math.max(Math.min(storedAt(number + 1), tableAt) - storedAt(number), 0);
  }

  /** Where the stored form of a block comes from. */
  private interface Source<X extends Exception> {
    byte[] read(long offset, int length) throws X;
  }

  /** Reads, checks and decompresses a block. */
  Block block(int number) {
    return block(number, (offset, length) -> Bytes.copy(segment, offset, length));
  }

  private <X extends Exception> Block block(int number, Source<X> source) throws X {
    byte[] line = Bytes.copy(segment, lineAt(number), LINE_BYTES);
    byte[] next = Bytes.copy(segment, lineAt(number + 1), SENTINEL_BYTES);
    long from = Bytes.getInt(line, 4) & 0xffff_ffffL;
    long length = (Bytes.getInt(next, 4) & 0xffff_ffffL) - from;
    long start = (Bytes.getInt(line, 0) & 0xffff_ffffL) << 3;
    long plain = ((Bytes.getInt(next, 0) & 0xffff_ffffL) << 3) - start;
    if (from < LogFile.FIRST_FRAME
        || length < 1
        || length > plain + (seal == null ? 0 : SEAL_BYTES)
        || plain > Integer.MAX_VALUE - 16
        || from + length > tableAt) {
      throw damaged(lineAt(number), "the table of its blocks is damaged");
    }
    byte[] stored = source.read(from, (int) length);
    if (check(seed, number, line, stored, next) != Bytes.getInt(line, SENTINEL_BYTES)) {
      throw damaged(from, "the check of a block fails");
    }
    byte[] packed = seal == null ? stored : unsealed(seal, number, line, stored, next);
    if (packed == null) {
      throw damaged(from, "a block is not what was sealed");
    }
    byte[] frames = BlockCodec.decompress(packed, (int) plain);
    if (frames == null || (form == FOLDED && !FoldedFrames.unfold(frames))) {
      throw damaged(from, "a block does not hold what it should");
    }
    return new Block(this, number, start, MemorySegment.ofArray(frames));
  }

  /** What a sealed block is bound to: its number, its line and the start of the line behind. */
  private static byte[] aad(int number, byte[] line, byte[] next) {
    byte[] aad = new byte[Long.BYTES + 2 * SENTINEL_BYTES];
    Bytes.putLong(aad, 0, number);
    System.arraycopy(line, 0, aad, Long.BYTES, SENTINEL_BYTES);
    System.arraycopy(next, 0, aad, Long.BYTES + SENTINEL_BYTES, SENTINEL_BYTES);
    return aad;
  }

  /** A block as it is stored in a sealed pack: nonce, what was sealed, tag. */
  static byte[] sealed(FileSeal seal, int number, byte[] line, byte[] packed, byte[] next) {
    byte[] stored = new byte[packed.length + SEAL_BYTES];
    byte[] nonce = seal.newNonce();
    System.arraycopy(nonce, 0, stored, 0, nonce.length);
    seal.seal(nonce, aad(number, line, next), packed, 0, packed.length, stored, nonce.length);
    return stored;
  }

  private static byte @Nullable [] unsealed(
      FileSeal seal, int number, byte[] line, byte[] stored, byte[] next) {
    if (stored.length <= SEAL_BYTES) {
      return null;
    }
    byte[] nonce = Arrays.copyOf(stored, FileSeal.NONCE_BYTES);
    byte[] packed = new byte[stored.length - SEAL_BYTES];
    int length = stored.length - nonce.length;
    byte[] aad = aad(number, line, next);
    return seal.open(nonce, aad, stored, nonce.length, length, packed, 0) ? packed : null;
  }

  /**
   * The log file that this pack stands for, decompressed as a whole: each frame is at its place.
   */
  MemorySegment whole() {
    try {
      if (end < LogFile.FIRST_FRAME || end > Integer.MAX_VALUE) {
        throw damaged(tableAt, "no log file ends where its footer says");
      }
      byte[] all = new byte[(int) Math.min(end, MUCH)]; // the footer may be wrong
      long next = LogFile.FIRST_FRAME;
      for (int i = 0; i < blocks; i++) {
        Block block = block(i);
        if (block.start != next || next + block.frames.byteSize() > end) {
          throw damaged(lineAt(i), "the table of its blocks is damaged");
        }
        long behind = next + block.frames.byteSize();
        if (behind > all.length) {
          all = Arrays.copyOf(all, (int) Math.min(end, Math.max(behind, 2L * all.length)));
        }
        MemorySegment.copy(
            block.frames, 0, MemorySegment.ofArray(all), next, block.frames.byteSize());
        next = behind;
      }
      if (next != end) {
        throw damaged(lineAt(blocks), "the table of its blocks is damaged");
      }
      return MemorySegment.ofArray(all);
    } catch (InternalError e) {
      throw Faults.unreadable(name, 0, e);
    }
  }

  private StoreDamagedException damaged(long offset, String what) {
    return new StoreDamagedException(name, offset, what + RESTORE);
  }
}
