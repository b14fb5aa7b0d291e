package io.daybook.engine.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of the operating system's file system. */
public final class FolderDisk implements Disk {
  private static final System.Logger LOG = System.getLogger(FolderDisk.class.getName());
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path root;
  private final boolean readOnly;

  /** The disk of that folder, which is created with the first {@link #createFolder}. */
  public FolderDisk(Path root) {
    this(root, false);
  }

  private FolderDisk(Path root, boolean readOnly) {
    this.root = root;
    this.readOnly = readOnly;
  }

  /** The disk of that folder, whose files can be opened, read and nothing else. */
  public static FolderDisk readOnly(Path root) {
    return new FolderDisk(root, true);
  }

  @Override
  public void createFolder(String folder) throws IOException {
    Path path = root.resolve(folder);
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path);
      Path parent = path.toAbsolutePath().getParent();
      if (parent != null) {
        syncFolder(parent);
      }
    }
  }

  @Override
  public List<String> list(String folder) throws IOException {
    Path path = root.resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(root.resolve(name));
  }

  @Override
  public DiskFile create(String name) throws IOException {
    Path path = root.resolve(name);
    if (Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return new FolderFile(name, path, readOnly);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    Path path = root.resolve(name);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return new FolderFile(name, path, readOnly);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        root.resolve(from),
        root.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(root.resolve(name));
  }

  @Override
  public void syncFolder(String folder) throws IOException {
    syncFolder(root.resolve(folder));
  }

  private static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return; // a folder cannot be opened there; best effort, as the contract says
    }
    uninterrupted(() -> {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
      return folder;
    });
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  /**
   * An interrupt closes a channel in use, so each attempt opens its own; the interrupt is kept for
   * the caller.
   */
  private static <T> T uninterrupted(Action<T> action) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return action.run();
        } catch (ClosedByInterruptException _) {
          interrupted = true;
          Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  @Override
  public void link(String name, Disk other, String otherName) throws IOException {
    link(name, rootOf(other).resolve(otherName));
  }

  private static Path rootOf(Disk other) throws IOException {
    if (other instanceof FolderDisk folder) {
      return folder.root;
    }
    throw new IOException("files cannot be linked there");
  }

  private void link(String name, Path target) throws IOException {
    try {
      Files.createLink(target, root.resolve(name));
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system cannot link files", e);
    }
  }

  /** In the folder, or the first one above it that exists. */
  @Override
  public void tryLink(String name, Disk other) throws IOException {
    Path at = rootOf(other).toAbsolutePath();
    while (!Files.isDirectory(at) && at.getParent() != null) {
      at = at.getParent();
    }
    Path link = at.resolve(".daybook-" + UUID.randomUUID());
    link(name, link);
    Files.delete(link);
  }

  @Override
  public boolean contains(Disk other) throws IOException {
    if (!(other instanceof FolderDisk folder) || !Files.exists(root)) {
      return false;
    }
    for (Path at = real(folder.root); at != null; at = at.getParent()) {
      if (Files.exists(at) && Files.isSameFile(at, root)) {
        return true;
      }
    }
    return false;
  }

  /** The path without links, as far as there is anything on it. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath();
    try {
      return absolute.toRealPath();
    } catch (IOException _) {
      Path parent = absolute.getParent();
      return parent == null
          ? absolute
          : real(parent).resolve(absolute.getFileName().toString()).normalize();
    }
  }

  @Override
  public UUID bootId() {
    try {
      return UUID.fromString(Files.readString(BOOT_ID).strip());
    } catch (IOException | IllegalArgumentException _) {
      return new UUID(0, 0); // not a Linux
    }
  }

  /**
   * The lock file stays when the lock is gone: removing it could let two processes lock two files
   * of one name.
   */
  @Override
  public Lock lock(String name) throws IOException {
    Path path = root.resolve(name);
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new LockedException("it is open in " + holder(path));
      }
      channel.truncate(0);
      String text = "process " + ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      locked = true;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return channel::close;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // this process holds it
    }
  }

  private static String holder(Path path) {
    try {
      String text = Files.readString(path).strip();
      return text.isEmpty() ? "another process" : text;
    } catch (IOException _) {
      return "another process";
    }
  }

  /**
   * Written by {@link RandomAccessFile}, which no interrupt closes, and synced through a mapping,
   * whose {@code msync} is an {@code fdatasync} of the range and cannot be interrupted either.
   * Evidence: the benchmark {@code RawSync}.
   */
  private static final class FolderFile implements DiskFile {
    private static final int END_BYTES = 4_096;

    private final String name;
    private final Path path;
    private final boolean readOnly;
    private final RandomAccessFile file;
    private @Nullable Mapping syncMapping;

    FolderFile(String name, Path path, boolean readOnly) throws IOException {
      this.name = name;
      this.path = path;
      this.readOnly = readOnly;
      this.file = open(path, readOnly ? "r" : "rw");
    }

    private static RandomAccessFile open(Path path, String mode) throws IOException {
      try {
        return new RandomAccessFile(path.toFile(), mode);
      } catch (FileNotFoundException e) {
        if (Files.exists(path)) {
          throw e;
        }
        // removed since it was looked for
        throw new NoSuchFileException(path.toString());
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException {
      file.seek(offsetBytes);
      file.write(bytes, from, length);
    }

    @Override
    public void sync() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void syncRange(long offsetBytes, long length) throws IOException {
      Mapping mapping = syncMapping;
      if (mapping == null || mapping.segment().byteSize() < offsetBytes + length) {
        if (mapping != null) {
          mapping.release();
        }
        mapping = map(file.length());
        syncMapping = mapping;
      }
      try {
        mapping.segment().asSlice(offsetBytes, length).force();
      } catch (UncheckedIOException e) {
        throw new IOException("msync: " + e.getMessage(), e);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      file.setLength(size);
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the mapping's last lease closes the arena
    public Mapping map(long size) throws IOException {
      Arena arena = Arena.ofShared();
      MemorySegment segment;
      try {
        segment = uninterrupted(() -> map(size, arena));
      } catch (IOException | RuntimeException e) {
        arena.close();
        throw e;
      }
      var pages = new FilePages(path, segment);
      fetchEnds(pages, size);
      return new Mapping(segment, arena::close, pages);
    }

    /**
     * Headers and footers are looked at first. A page that is touched before it is there brings
     * megabytes along where the system reads much ahead.
     */
    private static void fetchEnds(FilePages pages, long size) {
      int length = (int) Math.min(size, END_BYTES);
      try {
        uninterrupted(() -> {
          pages.fetch(0, length);
          pages.fetch(size - length, length);
          return pages;
        });
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the ends of a file were not fetched", e); // its reading will tell
      }
    }

    private MemorySegment map(long size, Arena arena) throws IOException {
      if (readOnly) {
        // of the file that is open, which may have lost its name
        return file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      }
      // not the channel of the file, which an interrupt would close
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        if (channel.size() < size) {
          // another file has taken the name, and to map more than it holds would make it larger
          throw new NoSuchFileException(path.toString());
        }
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      }
    }

    @Override
    public byte[] readAll() throws IOException {
      byte[] bytes = new byte[Math.toIntExact(file.length())];
      file.seek(0);
      file.readFully(bytes);
      return bytes;
    }

    @Override
    public void close() throws IOException {
      if (syncMapping != null) {
        syncMapping.release();
        syncMapping = null;
      }
      file.close();
    }
  }

  private record FilePages(Path path, MemorySegment segment) implements Mapping.Pages {
    private static final int FETCH_BYTES = 1 << 16;

    @Override
    public boolean areInMemory(long offsetBytes, int length) {
      return segment.asSlice(offsetBytes, length).isLoaded();
    }

    /** Through a channel of its own, which an interrupt may close. */
    @Override
    public void fetch(long offsetBytes, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(Math.min(length, FETCH_BYTES));
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        long end = offsetBytes + length;
        for (long at = offsetBytes; at < end; at += buffer.position()) {
          buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
          if (channel.read(buffer, at) < 0) {
            return;
          }
        }
      }
    }

    @Override
    public boolean read(long offsetBytes, byte[] target) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(target);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
          read = channel.read(buffer, offsetBytes + buffer.position());
        }
      }
      return !buffer.hasRemaining();
    }
  }
}
