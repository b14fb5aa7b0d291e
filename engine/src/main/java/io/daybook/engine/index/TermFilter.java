package io.daybook.engine.index;

import io.daybook.engine.io.Bytes;

/**
 * A blocked Bloom filter over hashes of terms: what it does not contain is not in the file. All
 * bits of a hash lie in one block of 64 bytes, one cache line. About one in a hundred hashes that
 * are not in the file passes.
 *
 * <p>See Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters (2007).
 */
final class TermFilter {
  private static final int BITS_PER_TERM = 10;
  private static final int PROBES = 6;
  private static final int BLOCK_BYTES = 64;
  private static final int BLOCK_BITS = BLOCK_BYTES * Byte.SIZE;

  /** A probe takes as many bits of a number as choose a bit of a block. */
  private static final int PROBE_BITS = 9;

  private final byte[] bytes;
  private final int blocks;

  /** The filter in these bytes, which are not copied. */
  TermFilter(byte[] bytes) {
    this.bytes = bytes;
    this.blocks = bytes.length / BLOCK_BYTES;
  }

  /** An empty filter for that many terms. */
  static TermFilter create(int terms) {
    return new TermFilter(new byte[Math.toIntExact(bytesFor(terms))]);
  }

  /** The size of a filter for that many terms. */
  static long bytesFor(long terms) {
    return (terms * BITS_PER_TERM + BLOCK_BITS - 1) / BLOCK_BITS * BLOCK_BYTES;
  }

  byte[] bytes() {
    return bytes;
  }

  void add(long hash) {
    int block = blockOf(hash);
    long probes = Bytes.mix(hash);
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) probes & (BLOCK_BITS - 1);
      bytes[block + (bit >>> 3)] |= (byte) (1 << (bit & 7));
      probes >>>= PROBE_BITS;
    }
  }

  /** False if no term of that hash was added; true if one may have been. */
  boolean mayContain(long hash) {
    int block = blockOf(hash);
    long probes = Bytes.mix(hash);
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) probes & (BLOCK_BITS - 1);
      if ((bytes[block + (bit >>> 3)] & (1 << (bit & 7))) == 0) {
        return false;
      }
      probes >>>= PROBE_BITS;
    }
    return true;
  }

  private int blockOf(long hash) {
    long upper = hash >>> (Term.HASH_BITS - Integer.SIZE);
    return (int) ((upper * blocks) >>> Integer.SIZE) * BLOCK_BYTES;
  }
}
