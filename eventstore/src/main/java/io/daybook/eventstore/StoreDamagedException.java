package io.daybook.eventstore;

import org.jspecify.annotations.Nullable;

/**
 * Stored bytes are not what was written. They are never returned as data. The message names the
 * place and what to do.
 */
public final class StoreDamagedException extends EventStoreFailedException {
  private final String file;
  private final long offsetBytes;

  /** With the file, the place in it, what is wrong there and what to do next. */
  public StoreDamagedException(String file, long offsetBytes, String what) {
    this(file, offsetBytes, what, null);
  }

  /** With what made it known, too. */
  public StoreDamagedException(
      String file, long offsetBytes, String what, @Nullable Throwable cause) {
    super(file + " is damaged at offset " + offsetBytes + ": " + what, cause);
    this.file = file;
    this.offsetBytes = offsetBytes;
  }

  /** The file, relative to the store. */
  public String file() {
    return file;
  }

  /** The place in the file. */
  public long offsetBytes() {
    return offsetBytes;
  }
}
