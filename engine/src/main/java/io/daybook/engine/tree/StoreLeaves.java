package io.daybook.engine.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * The leaves of a whole store: those of its log files, side by side. Used by one thread at a time.
 */
public final class StoreLeaves implements Leaves, AutoCloseable {
  private final TreeHash hash;
  private final List<Part> parts = new ArrayList<>();
  private final byte[] scratch = new byte[BLOCK * TreeHash.BYTES];

  /** The leaves from a position up to, and without, another one. */
  private record Part(long from, long to, Leaves leaves) {}

  /** Without leaves, so far. */
  public StoreLeaves(TreeHash hash) {
    this.hash = hash;
  }

  /** Adds the leaves of the next log file: up to, and without, a position. */
  public void add(long to, Leaves leaves) {
    parts.add(new Part(parts.isEmpty() ? 0 : parts.getLast().to(), to, leaves));
  }

  @Override
  public void copy(long from, int count, byte[] target, int at) {
    long next = from;
    long end = from + count;
    for (int i = indexOf(from); next < end; i++) {
      Part part = parts.get(i);
      int taken = (int) (Math.min(end, part.to()) - next);
      part.leaves().copy(next, taken, target, at + (int) (next - from) * TreeHash.BYTES);
      next += taken;
    }
  }

  @Override
  public byte[] block(long from) {
    Part part = parts.get(indexOf(from));
    if (from + BLOCK <= part.to()) {
      return part.leaves().block(from);
    }
    copy(from, BLOCK, scratch, 0);
    return hash.fold(scratch, BLOCK);
  }

  /** Which part holds a position. */
  private int indexOf(long position) {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).to() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Closes the files among them. */
  @Override
  public void close() {
    for (Part part : parts) {
      if (part.leaves() instanceof LeafFile file) {
        file.close();
      }
    }
  }
}
