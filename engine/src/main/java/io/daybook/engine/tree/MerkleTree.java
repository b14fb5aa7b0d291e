package io.daybook.engine.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * Roots and proofs of the tree, as section 2.1 of RFC 9162 defines them. Each is made by going once
 * over the blocks of the tree; nothing is remembered. Used by one thread at a time.
 */
public final class MerkleTree {
  private final Leaves leaves;
  private final TreeHash hash;
  private final byte[] block = new byte[Leaves.BLOCK * TreeHash.BYTES];

  /** Over leaves. */
  public MerkleTree(Leaves leaves, TreeHash hash) {
    this.leaves = leaves;
    this.hash = hash;
  }

  /** The root of the tree of the first leaves. */
  public byte[] root(long size) {
    return size == 0 ? hash.empty() : hash(0, size);
  }

  /** The leaf at a position. */
  public byte[] leaf(long position) {
    return hash(position, position + 1);
  }

  /** What leads from the leaf at a position to the root of the tree of the first leaves. */
  public List<byte[]> inclusion(long position, long size) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException("position " + position + " of " + size);
    }
    List<byte[]> path = new ArrayList<>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long split = split(from, to);
      if (position < split) {
        path.add(hash(split, to));
        to = split;
      } else {
        path.add(hash(from, split));
        from = split;
      }
    }
    return path.reversed();
  }

  /** What leads from the root of a tree, of which that is the size, to that of a larger one. */
  public List<byte[]> consistency(long older, long newer) {
    if (older < 0 || older > newer) {
      throw new IndexOutOfBoundsException(older + " of " + newer);
    }
    List<byte[]> path = new ArrayList<>();
    if (older == 0 || older == newer) {
      return path;
    }
    long from = 0;
    long to = newer;
    boolean olderRootIsKnown = true;
    while (older != to) {
      long split = split(from, to);
      if (older <= split) {
        path.add(hash(split, to));
        to = split;
      } else {
        path.add(hash(from, split));
        from = split;
        olderRootIsKnown = false;
      }
    }
    if (!olderRootIsKnown) {
      path.add(hash(from, to));
    }
    return path.reversed();
  }

  private static long split(long from, long to) {
    return from + Long.highestOneBit(to - from - 1);
  }

  /**
   * The root of a range that came of splitting: it starts at a multiple of a power of two that is
   * not less than its length, and so no part of up to a block goes beyond one.
   */
  private byte[] hash(long from, long to) {
    long size = to - from;
    if (size > Leaves.BLOCK) {
      long split = split(from, to);
      return hash.node(hash(from, split), hash(split, to));
    }
    if (size == Leaves.BLOCK) {
      return leaves.block(from);
    }
    leaves.copy(from, (int) size, block, 0);
    return hash.fold(block, (int) size);
  }
}
