package io.daybook.engine.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A new folder among the system's temporary ones, never synced, and removed when its lock is given
 * back.
 */
public final class TemporaryDisk extends ForwardingDisk {
  private final Path root;

  /** Makes the folder. */
  public TemporaryDisk() throws IOException {
    this(Files.createTempDirectory("daybook-"));
  }

  private TemporaryDisk(Path root) {
    super(new FolderDisk(root));
    this.root = root;
  }

  @Override
  public void createFolder(String name) throws IOException {
    Files.createDirectories(root.resolve(name));
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new UnsyncedFile(super.create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new UnsyncedFile(super.open(name));
  }

  @Override
  public void syncFolder(String name) {
    // nothing is to survive
  }

  @Override
  public Lock lock(String name) throws IOException {
    Lock lock = super.lock(name);
    return () -> {
      lock.close();
      remove();
    };
  }

  /** Removes the folder and all that is in it; mappings stay until they are released. */
  private void remove() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files.sorted(Comparator.reverseOrder()).forEach(TemporaryDisk::delete);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }

  private static final class UnsyncedFile extends ForwardingFile {
    UnsyncedFile(DiskFile file) {
      super(file);
    }

    @Override
    public void sync() {
      // nothing is to survive
    }

    @Override
    public void syncRange(long offsetBytes, long length) {
      // nothing is to survive
    }
  }
}
