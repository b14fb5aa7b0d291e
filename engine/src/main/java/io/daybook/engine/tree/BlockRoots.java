package io.daybook.engine.tree;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Roots of blocks of events that are stored for good, so that the next head costs only what is new.
 * About 100 bytes for each 1,024 events. Used by one thread at a time.
 */
public final class BlockRoots {
  private final Map<Long, byte[]> roots = new HashMap<>();

  byte @Nullable [] of(long from) {
    return roots.get(from);
  }

  void put(long from, byte[] root) {
    roots.put(from, root);
  }

  /** Forgets those that lie between two positions: a file has them now. */
  public void forget(long from, long to) {
    roots.keySet().removeIf(block -> block >= from && block + Leaves.BLOCK <= to);
  }
}
