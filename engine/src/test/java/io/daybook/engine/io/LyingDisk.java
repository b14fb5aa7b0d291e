package io.daybook.engine.io;

import java.io.IOException;
import java.util.Random;

/**
 * A disk that says it did what it did not: each lie is a bug that an engine, a driver or a device
 * could have, and that a crash test must find.
 */
public final class LyingDisk extends ForwardingDisk {
  /** What is not done. */
  public enum Lie {
    /** A sync of a file. */
    SYNC,
    /** A sync of a part of a file. */
    SYNC_RANGE,
    /** A sync of a part of a file, until the next is asked for: it comes after the answer. */
    SYNC_RANGE_IN_TIME,
    /** A sync of a folder. */
    SYNC_FOLDER,
    /** One write of many. */
    WRITE,
    /** One write of many goes to another place. */
    PLACE,
    /** The last bytes of one write of many. */
    WHOLE_WRITE
  }

  private static final int ONE_OF = 40;

  private final Lie lie;
  private final Random random;

  /** A disk that lies about one thing; of what it does one of many times, the seed says when. */
  public LyingDisk(Disk disk, Lie lie, long seed) {
    super(disk);
    this.lie = lie;
    this.random = new Random(seed);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new LyingFile(disk().create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new LyingFile(disk().open(name));
  }

  @Override
  public void syncFolder(String folder) throws IOException {
    if (lie != Lie.SYNC_FOLDER) {
      disk().syncFolder(folder);
    }
  }

  private boolean liesNow() {
    return random.nextInt(ONE_OF) == 0;
  }

  private final class LyingFile extends ForwardingFile {
    private long lateOffset = -1;
    private long lateLength;

    LyingFile(DiskFile file) {
      super(file);
    }

    @Override
    public void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException {
      if (lie == Lie.WRITE && liesNow()) {
        return;
      }
      long offset = offsetBytes;
      int written = length;
      if (lie == Lie.PLACE && liesNow()) {
        offset = Math.max(0, offsetBytes - 8L * random.nextInt(64));
      }
      if (lie == Lie.WHOLE_WRITE && liesNow()) {
        written = random.nextInt(length + 1);
      }
      file().write(offset, bytes, from, written);
    }

    @Override
    public void sync() throws IOException {
      if (lie != Lie.SYNC) {
        file().sync();
      }
    }

    @Override
    public void syncRange(long offsetBytes, long length) throws IOException {
      if (lie == Lie.SYNC) {
        return; // it would find out that the file was never synced
      }
      if (lie == Lie.SYNC_RANGE_IN_TIME) {
        if (lateOffset >= 0) {
          file().syncRange(lateOffset, lateLength);
        }
        lateOffset = offsetBytes;
        lateLength = length;
      } else if (lie != Lie.SYNC_RANGE) {
        file().syncRange(offsetBytes, length);
      }
    }
  }
}
