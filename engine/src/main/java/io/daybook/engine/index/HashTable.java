package io.daybook.engine.index;

import io.daybook.engine.index.IndexFooter.TableShape;
import io.daybook.engine.io.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sorted hashes with a value each, in blocks; see {@code docs/format.md}. The directory, which
 * holds the upper half of each block's first hash, is read once into memory; a lookup reads one
 * block. May be used by any number of threads.
 */
final class HashTable {
  static final int BLOCK_BYTES = 512;

  /** Check, number of entries, zero, first hash. */
  static final int BLOCK_HEAD_BYTES = 16;

  static final int COUNT_OFFSET = 4;
  static final int FIRST_OFFSET = 8;

  /** The directory leaves these lower bits of a hash out. */
  static final int DIRECTORY_DROPPED_BITS = Term.HASH_BITS - Integer.SIZE;

  private static final long[] NONE = {};

  private final IndexBytes bytes;
  private final TableShape shape;
  private final int entryBytes;
  private volatile byte @Nullable [] directory;

  HashTable(IndexBytes bytes, TableShape shape, int entryBytes) {
    this.bytes = bytes;
    this.shape = shape;
    this.entryBytes = entryBytes;
  }

  /** How many entries of that size fit into a block. */
  static int capacity(int entryBytes) {
    return (BLOCK_BYTES - BLOCK_HEAD_BYTES) / entryBytes;
  }

  int blocks() {
    return shape.blocks();
  }

  /** Where a block begins. */
  long offsetOf(int block) {
    return shape.offset() + (long) block * BLOCK_BYTES;
  }

  /** The values of a hash. */
  long[] find(long hash) {
    return find(hash, firstBlock(hash));
  }

  /**
   * The first block in which a hash may have an entry: the last that begins below it. The others
   * are behind that one.
   */
  int firstBlock(long hash) {
    return Math.max(firstBlockFrom(directory(), hash >>> DIRECTORY_DROPPED_BITS) - 1, 0);
  }

  /** Has the processor bring a block from memory; what is returned means nothing. */
  int touch(int block) {
    bytes.bring(offsetOf(block), BLOCK_BYTES);
    return bytes.touch(offsetOf(block), BLOCK_BYTES);
  }

  /** The values of a hash that may have entries from a block on. */
  long[] find(long hash, int start) {
    byte[] firsts = directory();
    long upper = hash >>> DIRECTORY_DROPPED_BITS;
    long[] found = NONE;
    for (int i = start; i < shape.blocks() && (i == start || upperOf(firsts, i) <= upper); i++) {
      bytes.bring(offsetOf(i), BLOCK_BYTES);
      found = block(i).addTo(found, hash);
    }
    return found;
  }

  /** Reads and checks a block. */
  Block block(int index) {
    long offset = offsetOf(index);
    Block block = new Block(bytes.checked(offset, BLOCK_BYTES), entryBytes, shape.valueBits());
    if (block.count < 1
        || block.count > capacity(entryBytes)
        || block.first >>> DIRECTORY_DROPPED_BITS != upperOf(directory(), index)) {
      throw bytes.damaged(offset, "a block of a table contradicts its directory");
    }
    return block;
  }

  /** The first block that begins at or above the upper half of a hash; hashes are evenly spread. */
  private int firstBlockFrom(byte[] firsts, long upper) {
    int blocks = shape.blocks();
    int guess = (int) ((upper * blocks) >>> Integer.SIZE);
    int low;
    int high;
    int step = 8;
    if (upperOf(firsts, guess) < upper) {
      low = guess + 1;
      high = low;
      while (high < blocks && upperOf(firsts, high) < upper) {
        low = high + 1;
        high = (int) Math.min((long) high + step, blocks);
        step <<= 1;
      }
    } else {
      high = guess;
      low = guess;
      while (low > 0 && upperOf(firsts, low) >= upper) {
        high = low;
        low = Math.max(low - step, 0);
        step <<= 1;
      }
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (upperOf(firsts, middle) < upper) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long upperOf(byte[] firsts, int block) {
    return Integer.toUnsignedLong(Bytes.getInt(firsts, block * Integer.BYTES));
  }

  private byte[] directory() {
    byte[] loaded = directory;
    if (loaded == null) {
      loaded =
          bytes.checked(
              shape.directoryOffset(), shape.blocks() * Integer.BYTES, shape.directoryCheck());
      directory = loaded;
    }
    return loaded;
  }

  /** A block that was checked. */
  static final class Block {
    private final byte[] bytes;
    private final int entryBytes;
    private final int valueBits;
    private final int count;
    private final long first;

    private Block(byte[] bytes, int entryBytes, int valueBits) {
      this.bytes = bytes;
      this.entryBytes = entryBytes;
      this.valueBits = valueBits;
      this.count = Bytes.getShort(bytes, COUNT_OFFSET);
      this.first = Bytes.getLong(bytes, FIRST_OFFSET);
    }

    int count() {
      return count;
    }

    long hash(int index) {
      return first + (entry(index) >>> valueBits);
    }

    long value(int index) {
      return entry(index) & ((1L << valueBits) - 1);
    }

    private long[] addTo(long[] found, long hash) {
      long[] all = found;
      int low = 0;
      int high = count;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (hash(middle) < hash) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      for (; low < count && hash(low) == hash; low++) {
        all = Arrays.copyOf(all, all.length + 1);
        all[all.length - 1] = value(low);
      }
      return all;
    }

    /** Entries have 6 or 8 bytes. */
    private long entry(int index) {
      int at = BLOCK_HEAD_BYTES + index * entryBytes;
      return entryBytes == Long.BYTES
          ? Bytes.getLong(bytes, at)
          : Integer.toUnsignedLong(Bytes.getInt(bytes, at))
              | (long) Bytes.getShort(bytes, at + Integer.BYTES) << Integer.SIZE;
    }
  }
}
