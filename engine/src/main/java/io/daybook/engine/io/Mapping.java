package io.daybook.engine.io;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bytes of a file in memory, to be read. Whoever made it owns one lease; others {@link
 * #tryLease} before they touch the segment and {@link #release} when they are done. The last
 * release unmaps.
 *
 * <p>A page that the disk cannot deliver makes the access throw {@link InternalError}; see {@link
 * Faults}.
 */
public final class Mapping {
  private final MemorySegment segment;
  private final Runnable unmap;
  private final AtomicInteger leases = new AtomicInteger(1);

  /** A mapping with one lease, unmapped by the action. */
  public Mapping(MemorySegment segment, Runnable unmap) {
    this.segment = segment;
    this.unmap = unmap;
  }

  /** The bytes; only while a lease is held. */
  public MemorySegment segment() {
    return segment;
  }

  /** Takes a lease; false if the mapping is gone already. */
  public boolean tryLease() {
    while (true) {
      int held = leases.get();
      if (held == 0) {
        return false;
      }
      if (leases.compareAndSet(held, held + 1)) {
        return true;
      }
    }
  }

  /** Gives a lease back. */
  public void release() {
    if (leases.decrementAndGet() == 0) {
      unmap.run();
    }
  }
}
