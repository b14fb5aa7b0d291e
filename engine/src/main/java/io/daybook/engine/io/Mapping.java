package io.daybook.engine.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable Pages pages;
  private final AtomicInteger leases = new AtomicInteger(1);

  /** What of a file's bytes is in memory. */
  public interface Pages {
    /** Whether an access would not wait for the disk; a guess, since memory is the system's. */
    boolean areInMemory(long offsetBytes, int length);

    /** Brings bytes into memory by reading them at their place. */
    void fetch(long offsetBytes, int length) throws IOException;

    /** Reads bytes at their place; says whether all are there. */
    boolean read(long offsetBytes, byte[] target) throws IOException;
  }

  /** A mapping with one lease, unmapped by the action, of bytes that are in memory anyway. */
  public Mapping(MemorySegment segment, Runnable unmap) {
    this(segment, unmap, null);
  }

  /** A mapping with one lease, unmapped by the action, of a file on a disk. */
  public Mapping(MemorySegment segment, Runnable unmap, @Nullable Pages pages) {
    this.segment = segment;
    this.unmap = unmap;
    this.pages = pages;
  }

  /** Whether an access would not wait for the disk; a guess, since memory is the system's. */
  public boolean isInMemory(long offsetBytes, int length) {
    return pages == null || pages.areInMemory(offsetBytes, length);
  }

  /**
   * Brings bytes into memory. A page that is only touched brings many others along, as the system
   * expects more of them to be wanted; this reads no more than is asked for.
   */
  public void fetch(long offsetBytes, int length) throws IOException {
    if (pages != null) {
      pages.fetch(offsetBytes, length);
    }
  }

  /**
   * Fills the target with bytes, without touching a page. They are what the mapping would show, not
   * verified.
   *
   * @return whether it could: bytes that are no file's are left where they are
   */
  public boolean read(long offsetBytes, byte[] target) throws IOException {
    return pages != null && pages.read(offsetBytes, target);
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
