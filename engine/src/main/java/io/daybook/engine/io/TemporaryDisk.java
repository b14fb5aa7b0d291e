package io.daybook.engine.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new folder among the system's temporary ones, never synced, and removed when its lock is given
 * back.
 */
public final class TemporaryDisk implements Disk {
  private final Path root;
  private final FolderDisk folder;

  /** Makes the folder. */
  public TemporaryDisk() throws IOException {
    this.root = Files.createTempDirectory("daybook-");
    this.folder = new FolderDisk(root);
  }

  @Override
  public void createFolder(String name) throws IOException {
    Files.createDirectories(root.resolve(name));
  }

  @Override
  public List<String> list(String name) throws IOException {
    return folder.list(name);
  }

  @Override
  public boolean exists(String name) {
    return folder.exists(name);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new UnsyncedFile(folder.create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new UnsyncedFile(folder.open(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    folder.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    folder.delete(name);
  }

  @Override
  public void syncFolder(String name) {
    // nothing is to survive
  }

  @Override
  public long usableBytes() throws IOException {
    return folder.usableBytes();
  }

  @Override
  public Lock lock(String name) throws IOException {
    Lock lock = folder.lock(name);
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

  private record UnsyncedFile(DiskFile file) implements DiskFile {
    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException {
      file.write(offsetBytes, bytes, from, length);
    }

    @Override
    public void sync() {
      // nothing is to survive
    }

    @Override
    public void syncRange(long offsetBytes, long length) {
      // nothing is to survive
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public Mapping map(long size) throws IOException {
      return file.map(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
