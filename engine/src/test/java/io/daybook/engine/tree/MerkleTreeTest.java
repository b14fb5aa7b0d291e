package io.daybook.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The tree beside the definitions of RFC 9162, section 2.1, written down as they stand there. */
class MerkleTreeTest {
  private static final int MOST = Boolean.getBoolean("daybook.quick") ? 130 : 300;

  private final TreeHash hash = new TreeHash();

  /** Leaves in an array. */
  private record ArrayLeaves(List<byte[]> all) implements Leaves {
    @Override
    public void copy(long from, int count, byte[] target, int at) {
      if (from / BLOCK != (from + count - 1) / BLOCK) {
        throw new AssertionError(count + " leaves from " + from + " are of two blocks");
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(all.get((int) from + i), 0, target, at + 32 * i, 32);
      }
    }

    @Override
    public byte[] block(long from) {
      assertThat(from % BLOCK).isZero();
      return new Rfc(all).mth((int) from, (int) from + BLOCK);
    }
  }

  /** D[from:to] is given by the hashes of its entries; what was computed once is remembered. */
  private static final class Rfc {
    private final List<byte[]> d;
    private final Map<Long, byte[]> known = new HashMap<>();

    Rfc(List<byte[]> d) {
      this.d = d;
    }

    private static byte[] sha(byte[]... parts) {
      try {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) {
          sha.update(part);
        }
        return sha.digest();
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    /** The largest power of two smaller than n. */
    private static int k(int n) {
      int k = 1;
      while (2 * k < n) {
        k *= 2;
      }
      return k;
    }

    byte[] mth(int from, int to) {
      byte[] root = known.get(((long) from << 32) | to);
      if (root == null) {
        root = compute(from, to);
        known.put(((long) from << 32) | to, root);
      }
      return root;
    }

    private byte[] compute(int from, int to) {
      int n = to - from;
      if (n == 0) {
        return sha();
      }
      if (n == 1) {
        return d.get(from);
      }
      int k = k(n);
      return sha(new byte[] {1}, mth(from, from + k), mth(from + k, to));
    }

    List<byte[]> path(int m, int from, int to) {
      int n = to - from;
      if (n == 1) {
        return new ArrayList<>();
      }
      int k = k(n);
      List<byte[]> path;
      if (m < k) {
        path = path(m, from, from + k);
        path.add(mth(from + k, to));
      } else {
        path = path(m - k, from + k, to);
        path.add(mth(from, from + k));
      }
      return path;
    }

    List<byte[]> subProof(int m, int from, int to, boolean b) {
      int n = to - from;
      if (m == n) {
        return b ? new ArrayList<>() : new ArrayList<>(List.of(mth(from, to)));
      }
      int k = k(n);
      List<byte[]> path;
      if (m <= k) {
        path = subProof(m, from, from + k, b);
        path.add(mth(from + k, to));
      } else {
        path = subProof(m - k, from + k, to, false);
        path.add(mth(from, from + k));
      }
      return path;
    }
  }

  private static List<byte[]> leaves(int n) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      leaves.add(Rfc.sha(new byte[] {0, (byte) i, (byte) (i >>> 8)}));
    }
    return leaves;
  }

  @Test
  void rootsAndInclusionProofsAreThoseOfTheDefinition() {
    List<byte[]> d = leaves(MOST);
    var rfc = new Rfc(d);
    var tree = new MerkleTree(new ArrayLeaves(d), hash);
    for (int n = 0; n <= MOST; n++) {
      byte[] root = tree.root(n);
      assertThat(Arrays.equals(root, rfc.mth(0, n))).isTrue();
      for (int m = 0; m < n; m++) {
        List<byte[]> path = tree.inclusion(m, n);
        assertSame(path, rfc.path(m, 0, n));
        assertThat(MerklePaths.includes(m, n, d.get(m), path, root)).isTrue();
        assertThat(MerklePaths.includes(m, n, d.get((m + 1) % MOST), path, root)).isFalse();
        int other = (m + 1) % n;
        assertThat(MerklePaths.includes(other, n, d.get(m), path, root)).isEqualTo(other == m);
      }
    }
  }

  @Test
  void consistencyProofsAreThoseOfTheDefinition() {
    List<byte[]> d = leaves(MOST);
    var rfc = new Rfc(d);
    var tree = new MerkleTree(new ArrayLeaves(d), hash);
    for (int n = 1; n <= MOST; n++) {
      byte[] newer = tree.root(n);
      for (int m = 0; m <= n; m++) {
        byte[] older = tree.root(m);
        List<byte[]> path = tree.consistency(m, n);
        if (m > 0) {
          assertSame(path, rfc.subProof(m, 0, n, true));
        }
        assertThat(MerklePaths.consistent(m, older, n, newer, path)).isTrue();
        byte[] wrong = older.clone();
        wrong[m % 32] ^= 4;
        assertThat(MerklePaths.consistent(m, wrong, n, newer, path)).isFalse();
        // that nothing is the beginning of anything needs no newer root
        assertThat(MerklePaths.consistent(m, older, n, wrong, path)).isEqualTo(m == 0);
        if (!path.isEmpty()) {
          List<byte[]> shorter = path.subList(0, path.size() - 1);
          assertThat(MerklePaths.consistent(m, older, n, newer, shorter)).isFalse();
          List<byte[]> longer = new ArrayList<>(path);
          longer.add(wrong);
          assertThat(MerklePaths.consistent(m, older, n, newer, longer)).isFalse();
          List<byte[]> changed = new ArrayList<>(path);
          changed.set(n % path.size(), wrong);
          assertThat(MerklePaths.consistent(m, older, n, newer, changed)).isFalse();
        }
      }
    }
  }

  @Test
  void treesOfManyBlocksAreThoseOfTheDefinition() {
    int most = 5 * Leaves.BLOCK + 77;
    List<byte[]> d = leaves(most);
    var rfc = new Rfc(d);
    var tree = new MerkleTree(new ArrayLeaves(d), hash);
    var random = new Random(1);
    for (int i = 0; i < 40; i++) {
      int n = i == 0 ? 4 * Leaves.BLOCK : 1 + random.nextInt(most);
      int m = random.nextInt(n);
      byte[] root = tree.root(n);
      assertThat(Arrays.equals(root, rfc.mth(0, n))).isTrue();
      assertSame(tree.inclusion(m, n), rfc.path(m, 0, n));
      if (m > 0) {
        assertSame(tree.consistency(m, n), rfc.subProof(m, 0, n, true));
      }
    }
  }

  @Test
  void whatIsOutOfRangeIsNoProof() {
    byte[] some = new byte[32];
    assertThat(MerklePaths.includes(0, 0, some, List.of(), some)).isFalse();
    assertThat(MerklePaths.includes(-1, 1, some, List.of(), some)).isFalse();
    assertThat(MerklePaths.includes(1, 1, some, List.of(), some)).isFalse();
    assertThat(MerklePaths.includes(0, 1, some, List.of(), some)).isTrue();
    assertThat(MerklePaths.consistent(2, some, 1, some, List.of())).isFalse();
    assertThat(MerklePaths.consistent(-1, some, 1, some, List.of())).isFalse();
    assertThat(MerklePaths.consistent(0, some, 1, some, List.of())).isFalse();
    assertThat(MerklePaths.consistent(3, some, 4, some, List.of())).isFalse();
  }

  private static void assertSame(List<byte[]> actual, List<byte[]> expected) {
    if (!Arrays.deepEquals(actual.toArray(), expected.toArray())) {
      assertThat(actual).isEqualTo(expected);
    }
  }
}
