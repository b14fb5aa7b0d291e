package io.daybook.engine.io;

import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The first 64 bytes of every file; see {@code docs/format.md}.
 *
 * @param kind what the file holds
 * @param seed the file's identity in checks
 * @param storeId the store's id
 * @param base the first position
 * @param generation unique among the store's files
 * @param epoch the store's epoch when the file was made
 * @param sealed whether its content is encrypted
 */
public record FileHeader(
    Kind kind, int seed, UUID storeId, long base, long generation, long epoch, boolean sealed) {
  /** The size of the header in bytes. */
  public static final int BYTES = 64;

  /** The format that is written, and the highest that is read. */
  public static final int FORMAT_VERSION = 1;

  private static final byte[] MAGIC = "DAYBOOK".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECK_OFFSET = 60;
  private static final int FLAGS_OFFSET = 10;
  private static final int SEALED = 1;

  /** The header of a file that is not encrypted. */
  public FileHeader(Kind kind, int seed, UUID storeId, long base, long generation, long epoch) {
    this(kind, seed, storeId, base, generation, epoch, false);
  }

  /** The same for a file that is encrypted, or not. */
  public FileHeader withSealed(boolean newSealed) {
    return new FileHeader(kind, seed, storeId, base, generation, epoch, newSealed);
  }

  /** What a file holds. */
  public enum Kind {
    /** Events as they were appended. */
    LOG('L'),
    /** The same events, sealed for reading. */
    PACK('P'),
    /** Hashes of the events of a log file, for proofs. */
    LEAVES('H'),
    /** Terms and event ids of a range of positions. */
    INDEX('I'),
    /** Where the frames of a log file are. */
    LOCATIONS('C'),
    /** Which files are alive. */
    MANIFEST('M'),
    /** How far the log is durable. */
    DURABLE('D'),
    /** The data keys of an encrypted store. */
    KEYS('K');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }
  }

  /** Writes the header to the start of the bytes. */
  public void encode(byte[] target) {
    System.arraycopy(MAGIC, 0, target, 0, MAGIC.length);
    target[7] = (byte) kind.letter;
    Bytes.putShort(target, 8, (short) FORMAT_VERSION);
    Bytes.putShort(target, FLAGS_OFFSET, (short) (sealed ? SEALED : 0));
    Bytes.putInt(target, 12, seed);
    Bytes.putLong(target, 16, storeId.getMostSignificantBits());
    Bytes.putLong(target, 24, storeId.getLeastSignificantBits());
    Bytes.putLong(target, 32, base);
    Bytes.putLong(target, 40, generation);
    Bytes.putLong(target, 48, epoch);
    Bytes.putInt(target, 56, 0);
    Bytes.putInt(target, CHECK_OFFSET, Checksum.of(target, 0, CHECK_OFFSET));
  }

  /**
   * Reads and checks the header.
   *
   * @throws StoreDamagedException if these are not the first bytes of a file of that kind
   * @throws EventStoreFailedException if the format is newer than this code
   */
  public static FileHeader decode(String file, MemorySegment segment, Kind kind) {
    if (segment.byteSize() < BYTES) {
      throw new StoreDamagedException(
          file, 0, "it is shorter than its header; restore it from a backup");
    }
    byte[] bytes = Faults.copy(file, segment, 0, BYTES);
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes[i] != MAGIC[i]) {
        throw new StoreDamagedException(file, i, "it is not a file of a Daybook store");
      }
    }
    if (Bytes.getInt(bytes, CHECK_OFFSET) != Checksum.of(bytes, 0, CHECK_OFFSET)) {
      throw new StoreDamagedException(
          file, 0, "its header's check fails; restore it from a backup");
    }
    int version = Bytes.getShort(bytes, 8);
    if (version > FORMAT_VERSION) {
      throw new EventStoreFailedException(
          file
              + " has format version "
              + version
              + ", and this Daybook reads up to "
              + FORMAT_VERSION
              + "; open the store with a newer Daybook",
          null);
    }
    int flags = Bytes.getShort(bytes, FLAGS_OFFSET);
    if ((flags & ~SEALED) != 0) {
      throw new EventStoreFailedException(
          file + " has the unknown flags " + flags + "; open the store with a newer Daybook", null);
    }
    if (bytes[7] != (byte) kind.letter) {
      throw new StoreDamagedException(file, 7, "it is a file of another kind");
    }
    return new FileHeader(
        kind,
        Bytes.getInt(bytes, 12),
        new UUID(Bytes.getLong(bytes, 16), Bytes.getLong(bytes, 24)),
        Bytes.getLong(bytes, 32),
        Bytes.getLong(bytes, 40),
        Bytes.getLong(bytes, 48),
        flags == SEALED);
  }
}
