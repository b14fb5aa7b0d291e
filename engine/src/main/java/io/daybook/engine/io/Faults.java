package io.daybook.engine.io;

import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Turns what a disk throws into what a store throws. */
public final class Faults {
  private static final long PAGE_BYTES = 4_096;

  private Faults() {}

  /** An error of the device while it was asked to do something with a file. */
  public static EventStoreFailedException failed(String doing, String file, IOException cause) {
    return new EventStoreFailedException(
        doing
            + " "
            + file
            + " failed: "
            + reason(cause)
            + "; nothing was lost, mend the disk and try again",
        cause);
  }

  /** What happened, in words; some exceptions have the name of the file for their message. */
  public static String reason(IOException cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case NoSuchFileException _ -> "there is no file or folder " + message;
      case AccessDeniedException _ -> message + " may not be used by you";
      case FileAlreadyExistsException _ -> message + " exists already";
      case NotDirectoryException _ -> message + " is not a folder";
      case FileSystemException file when file.getReason() == null -> message + " cannot be used";
      default -> cause.getMessage() == null ? cause.toString() : message;
    };
  }

  /**
   * A copy of mapped memory.
   *
   * @throws StoreDamagedException if the disk cannot deliver it
   */
  public static byte[] copy(String file, MemorySegment segment, long offsetBytes, int length) {
    try {
      byte[] bytes = Bytes.copy(segment, offsetBytes, length);
      await();
      return bytes;
    } catch (InternalError e) {
      throw unreadable(file, offsetBytes, e);
    }
  }

  /**
   * Throws the {@link InternalError} of a page that could not be read, if there is one.
   *
   * <p>The virtual machine throws it some time after the access, when the bytes, which are then
   * zeros or whatever stood there before, may have been looked at already. It comes at the latest
   * when a thread returns from native code, whatever that does. So whoever decides something by
   * bytes that no check has confirmed, even that they are not what they should be, awaits the fault
   * first, in the {@code try} that catches it. Where a check holds, the bytes were read.
   */
  public static void await() {
    Runtime.getRuntime().totalMemory();
  }

  /** What was found damaged; or, if that is why, that it could not be read. */
  public static StoreDamagedException judged(StoreDamagedException damage) {
    try {
      await();
      return damage;
    } catch (InternalError e) {
      return unreadable(damage.file(), damage.offsetBytes(), e);
    }
  }

  /**
   * A mapped page that the disk could not deliver. The virtual machine reports it as an {@link
   * InternalError}, and so it is thrown on if it is about anything else.
   */
  public static StoreDamagedException unreadable(
      String file, long offsetBytes, InternalError error) {
    return unreadable(file, offsetBytes, "restore the file from a backup", error);
  }

  /** A mapped page that the disk could not deliver, with what to do next. */
  public static StoreDamagedException unreadable(
      String file, long offsetBytes, String remedy, InternalError error) {
    String message = error.getMessage();
    if (message == null || !message.contains("fault")) {
      throw error;
    }
    return new StoreDamagedException(
        file, offsetBytes, "the disk cannot read it; " + remedy, error);
  }

  /** Whether this is about bytes that could not be read, whatever they are. */
  public static boolean isUnreadable(StoreDamagedException damage) {
    return damage.getCause() instanceof InternalError;
  }

  /** The offset of the first page in a range that cannot be read; -1 if all can. */
  public static long firstUnreadable(MemorySegment segment, long from, long to) {
    long at = from;
    long sum = 0;
    try {
      while (at < to) {
        sum += segment.get(ValueLayout.JAVA_BYTE, at);
        await();
        at = (at / PAGE_BYTES + 1) * PAGE_BYTES;
      }
      return sum == Long.MIN_VALUE ? to : -1; // a byte that nobody uses would not be read at all
    } catch (InternalError _) {
      return at;
    }
  }
}
