package io.daybook.engine.index;

import io.daybook.engine.index.IndexFooter.TableShape;
import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.FileOutput;
import java.io.IOException;
import java.util.Arrays;

/** Writes a table of hashes, which are given in order; see {@link HashTable}. */
final class HashTableWriter {
  private final FileOutput out;
  private final Checksum checksum;
  private final int seed;
  private final int entryBytes;
  private final int valueBits;
  private final long offset;
  private final byte[] block = new byte[HashTable.BLOCK_BYTES];

  private byte[] directory = new byte[64];
  private int blocks;
  private int count;
  private long first;

  /**
   * A table at the end of what was written.
   *
   * @param maxValue the largest value
   */
  HashTableWriter(FileOutput out, int seed, int entryBytes, long maxValue) {
    this.out = out;
    this.checksum = new Checksum();
    this.seed = seed;
    this.entryBytes = entryBytes;
    this.valueBits = Long.SIZE - Long.numberOfLeadingZeros(maxValue);
    this.offset = out.offset();
  }

  void add(long hash, long value) throws IOException {
    if (count == HashTable.capacity(entryBytes)
        || (count > 0 && hash - first >= 1L << (entryBytes * Byte.SIZE - valueBits))) {
      writeBlock();
    }
    if (count == 0) {
      first = hash;
    }
    long entry = (hash - first) << valueBits | value;
    int at = HashTable.BLOCK_HEAD_BYTES + count * entryBytes;
    Bytes.putInt(block, at, (int) entry);
    if (entryBytes == Long.BYTES) {
      Bytes.putInt(block, at + Integer.BYTES, (int) (entry >>> Integer.SIZE));
    } else {
      Bytes.putShort(block, at + Integer.BYTES, (short) (entry >>> Integer.SIZE));
    }
    count++;
  }

  private void writeBlock() throws IOException {
    Bytes.putShort(block, HashTable.COUNT_OFFSET, (short) count);
    Bytes.putLong(block, HashTable.FIRST_OFFSET, first);
    checksum.begin(seed, out.offset());
    checksum.update(block, Integer.BYTES, block.length - Integer.BYTES);
    Bytes.putInt(block, 0, checksum.value());
    out.write(block, 0, block.length);
    Arrays.fill(block, (byte) 0);
    int at = blocks * Integer.BYTES;
    if (at == directory.length) {
      directory = Arrays.copyOf(directory, 2 * directory.length);
    }
    Bytes.putInt(directory, at, (int) (first >>> HashTable.DIRECTORY_DROPPED_BITS));
    blocks++;
    count = 0;
  }

  /** Writes what is left and the directory. */
  TableShape finish() throws IOException {
    if (count > 0) {
      writeBlock();
    }
    int length = blocks * Integer.BYTES;
    int check = checksum.begin(seed, out.offset()).update(directory, 0, length).value();
    out.write(directory, 0, length);
    return new TableShape(offset, blocks, valueBits, check);
  }
}
