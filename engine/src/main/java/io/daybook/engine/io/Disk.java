package io.daybook.engine.io;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One folder of a disk with its subfolders. Names are relative to it, with {@code /} between
 * folders. May be used by any number of threads.
 */
public interface Disk {
  /** Creates a folder, unless it exists; {@code ""} is the disk's own. */
  void createFolder(String folder) throws IOException;

  /**
   * The names of the files in a folder, in no particular order; none if there is no such folder.
   */
  List<String> list(String folder) throws IOException;

  /** Whether there is a file of that name. */
  boolean exists(String name);

  /**
   * Creates a file and opens it to be read and written.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it exists
   */
  DiskFile create(String name) throws IOException;

  /**
   * Opens a file to be read and written.
   *
   * @throws java.nio.file.NoSuchFileException if it does not exist
   */
  DiskFile open(String name) throws IOException;

  /** Renames a file at once, replacing any file of the new name. */
  void rename(String from, String to) throws IOException;

  /** Removes a file. */
  void delete(String name) throws IOException;

  /** Makes creations, renames and removals in a folder durable. */
  void syncFolder(String folder) throws IOException;

  /** How many bytes can still be written. */
  long usableBytes() throws IOException;

  /**
   * Gives a file of this disk another name, on this disk or another, so that both are the same
   * file.
   *
   * @throws IOException if the two are not of one file system, or cannot link
   */
  default void link(String name, Disk other, String otherName) throws IOException {
    throw new IOException("files cannot be linked there");
  }

  /**
   * Tries whether a file of this disk could be linked on another, whose folder need not exist, and
   * leaves nothing there.
   *
   * @throws IOException if it cannot
   */
  default void tryLink(String name, Disk other) throws IOException {
    throw new IOException("files cannot be linked there");
  }

  /** Whether another disk's folder is this one's or lies in it; false where nobody can tell. */
  default boolean contains(Disk other) throws IOException {
    return false;
  }

  /**
   * Which start of the system this is: processes that see the same one share what is mapped, and
   * what was never synced is gone with it. All zeros where the system doesn't say.
   */
  default UUID bootId() {
    return new UUID(0, 0);
  }

  /** The keys of the encrypted store on this disk; null if there is none, or nobody has them. */
  default @Nullable StoreKeys keys() {
    return null;
  }

  /**
   * Takes the lock of that name, which is gone when this is closed or the process ends.
   *
   * @throws LockedException if it is taken, by this process or another
   */
  Lock lock(String name) throws IOException;

  /** A lock that is held. */
  interface Lock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** A lock is taken by somebody else. */
  final class LockedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With who holds it, as far as known. */
    public LockedException(String message) {
      super(message);
    }
  }
}
