package io.daybook.engine.io;

import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The content of a sealed file at the offsets that it would have if it were not: the header, then
 * what is in the blocks behind {@link FileSeal#START_BYTES}. A block is opened as a whole, and kept
 * for a while. May be used by any number of threads, which hold a lease on the mapping.
 *
 * <p>A page that cannot be read makes an access throw {@link InternalError}; see {@link Faults}.
 */
public final class SealedBlocks {
  /** The size of a block on the disk: nonce, content, tag. */
  static final int BLOCK_BYTES = 4_096;

  /** How much of the content a block holds. */
  static final int CONTENT_BYTES = BLOCK_BYTES - FileSeal.NONCE_BYTES - FileSeal.TAG_BYTES;

  static final int AAD_BYTES = FileHeader.BYTES + Long.BYTES;
  private static final int OVERHEAD = BLOCK_BYTES - CONTENT_BYTES;

  private final String file;
  private final MemorySegment segment;
  private final FileSeal seal;
  private final String remedy;
  private final byte[] header;
  private final long size;

  private SealedBlocks(
      String file, MemorySegment segment, FileSeal seal, byte[] header, long size, String remedy) {
    this.file = file;
    this.segment = segment;
    this.seal = seal;
    this.header = header;
    this.size = size;
    this.remedy = remedy;
  }

  /**
   * The content of a file; null if it is not sealed.
   *
   * @param remedy what to do where it is damaged
   * @throws StoreDamagedException if the file is not sealed as the store's are, or was cut off
   */
  public static @Nullable SealedBlocks of(
      String file, FileHeader header, MemorySegment segment, Disk disk, String remedy) {
    FileSeal seal = FileSeal.of(file, header, segment, disk);
    if (seal == null) {
      return null;
    }
    long stored = segment.byteSize() - FileSeal.START_BYTES;
    long blocks = stored / BLOCK_BYTES;
    long rest = stored % BLOCK_BYTES;
    if (rest > 0 && rest <= OVERHEAD) {
      throw new StoreDamagedException(file, segment.byteSize(), "the file was cut off" + remedy);
    }
    long size = FileHeader.BYTES + blocks * CONTENT_BYTES + Math.max(0, rest - OVERHEAD);
    byte[] start = Faults.copy(file, segment, 0, FileHeader.BYTES);
    return new SealedBlocks(file, segment, seal, start, size, remedy);
  }

  /** What a block is bound to: the file's header and its number. */
  static byte[] aad(byte[] header, long block) {
    byte[] aad = new byte[AAD_BYTES];
    System.arraycopy(header, 0, aad, 0, FileHeader.BYTES);
    Bytes.putLong(aad, FileHeader.BYTES, block);
    return aad;
  }

  /** The offset in the file of a block. */
  static long offsetOf(long block) {
    return FileSeal.START_BYTES + block * BLOCK_BYTES;
  }

  /** Whether it is sealed with the key that new files get. */
  public boolean isCurrent() {
    return seal.isCurrent();
  }

  /** The size of the content, header included. */
  public long size() {
    return size;
  }

  /** Copies a range, which lies in the content. */
  public void copy(long offset, byte[] target, int at, int length) {
    if (offset < 0 || offset + length > size) {
      throw new IndexOutOfBoundsException("offset " + offset + " of " + size);
    }
    int done = 0;
    if (offset < FileHeader.BYTES) {
      done = (int) Math.min(length, FileHeader.BYTES - offset);
      System.arraycopy(header, (int) offset, target, at, done);
    }
    while (done < length) {
      long content = offset + done - FileHeader.BYTES;
      byte[] block = block(content / CONTENT_BYTES);
      int from = (int) (content % CONTENT_BYTES);
      int step = Math.min(length - done, block.length - from);
      System.arraycopy(block, from, target, at + done, step);
      done += step;
    }
  }

  /** A copy of a range, which lies in the content. */
  public byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    copy(offset, bytes, 0, length);
    return bytes;
  }

  private byte[] block(long number) {
    OpenedCache cache = seal.blocks();
    byte[] known = cache == null ? null : cache.get(seal, number);
    if (known != null) {
      return known;
    }
    long offset = offsetOf(number);
    int length = (int) Math.min(BLOCK_BYTES, segment.byteSize() - offset);
    byte[] stored = Bytes.copy(segment, offset, length);
    byte[] block = open(seal, header, number, stored, length);
    if (block == null) {
      Faults.await(); // what cannot be read is not what was written, either
      throw new StoreDamagedException(file, offset, "a block is not what was sealed" + remedy);
    }
    if (cache != null) {
      cache.put(seal, number, block);
    }
    return block;
  }

  /** The content of a stored block; null if it is not what was sealed. */
  static byte @Nullable [] open(
      FileSeal seal, byte[] header, long number, byte[] stored, int length) {
    byte[] nonce = new byte[FileSeal.NONCE_BYTES];
    System.arraycopy(stored, 0, nonce, 0, nonce.length);
    byte[] content = new byte[length - OVERHEAD];
    boolean whole =
        seal.open(
            nonce,
            aad(header, number),
            stored,
            FileSeal.NONCE_BYTES,
            length - FileSeal.NONCE_BYTES,
            content,
            0);
    return whole ? content : null;
  }
}
