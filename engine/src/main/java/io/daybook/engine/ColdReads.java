package io.daybook.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches events from the disk that a read is about to need, many at a time: a disk serves 32
 * requests in little more than the time of one, but a read that takes one event after another waits
 * for each. See ADR 0007 for what that is worth.
 *
 * <p>Thread-safe.
 */
final class ColdReads {
  /** How many are fetched at a time. */
  static final int AT_ONCE = 32;

  private static final System.Logger LOG = System.getLogger(ColdReads.class.getName());

  /** So many looks in a row that find all in memory let it be assumed. */
  private static final int SURE = 64;

  /** How often a look is taken where all is assumed to be in memory. */
  private static final int EVERY = 16;

  private final Executor executor;

  /** How often in a row nothing was found cold; a hint, so that updates may be lost. */
  private final AtomicInteger warm = new AtomicInteger();

  ColdReads(Executor executor) {
    this.executor = executor;
  }

  /**
   * Whether the event at a position is known not to be in memory. A look is a call of the system.
   */
  boolean isCold(Version version, long position) {
    int before = warm.getOpaque();
    warm.setOpaque(before + 1);
    if ((before > SURE && before % EVERY != 0) || version.isInMemory(position)) {
      return false;
    }
    warm.setOpaque(0);
    return true;
  }

  /** Brings the events at positions into memory. The caller holds a lease on the version. */
  void fetch(Version version, long[] positions, int count) {
    List<CompletableFuture<?>> fetches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long position = positions[i];
      if (i == 0 || !version.areInOneFrame(positions[i - 1], position)) {
        fetches.add(CompletableFuture.runAsync(() -> fetch(version, position), executor));
      }
    }
    fetches.forEach(CompletableFuture::join);
  }

  /** If it fails, the read itself finds out what there is to tell. */
  private static void fetch(Version version, long position) {
    try {
      version.logAt(position).fetch(position);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "an event was not fetched ahead", e);
    }
  }
}
