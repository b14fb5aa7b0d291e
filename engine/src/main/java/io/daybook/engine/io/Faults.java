package io.daybook.engine.io;

import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Turns what a disk throws into what a store throws. */
public final class Faults {
  private Faults() {}

  /** An error of the device while it was asked to do something with a file. */
  public static EventStoreFailedException failed(String doing, String file, IOException cause) {
    return new EventStoreFailedException(
        doing
            + " "
            + file
            + " failed: "
            + cause.getMessage()
            + "; nothing was lost, mend the disk and try again",
        cause);
  }

  /**
   * A copy of mapped memory.
   *
   * @throws StoreDamagedException if the disk cannot deliver it
   */
  public static byte[] copy(String file, MemorySegment segment, long offsetBytes, int length) {
    try {
      return Bytes.copy(segment, offsetBytes, length);
    } catch (InternalError e) {
      throw unreadable(file, offsetBytes, e);
    }
  }

  /**
   * A mapped page that the disk could not deliver. The virtual machine reports it as an {@link
   * InternalError}, and so it is thrown on if it is about anything else.
   */
  public static StoreDamagedException unreadable(
      String file, long offsetBytes, InternalError error) {
    String message = error.getMessage();
    if (message == null || !message.contains("fault")) {
      throw error;
    }
    return new StoreDamagedException(
        file, offsetBytes, "the disk cannot read it; restore the file from a backup");
  }
}
