package io.daybook.engine.tree;

import java.util.Arrays;
import java.util.List;

/** Checks what {@link MerkleTree} makes, by the algorithms of sections 2.1.3.2 and 2.1.4.2. */
public final class MerklePaths {
  private MerklePaths() {}

  /** Whether the path leads from the leaf at a position to the root of a tree of that size. */
  public static boolean includes(
      long position, long size, byte[] leaf, List<byte[]> path, byte[] root) {
    if (position < 0 || position >= size) {
      return false;
    }
    var hash = new TreeHash();
    long node = position;
    long last = size - 1;
    byte[] at = leaf;
    for (byte[] other : path) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        at = hash.node(other, at);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        at = hash.node(at, other);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && Arrays.equals(at, root);
  }

  /**
   * Whether the path shows that the leaves of the older tree are the first ones of the newer tree.
   */
  public static boolean consistent(
      long older, byte[] olderRoot, long newer, byte[] newerRoot, List<byte[]> path) {
    if (older < 0 || older > newer) {
      return false;
    }
    if (older == 0) {
      return path.isEmpty() && Arrays.equals(olderRoot, new TreeHash().empty());
    }
    if (older == newer) {
      return path.isEmpty() && Arrays.equals(olderRoot, newerRoot);
    }
    boolean whole = Long.bitCount(older) == 1; // then its root is a node of the newer tree
    if (!whole && path.isEmpty()) {
      return false;
    }
    var hash = new TreeHash();
    int shift = Long.numberOfTrailingZeros(older); // of (older − 1) the ones at its end
    long node = (older - 1) >>> shift;
    long last = (newer - 1) >>> shift;
    byte[] olderAt = whole ? olderRoot : path.getFirst();
    byte[] newerAt = olderAt;
    for (byte[] other : whole ? path : path.subList(1, path.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        olderAt = hash.node(other, olderAt);
        newerAt = hash.node(other, newerAt);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        newerAt = hash.node(newerAt, other);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && Arrays.equals(olderAt, olderRoot) && Arrays.equals(newerAt, newerRoot);
  }
}
