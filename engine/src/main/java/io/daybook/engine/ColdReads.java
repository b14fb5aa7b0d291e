package io.daybook.engine;

import io.daybook.engine.io.Looks;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Fetches events from the disk that a read is about to need, many at a time: a disk serves 32
 * requests in little more than the time of one, but a read that takes one event after another waits
 * for each. See ADR 0007 for what that is worth.
 *
 * <p>Thread-safe.
 */
final class ColdReads {
  /** How many fetch at a time. */
  static final int AT_ONCE = 32;

  private static final System.Logger LOG = System.getLogger(ColdReads.class.getName());

  private final Executor executor;

  private final Looks looks = new Looks();

  ColdReads(Executor executor) {
    this.executor = executor;
  }

  /**
   * Whether any of the events is known not to be in memory. A look is a call of the system for each
   * that does not follow the one before.
   */
  boolean isAnyCold(Version version, long[] positions, int count) {
    if (!looks.isDue()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      boolean follows = i > 0 && Math.abs(positions[i] - positions[i - 1]) == 1;
      if (!follows && !version.isInMemory(positions[i])) {
        looks.foundCold();
        return true;
      }
    }
    return false;
  }

  /** Brings the events at positions into memory. The caller holds a lease on the version. */
  void fetch(Version version, long[] positions, int count) {
    List<CompletableFuture<?>> fetches = new ArrayList<>(count);
    int first = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || !isNeighbour(version, positions[i - 1], positions[i])) {
        long position = Math.min(positions[first], positions[i - 1]);
        int events = i - first;
        fetches.add(CompletableFuture.runAsync(() -> fetch(version, position, events), executor));
        first = i;
      }
    }
    fetches.forEach(CompletableFuture::join);
  }

  private static boolean isNeighbour(Version version, long position, long other) {
    return Math.abs(other - position) == 1 && version.areInOneFrame(position, other);
  }

  /** If it fails, the read itself finds out what there is to tell. */
  private static void fetch(Version version, long position, int events) {
    try {
      version.logAt(position).fetch(position, events);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "an event was not fetched ahead", e);
    }
  }
}
