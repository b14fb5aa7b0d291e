package io.daybook.engine.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A disk that says that nothing is in memory, unless told otherwise, and notes what is fetched. */
public final class ColdDisk extends ForwardingDisk {
  /** Bytes of a file that were to be brought into memory. */
  public record Fetch(String file, long offsetBytes, int length) {}

  /** In the recorded time of a frame. */
  private static final int FLIPPED = 24;

  private final Queue<Fetch> fetches = new ConcurrentLinkedQueue<>();
  private final Queue<Fetch> copies = new ConcurrentLinkedQueue<>();
  private volatile boolean cold = true;
  private volatile boolean failing;
  private volatile boolean flipping;
  private volatile boolean shrinking;
  private volatile CountDownLatch held = new CountDownLatch(0);

  /** A disk that keeps its files on another. */
  public ColdDisk(Disk disk) {
    super(disk);
  }

  /** What was fetched, in order. */
  public Queue<Fetch> fetches() {
    return fetches;
  }

  /** What of it was read for a caller, and not only brought into memory. */
  public Queue<Fetch> copies() {
    return copies;
  }

  /** From now on all is in memory. */
  public void warmUp() {
    cold = false;
  }

  /** From now on each fetch fails. */
  public void fail() {
    failing = true;
  }

  /** From now on each read for a caller has a bit flipped. */
  public void flip() {
    flipping = true;
  }

  /** From now on each read for a caller finds less than it wants. */
  public void shrink() {
    shrinking = true;
  }

  /** Holds fetches until so many wait at once. */
  public void holdUntil(int waiting) {
    held = new CountDownLatch(waiting);
  }

  /** Lets go of fetches that are held, if one is missing. */
  public void letGo() {
    held.countDown();
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return cold(name, super.create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return cold(name, super.open(name));
  }

  private DiskFile cold(String name, DiskFile file) {
    return new ForwardingFile(file) {
      @Override
      public Mapping map(long size) throws IOException {
        Mapping mapping = super.map(size);
        return new Mapping(
            mapping.segment(), mapping::release, new ColdPages(name, mapping.segment()));
      }
    };
  }

  private static void await(CountDownLatch latch) throws IOException {
    latch.countDown();
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private final class ColdPages implements Mapping.Pages {
    private final String file;
    private final MemorySegment segment;

    ColdPages(String file, MemorySegment segment) {
      this.file = file;
      this.segment = segment;
    }

    @Override
    public boolean areInMemory(long offsetBytes, int length) {
      return !cold;
    }

    @Override
    public boolean read(long offsetBytes, byte[] target) throws IOException {
      copies.add(new Fetch(file, offsetBytes, target.length));
      fetch(offsetBytes, target.length);
      Bytes.copy(segment, offsetBytes, target, 0, target.length);
      if (flipping) {
        target[FLIPPED] ^= 1;
      }
      if (shrinking) {
        Arrays.fill(target, target.length / 2, target.length, (byte) 0);
      }
      return !shrinking;
    }

    @Override
    public void fetch(long offsetBytes, int length) throws IOException {
      fetches.add(new Fetch(file, offsetBytes, length));
      await(held);
      if (failing) {
        throw new IOException("the disk is slow today");
      }
    }
  }
}
