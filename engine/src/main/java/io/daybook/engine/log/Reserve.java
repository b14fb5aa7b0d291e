package io.daybook.engine.log;

import io.daybook.engine.io.Disk;
import java.io.IOException;

/**
 * Keeps some of the disk free, so that a store can be closed, and space be given back, when
 * everything else is taken. Asked where much space is taken at once, which is seldom. Thread-safe.
 */
public final class Reserve {
  private final Disk disk;
  private final long bytes;
  private volatile long wantedBytes;

  /** Too little would have been left. */
  public static final class LowDiskException extends IOException {
    private static final long serialVersionUID = 1L;

    LowDiskException(String message) {
      super(message);
    }
  }

  /** Keeps so many bytes of the disk; none at all if they are 0. */
  public Reserve(Disk disk, long bytes) {
    this.disk = disk;
    this.bytes = bytes;
  }

  /** How much is kept, in words. */
  public String size() {
    return bytes >> 20 > 0 ? (bytes >> 20) + " MiB" : bytes + " bytes";
  }

  /** That the reserve would have been touched. */
  LowDiskException low() throws IOException {
    return new LowDiskException(
        disk.usableBytes() + " bytes are left on the disk, and " + bytes + " are kept in reserve");
  }

  /** Whether the reserve would stay untouched; remembers if not. */
  public synchronized boolean allows(long wanted) throws IOException {
    if (bytes == 0) {
      return true;
    }
    boolean enough = disk.usableBytes() - wanted >= bytes;
    if (!enough) {
      wantedBytes = Math.max(wanted, wantedBytes);
    } else if (wanted >= wantedBytes) {
      wantedBytes = 0;
    }
    return enough;
  }

  /** Whether something could not be taken, and still can't. */
  public boolean isLow() {
    long wanted = wantedBytes;
    if (wanted == 0) {
      return false;
    }
    try {
      return !allows(wanted);
    } catch (IOException _) {
      return true; // a disk that does not answer has no room
    }
  }
}
