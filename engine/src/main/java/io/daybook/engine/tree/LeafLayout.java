package io.daybook.engine.tree;

import io.daybook.engine.io.FileHeader;

/**
 * Where things stand in a file of leaves; see {@code docs/format.md}.
 *
 * @param base the first position
 * @param count the number of leaves
 */
record LeafLayout(long base, int count) {
  /** Hashes that share a check: few, so that one leaf is read by reading little. */
  static final int PIECE = 64;

  static final int PIECE_BYTES = PIECE * TreeHash.BYTES + Integer.BYTES;
  static final int COUNT_OFFSET = FileHeader.BYTES;
  static final int LEAVES_OFFSET = COUNT_OFFSET + 2 * Integer.BYTES;

  /** The first position of the first block that lies in the file as a whole. */
  long firstBlock() {
    return Math.ceilDiv(base, Leaves.BLOCK) * Leaves.BLOCK;
  }

  /** The number of blocks that lie in the file as a whole. */
  int blocks() {
    return (int) Math.max(0, (base + count - firstBlock()) / Leaves.BLOCK);
  }

  long blocksOffset() {
    return LEAVES_OFFSET + sectionBytes(count);
  }

  long fileBytes() {
    return blocksOffset() + sectionBytes(blocks());
  }

  private static long sectionBytes(int hashes) {
    return (long) hashes * TreeHash.BYTES + (long) Integer.BYTES * Math.ceilDiv(hashes, PIECE);
  }
}
