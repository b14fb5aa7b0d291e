package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.Checksum;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.KeysFile;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Which files are alive, and whose they are. Replaced as a whole, so that a store is always of one
 * piece.
 *
 * @param storeId the store's id
 * @param epoch the store's epoch
 * @param sequence counts the replacements
 * @param nextGeneration the generation of the next file
 * @param keysGeneration the generation of the file of the store's keys; 0 if it is not encrypted
 * @param logs the log files in order; the last one is active
 * @param indexes the index files in order
 */
public record Manifest(
    UUID storeId,
    long epoch,
    long sequence,
    long nextGeneration,
    long keysGeneration,
    List<LogEntry> logs,
    List<IndexEntry> indexes) {

  /** The manifest's name. */
  public static final String NAME = "MANIFEST";

  private static final String NEW_NAME = "MANIFEST.new";
  private static final int FIXED_BYTES = FileHeader.BYTES + 32;
  private static final int LOG_BYTES = 48;
  private static final int FORM_PLAIN = 1;
  private static final int FORM_PACK = 2;
  private static final int INDEX_BYTES = 32;

  /**
   * A log file.
   *
   * @param base its first position
   * @param generation its generation
   * @param packed whether it is a pack, compressed, and not the frames as they were written
   * @param lastCheck the check of its last frame; 0 while it is active
   * @param usedBytes where its frames end; 0 while it is active
   * @param lastPosition its last position; 0 while it is active
   * @param leavesGeneration the generation of the file of its leaves; 0 if there is none
   */
  public record LogEntry(
      long base,
      long generation,
      boolean packed,
      int lastCheck,
      long usedBytes,
      long lastPosition,
      long leavesGeneration) {
    /** The file that is appended to. */
    public static LogEntry active(long base, long generation) {
      return new LogEntry(base, generation, false, 0, 0, 0, 0);
    }

    /** The same file when it is full. */
    public LogEntry full(int check, long bytes, long last) {
      return new LogEntry(base, generation, packed, check, bytes, last, leavesGeneration);
    }

    /** The file's name. */
    public String name() {
      return packed ? LogFile.packNameOf(base, generation) : LogFile.nameOf(base, generation);
    }

    /** What the file is. */
    FileHeader.Kind kind() {
      return packed ? FileHeader.Kind.PACK : FileHeader.Kind.LOG;
    }

    /** The name of the file's location column. */
    public String columnName() {
      return LogFile.columnNameOf(base, generation);
    }

    /** The name of the file of its leaves, if there is one. */
    public String leavesName() {
      return String.format("log/%020d-%d.leaves", base, leavesGeneration);
    }

    /** The same file with its leaves in a file of that generation. */
    public LogEntry withLeaves(long newLeavesGeneration) {
      return new LogEntry(
          base, generation, packed, lastCheck, usedBytes, lastPosition, newLeavesGeneration);
    }
  }

  /**
   * An index file.
   *
   * @param from its first position
   * @param to its last position
   * @param generation its generation
   * @param bytes its size
   */
  public record IndexEntry(long from, long to, long generation, long bytes) {
    /** The file's name. */
    public String name() {
      return String.format("index/%020d-%020d-%d.idx", from, to, generation);
    }
  }

  /** Copies the lists. */
  public Manifest {
    logs = List.copyOf(logs);
    indexes = List.copyOf(indexes);
  }

  /** The last position that an index file covers, which is durable; -1 if there is none. */
  public long indexedTo() {
    return indexes.isEmpty() ? -1 : indexes.getLast().to();
  }

  /**
   * The names of all files that are alive, besides the manifest. A location column may be missing.
   */
  public List<String> fileNames() {
    List<String> names = new ArrayList<>();
    for (LogEntry log : logs) {
      names.add(log.name());
      names.add(log.columnName());
      if (log.leavesGeneration() != 0) {
        names.add(log.leavesName());
      }
    }
    indexes.forEach(index -> names.add(index.name()));
    if (isEncrypted()) {
      names.add(KeysFile.nameOf(keysGeneration));
    }
    return names;
  }

  /** Whether the store is encrypted. */
  public boolean isEncrypted() {
    return keysGeneration != 0;
  }

  /** Whether a store opens without that file: it is made anew, if it can be, when it is needed. */
  public static boolean isOptional(String fileName) {
    return fileName.startsWith("index/") || isOfLeaves(fileName);
  }

  /** Whether a file of that name holds leaves, which cannot be made anew once events are gone. */
  public static boolean isOfLeaves(String fileName) {
    return fileName.endsWith(".leaves");
  }

  /**
   * The manifest of a new life of the store, whose checkpoints are not those of the one before. Two
   * lives that begin with the same backup differ by when they began.
   *
   * @param nowSeconds since 1970
   */
  public Manifest newEpoch(long nowSeconds) {
    long next = Math.max(epoch + 1, nowSeconds);
    return new Manifest(storeId, next, sequence + 1, nextGeneration, keysGeneration, logs, indexes);
  }

  /** A later manifest, with other files. */
  Manifest next(
      long newSequence, long generation, List<LogEntry> newLogs, List<IndexEntry> newIndexes) {
    return new Manifest(
        storeId, epoch, newSequence, generation, keysGeneration, newLogs, newIndexes);
  }

  /** A later manifest, with the store's keys in another file. */
  Manifest nextWithKeys(long newSequence, long generation, long newKeysGeneration) {
    return new Manifest(storeId, epoch, newSequence, generation, newKeysGeneration, logs, indexes);
  }

  /** Nobody can say which of two manifests the disk has: the one before or the one after. */
  public static final class UncertainException extends IOException {
    private static final long serialVersionUID = 1L;

    UncertainException(IOException cause) {
      super(Faults.reason(cause), cause);
    }
  }

  /**
   * Puts this manifest in the place of the one before.
   *
   * @throws UncertainException if it failed so late that this one may be found, now or after a
   *     crash; after any other exception the one before is
   */
  public void write(Disk disk) throws IOException {
    byte[] bytes = encode();
    if (disk.exists(NEW_NAME)) {
      disk.delete(NEW_NAME);
    }
    try (DiskFile file = disk.create(NEW_NAME)) {
      file.write(0, bytes, 0, bytes.length);
      file.sync();
    }
    try {
      disk.rename(NEW_NAME, NAME);
      disk.syncFolder("");
    } catch (IOException e) {
      throw new UncertainException(e);
    }
  }

  private byte[] encode() {
    byte[] bytes =
        new byte[FIXED_BYTES + LOG_BYTES * logs.size() + INDEX_BYTES * indexes.size() + 4];
    new FileHeader(FileHeader.Kind.MANIFEST, (int) sequence, storeId, 0, sequence, epoch)
        .encode(bytes);
    Bytes.putLong(bytes, FileHeader.BYTES, sequence);
    Bytes.putLong(bytes, FileHeader.BYTES + 8, nextGeneration);
    Bytes.putLong(bytes, FileHeader.BYTES + 16, keysGeneration);
    Bytes.putInt(bytes, FileHeader.BYTES + 24, logs.size());
    Bytes.putInt(bytes, FileHeader.BYTES + 28, indexes.size());
    int at = FIXED_BYTES;
    for (LogEntry log : logs) {
      Bytes.putLong(bytes, at, log.base);
      Bytes.putLong(bytes, at + 8, log.generation);
      Bytes.putInt(bytes, at + 16, log.packed ? FORM_PACK : FORM_PLAIN);
      Bytes.putInt(bytes, at + 20, log.lastCheck);
      Bytes.putLong(bytes, at + 24, log.usedBytes);
      Bytes.putLong(bytes, at + 32, log.lastPosition);
      Bytes.putLong(bytes, at + 40, log.leavesGeneration);
      at += LOG_BYTES;
    }
    for (IndexEntry index : indexes) {
      Bytes.putLong(bytes, at, index.from);
      Bytes.putLong(bytes, at + 8, index.to);
      Bytes.putLong(bytes, at + 16, index.generation);
      Bytes.putLong(bytes, at + 24, index.bytes);
      at += INDEX_BYTES;
    }
    Bytes.putInt(bytes, at, Checksum.of(bytes, 0, at));
    return bytes;
  }

  /**
   * Reads the manifest.
   *
   * @throws StoreDamagedException if it is not what was written
   */
  public static Manifest read(Disk disk) throws IOException {
    try (DiskFile file = disk.open(NAME)) {
      if (file.size() < FIXED_BYTES + 4) {
        throw damaged(0, "it is too short");
      }
      return decode(file.readAll()); // it may be replaced meanwhile, so it is not read by its name
    }
  }

  private static Manifest decode(byte[] bytes) {
    FileHeader header =
        FileHeader.decode(NAME, MemorySegment.ofArray(bytes), FileHeader.Kind.MANIFEST);
    int end = bytes.length - 4;
    if (Checksum.of(bytes, 0, end) != Bytes.getInt(bytes, end)) {
      throw damaged(end, "its check fails");
    }
    int logCount = Bytes.getInt(bytes, FileHeader.BYTES + 24);
    int indexCount = Bytes.getInt(bytes, FileHeader.BYTES + 28);
    if (logCount < 1
        || indexCount < 0
        || end != FIXED_BYTES + (long) LOG_BYTES * logCount + (long) INDEX_BYTES * indexCount) {
      throw damaged(FileHeader.BYTES + 24, "its counts do not fit its size");
    }
    List<LogEntry> logs = new ArrayList<>();
    int at = FIXED_BYTES;
    for (int i = 0; i < logCount; i++) {
      int form = Bytes.getInt(bytes, at + 16);
      if (form != FORM_PLAIN && form != FORM_PACK) {
        throw damaged(at + 16, "it lists a log file of the unknown form " + form);
      }
      logs.add(
          new LogEntry(
              Bytes.getLong(bytes, at),
              Bytes.getLong(bytes, at + 8),
              form == FORM_PACK,
              Bytes.getInt(bytes, at + 20),
              Bytes.getLong(bytes, at + 24),
              Bytes.getLong(bytes, at + 32),
              Bytes.getLong(bytes, at + 40)));
      at += LOG_BYTES;
    }
    List<IndexEntry> indexes = new ArrayList<>();
    for (int i = 0; i < indexCount; i++) {
      indexes.add(
          new IndexEntry(
              Bytes.getLong(bytes, at),
              Bytes.getLong(bytes, at + 8),
              Bytes.getLong(bytes, at + 16),
              Bytes.getLong(bytes, at + 24)));
      at += INDEX_BYTES;
    }
    return new Manifest(
        header.storeId(),
        header.epoch(),
        Bytes.getLong(bytes, FileHeader.BYTES),
        Bytes.getLong(bytes, FileHeader.BYTES + 8),
        Bytes.getLong(bytes, FileHeader.BYTES + 16),
        logs,
        indexes);
  }

  private static StoreDamagedException damaged(long offset, String what) {
    return new StoreDamagedException(NAME, offset, what + "; restore it from a backup");
  }
}
