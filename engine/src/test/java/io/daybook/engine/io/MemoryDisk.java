package io.daybook.engine.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A disk in memory that is as quick as can be, for tests that open a small store very often. It
 * never fails and loses nothing.
 */
public final class MemoryDisk implements Disk {
  private final Map<String, Content> files = new ConcurrentHashMap<>();

  /** Bytes that stay where they are up to a size, so that views of them stay true. */
  private static final class Content {
    private byte[] bytes = new byte[4_096];
    private int size;
  }

  /** An empty disk. */
  public MemoryDisk() {}

  /** A disk with these files. */
  public MemoryDisk(Map<String, byte[]> contents) {
    contents.forEach(this::put);
  }

  /** Replaces or adds a file. */
  public void put(String name, byte[] contents) {
    var content = new Content();
    content.bytes = Arrays.copyOf(contents, Math.max(contents.length, content.bytes.length));
    content.size = contents.length;
    files.put(name, content);
  }

  /** What the files hold, by name. */
  public Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new TreeMap<>();
    files.forEach(
        (name, content) -> contents.put(name, Arrays.copyOf(content.bytes, content.size)));
    return contents;
  }

  @Override
  public void createFolder(String folder) {}

  @Override
  public List<String> list(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return files.keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  @Override
  public boolean exists(String name) {
    return files.containsKey(name);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    var content = new Content();
    if (files.putIfAbsent(name, content) != null) {
      throw new FileAlreadyExistsException(name);
    }
    return new OpenFile(name, content);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new OpenFile(name, existing(name));
  }

  private Content existing(String name) throws IOException {
    Content content = files.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return content;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    files.put(to, existing(from));
    files.remove(from);
  }

  @Override
  public void delete(String name) throws IOException {
    existing(name);
    files.remove(name);
  }

  @Override
  public void syncFolder(String folder) {}

  @Override
  public long usableBytes() {
    return 1L << 40;
  }

  @Override
  public Lock lock(String name) {
    return () -> {};
  }

  private record OpenFile(String name, Content content) implements DiskFile {
    @Override
    public long size() {
      return content.size;
    }

    @Override
    public void write(long offsetBytes, byte[] source, int from, int length) {
      int end = Math.toIntExact(offsetBytes + length);
      if (end > content.bytes.length) {
        content.bytes = Arrays.copyOf(content.bytes, 2 * end);
      }
      System.arraycopy(source, from, content.bytes, (int) offsetBytes, length);
      content.size = Math.max(content.size, end);
    }

    @Override
    public void sync() {}

    @Override
    public void syncRange(long offsetBytes, long length) {}

    @Override
    public void truncate(long size) {
      Arrays.fill(content.bytes, (int) size, content.bytes.length, (byte) 0);
      content.size = (int) size;
    }

    @Override
    public Mapping map(long size) {
      if (size > content.size) {
        throw new AssertionError("mapped beyond the end: " + name);
      }
      return new Mapping(MemorySegment.ofArray(content.bytes).asSlice(0, size), () -> {});
    }

    @Override
    public void close() {}
  }
}
