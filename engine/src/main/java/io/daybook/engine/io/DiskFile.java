package io.daybook.engine.io;

import java.io.IOException;

/** An open file. Written by one thread at a time, read by any number through mappings. */
public interface DiskFile extends AutoCloseable {
  /** Its name, relative to the disk. */
  String name();

  /** Its size in bytes. */
  long size() throws IOException;

  /**
   * Writes all of the bytes, growing the file if needed.
   *
   * @throws IOException if not all could be written; how many were is unknown
   */
  void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException;

  /** Makes all that was written, and the file's size, durable. */
  void sync() throws IOException;

  /**
   * Makes what was written in a range durable; the range must have been there, written and synced,
   * since before.
   *
   * @throws IOException if it failed; then nothing is known of what is durable, and trying again
   *     can lie
   */
  void syncRange(long offsetBytes, long length) throws IOException;

  /** Cuts the file. */
  void truncate(long size) throws IOException;

  /**
   * A new view of the first {@code size} bytes, owned by the caller; it shows what is written
   * later.
   */
  Mapping map(long size) throws IOException;

  /**
   * A new view of all of it, as long as it is at that moment. Another process may be cutting it: a
   * writer that closes its store takes the zeros off that it had prepared.
   */
  default Mapping mapWhole() throws IOException {
    while (true) {
      long size = size();
      try {
        return map(size);
      } catch (IOException e) {
        if (size() >= size) {
          throw e;
        }
      }
    }
  }

  /**
   * All its bytes: of the file that was opened, also where another has taken its name since. For
   * small files.
   */
  default byte[] readAll() throws IOException {
    Mapping mapping = mapWhole();
    try {
      return Faults.copy(name(), mapping.segment(), 0, (int) mapping.segment().byteSize());
    } finally {
      mapping.release();
    }
  }

  /** Closes the file; mappings stay. */
  @Override
  void close() throws IOException;
}
