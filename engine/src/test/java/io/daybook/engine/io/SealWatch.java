package io.daybook.engine.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at all that is written to the sealed files of a disk, and notes where a key and a nonce are
 * seen with two different contents. May go on over several disks, as long as the copies of files
 * are told.
 */
public final class SealWatch {
  private static final int SALT = 80;
  private static final int SALT_END = 112;
  private static final int FIRST = 128;
  private static final int BLOCK = 4_096;

  /** The bytes of the files, as they were written so far. */
  private final Map<String, byte[]> files = new HashMap<>();

  /** By salt, which makes the key, and nonce: what was sealed. */
  private final Map<String, String> sealed = new HashMap<>();

  private final Set<String> salts = new HashSet<>();
  private final List<String> usedTwice = new ArrayList<>();

  /** The files in which a key and a nonce were used for two contents. */
  public List<String> usedTwice() {
    return usedTwice;
  }

  /** How many nonces were seen. */
  public int nonces() {
    return sealed.size();
  }

  /** How many keys were seen. */
  public int keys() {
    return salts.size();
  }

  /** A disk whose writes are looked at; the prefix tells its files from those of others. */
  public Disk watch(Disk disk, String prefix) {
    return new WatchedDisk(disk, prefix);
  }

  private synchronized void wrote(String name, long offset, byte[] bytes, int from, int length) {
    byte[] file = files.getOrDefault(name, new byte[0]);
    if (file.length < offset + length) {
      file = Arrays.copyOf(file, (int) (offset + length));
    }
    System.arraycopy(bytes, from, file, (int) offset, length);
    files.put(name, file);
    if (file.length < FIRST || (file[10] & 1) == 0) {
      return;
    }
    if (name.endsWith(".log")) {
      look(name, file, (int) offset, (int) offset + length);
    } else if (name.matches(".*\\.(idx|leaves|leaves\\.new)")) {
      lookAtBlocks(file, (int) offset, (int) offset + length);
    }
  }

  /** Frames that were written just now as a whole, which begin where one ended before. */
  private void look(String name, byte[] file, int from, int to) {
    String salt = Arrays.toString(Arrays.copyOfRange(file, SALT, SALT_END));
    salts.add(salt);
    int at = FIRST;
    while (at + 64 <= Math.min(to, file.length)) {
      int length = Bytes.getInt(file, at);
      if (length < 64 || at + length > file.length) {
        return;
      }
      if (file[at + 12] == 3 && at + length > from) {
        frame(name, salt, file, at, length);
      }
      at += length;
    }
  }

  private void frame(String name, String salt, byte[] file, int at, int length) {
    int nonceAt = at + length - 16;
    int pieces = Bytes.getInt(file, nonceAt + 12);
    byte[] nonce = Arrays.copyOfRange(file, nonceAt, nonceAt + 12);
    String content = Arrays.hashCode(Arrays.copyOfRange(file, at + 64, nonceAt)) + " " + length;
    for (int piece = 0; piece < pieces; piece++) {
      saw(name, salt, FileSeal.numbered(nonce, piece), content + " " + piece);
    }
  }

  private void lookAtBlocks(byte[] file, int from, int to) {
    String salt = Arrays.toString(Arrays.copyOfRange(file, SALT, SALT_END));
    salts.add(salt);
    for (int at = FIRST; at < to; at += BLOCK) {
      if (at >= from) {
        byte[] nonce = Arrays.copyOfRange(file, at, at + 12);
        int end = Math.min(at + BLOCK, to);
        int content = Arrays.hashCode(Arrays.copyOfRange(file, at + 12, end));
        saw("block", salt, nonce, String.valueOf(content));
      }
    }
  }

  private void saw(String where, String salt, byte[] nonce, String content) {
    String before = sealed.putIfAbsent(salt + Arrays.toString(nonce), content);
    if (before != null && !before.equals(content)) {
      usedTwice.add(where);
    }
  }

  private synchronized void renamed(String from, String to) {
    byte[] file = files.remove(from);
    if (file != null) {
      files.put(to, file);
      wrote(to, 0, file, 0, file.length);
    }
  }

  private synchronized void cut(String name, long size) {
    files.computeIfPresent(name, (_, file) -> Arrays.copyOf(file, (int) size));
  }

  private synchronized void found(String name, DiskFile file) throws IOException {
    int size = (int) file.size();
    Mapping mapping = file.map(size);
    byte[] bytes = Bytes.copy(mapping.segment(), 0, size);
    mapping.release();
    files.put(name, bytes);
  }

  private final class WatchedDisk extends ForwardingDisk {
    private final String prefix;

    WatchedDisk(Disk disk, String prefix) {
      super(disk);
      this.prefix = prefix;
    }

    @Override
    public DiskFile create(String name) throws IOException {
      cut(prefix + name, 0);
      return new WatchedFile(disk().create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
      DiskFile file = disk().open(name);
      if (name.endsWith(".log") && file.size() > 0) {
        found(prefix + name, file);
      }
      return new WatchedFile(file);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk().rename(from, to);
      renamed(prefix + from, prefix + to);
    }

    private final class WatchedFile extends ForwardingFile {

      WatchedFile(DiskFile file) {
        super(file);
      }

      /** What a write that fails has written in part may be on the disk, too. */
      @Override
      public void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException {
        wrote(prefix + file().name(), offsetBytes, bytes, from, length);
        file().write(offsetBytes, bytes, from, length);
      }

      @Override
      public void truncate(long size) throws IOException {
        file().truncate(size);
        cut(prefix + file().name(), size);
      }
    }
  }
}
