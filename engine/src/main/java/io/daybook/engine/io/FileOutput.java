package io.daybook.engine.io;

import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A new file, written from its start to its end through a buffer, and sealed if the disk says so.
 * Used by one thread.
 */
public final class FileOutput implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Disk disk;
  private final DiskFile file;
  private final LongConsumer progress;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** Takes what is flushed, if the file is sealed. */
  private final @Nullable SealedWriter sealed;

  /** Where in the file the buffer begins, and how much of it is filled. */
  private long flushedBytes;

  private int buffered;
  private boolean finished;

  /**
   * Creates the file, which begins with a header.
   *
   * @param progress is told how many bytes are written, now and then
   */
  public FileOutput(Disk disk, String name, FileHeader header, LongConsumer progress)
      throws IOException {
    this.disk = disk;
    this.file = disk.create(name);
    this.progress = progress;
    boolean begun = false;
    try {
      this.sealed = begin(FileSeal.forNew(disk), header);
      begun = true;
    } finally {
      if (!begun) {
        close();
      }
    }
  }

  private @Nullable SealedWriter begin(@Nullable FileSeal seal, FileHeader header)
      throws IOException {
    if (seal == null) {
      header.encode(buffer);
      buffered = FileHeader.BYTES;
      return null;
    }
    flushedBytes = FileHeader.BYTES;
    return new SealedWriter(file, seal, header);
  }

  /** Where the next byte will be. */
  public long offset() {
    return flushedBytes + buffered;
  }

  /** Adds bytes. */
  public void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int left = length;
    while (left > 0) {
      if (buffered == buffer.length) {
        flush();
      }
      int step = Math.min(left, buffer.length - buffered);
      System.arraycopy(bytes, at, buffer, buffered, step);
      buffered += step;
      at += step;
      left -= step;
    }
  }

  /** Replaces bytes that were written before. */
  public void patch(long offset, byte[] bytes, int length) throws IOException {
    int onDisk = Math.clamp(flushedBytes - offset, 0, length);
    if (onDisk > 0) {
      if (sealed == null) {
        file.write(offset, bytes, 0, onDisk);
      } else {
        sealed.patch(offset, bytes, 0, onDisk);
      }
    }
    if (onDisk < length) {
      int at = (int) (offset + onDisk - flushedBytes);
      System.arraycopy(bytes, onDisk, buffer, at, length - onDisk);
    }
  }

  private void flush() throws IOException {
    if (buffered > 0) {
      if (sealed == null) {
        file.write(flushedBytes, buffer, 0, buffered);
      } else {
        sealed.append(buffer, 0, buffered);
      }
      flushedBytes += buffered;
      buffered = 0;
      progress.accept(flushedBytes);
    }
  }

  /** Writes what is left, and makes all of it durable. */
  public void finish() throws IOException {
    flush();
    if (sealed != null) {
      sealed.finish();
    }
    file.sync();
    finished = true;
  }

  /** Closes the file; removes it if it was not finished. */
  @Override
  public void close() throws IOException {
    file.close();
    if (!finished) {
      disk.delete(file.name());
    }
  }
}
