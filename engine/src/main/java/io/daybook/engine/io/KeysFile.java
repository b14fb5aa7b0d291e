package io.daybook.engine.io;

import io.daybook.engine.keys.KeySource;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.keys.StoreKeyException.Reason;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;

/**
 * The file with the data keys of a store, sealed with its owner's key; see "Encryption" in {@code
 * docs/format.md}. It never changes: another key makes another file. All is in it twice, a page
 * apart, since without it nothing can be read any more.
 */
public final class KeysFile {
  private static final System.Logger LOG = System.getLogger(KeysFile.class.getName());

  private static final int COPY_BYTES = 4_096;
  private static final int ID_OFFSET = FileHeader.BYTES;
  private static final int ID_BYTES = 8;
  private static final int SALT_OFFSET = ID_OFFSET + ID_BYTES;
  private static final int COUNT_OFFSET = SALT_OFFSET + FileSeal.SALT_BYTES;
  private static final int SEALED_OFFSET = COUNT_OFFSET + Integer.BYTES;
  private static final int ENTRY_BYTES = Integer.BYTES + KeySource.KEY_BYTES;
  private static final int MOST_KEYS = 64;

  /** A key is used once, with a salt of its own. */
  private static final byte[] NONCE = new byte[FileSeal.NONCE_BYTES];

  private KeysFile() {}

  /** The name of the file of that generation. */
  public static String nameOf(long generation) {
    return "log/" + generation + ".keys";
  }

  /**
   * Writes and syncs a file of keys; a file of that name, which nothing lists, is replaced. The
   * folder is left to the caller.
   *
   * @param epoch the store's
   * @throws StoreKeyException if the owner's key cannot be had
   */
  public static void write(Disk disk, long generation, long epoch, StoreKeys keys, KeySource source)
      throws IOException {
    byte[] copy = encode(generation, epoch, keys, source);
    String name = nameOf(generation);
    if (disk.exists(name)) {
      disk.delete(name);
    }
    try (DiskFile file = disk.create(name)) {
      file.write(0, copy, 0, copy.length);
      file.write(COPY_BYTES, copy, 0, copy.length);
      file.sync();
    }
  }

  private static byte[] encode(long generation, long epoch, StoreKeys keys, KeySource source) {
    Map<Integer, byte[]> entries = keys.encoded();
    if (entries.size() > MOST_KEYS) {
      throw new IllegalStateException(entries.size() + " data keys");
    }
    byte[] owners = keyOf(source);
    byte[] copy = new byte[COPY_BYTES];
    new FileHeader(
            FileHeader.Kind.KEYS,
            new SecureRandom().nextInt(),
            keys.storeId(),
            0,
            generation,
            epoch)
        .encode(copy);
    byte[] salt = new byte[FileSeal.SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    System.arraycopy(idOf(owners), 0, copy, ID_OFFSET, ID_BYTES);
    System.arraycopy(salt, 0, copy, SALT_OFFSET, salt.length);
    Bytes.putInt(copy, COUNT_OFFSET, entries.size());
    byte[] plain = new byte[ENTRY_BYTES * entries.size()];
    int at = 0;
    for (Map.Entry<Integer, byte[]> entry : entries.entrySet()) {
      Bytes.putInt(plain, at, entry.getKey());
      System.arraycopy(entry.getValue(), 0, plain, at + Integer.BYTES, KeySource.KEY_BYTES);
      Arrays.fill(entry.getValue(), (byte) 0);
      at += ENTRY_BYTES;
    }
    seal(owners, salt)
        .seal(
            NONCE, Arrays.copyOf(copy, SEALED_OFFSET), plain, 0, plain.length, copy, SEALED_OFFSET);
    Arrays.fill(plain, (byte) 0);
    Bytes.putInt(copy, COPY_BYTES - 4, Checksum.of(copy, 0, COPY_BYTES - 4));
    return copy;
  }

  /**
   * Reads the keys of a store.
   *
   * @throws StoreKeyException if the owner's key cannot be had, or is another
   * @throws StoreDamagedException if the file is not what was written
   */
  public static StoreKeys read(Disk disk, long generation, UUID storeId, KeySource source)
      throws IOException {
    String name = nameOf(generation);
    byte[] copy = read(disk, name);
    FileHeader header = FileHeader.decode(name, MemorySegment.ofArray(copy), FileHeader.Kind.KEYS);
    if (!header.storeId().equals(storeId) || header.generation() != generation) {
      throw damaged(name, 16, "it belongs to another store or place");
    }
    byte[] owners = keyOf(source);
    requireSame(copy, idOf(owners));
    byte[] salt = Arrays.copyOfRange(copy, SALT_OFFSET, SALT_OFFSET + FileSeal.SALT_BYTES);
    int count = Bytes.getInt(copy, COUNT_OFFSET);
    byte[] plain = new byte[ENTRY_BYTES * Math.clamp(count, 0, MOST_KEYS)];
    if (count < 1
        || count > MOST_KEYS
        || !seal(owners, salt)
            .open(
                NONCE,
                Arrays.copyOf(copy, SEALED_OFFSET),
                copy,
                SEALED_OFFSET,
                plain.length + FileSeal.TAG_BYTES,
                plain,
                0)) {
      throw damaged(name, SEALED_OFFSET, "it is not what was sealed");
    }
    var keys = new TreeMap<Integer, byte[]>();
    for (int at = 0; at < plain.length; at += ENTRY_BYTES) {
      int id = Bytes.getInt(plain, at);
      keys.put(id, Arrays.copyOfRange(plain, at + Integer.BYTES, at + ENTRY_BYTES));
    }
    Arrays.fill(plain, (byte) 0);
    return new StoreKeys(storeId, keys);
  }

  /** The first of the two copies that is whole. */
  private static byte[] read(Disk disk, String name) throws IOException {
    if (!disk.exists(name)) {
      throw damaged(name, 0, "it is missing");
    }
    Mapping mapping;
    try (DiskFile file = disk.open(name)) {
      mapping = file.mapWhole();
    }
    try {
      StoreDamagedException damage = null;
      for (int at = 0; at <= COPY_BYTES; at += COPY_BYTES) {
        try {
          byte[] copy = copy(name, mapping.segment(), at);
          if (damage != null) {
            LOG.log(Level.WARNING, "the second copy of the keys is used: {0}", damage.getMessage());
          }
          return copy;
        } catch (StoreDamagedException e) {
          damage = damage == null ? e : damage;
        }
      }
      throw damage == null ? damaged(name, 0, "it is empty") : damage;
    } finally {
      mapping.release();
    }
  }

  private static byte[] copy(String name, MemorySegment segment, int at) {
    if (segment.byteSize() < at + COPY_BYTES) {
      throw damaged(name, segment.byteSize(), "it was cut off");
    }
    byte[] copy = Faults.copy(name, segment, at, COPY_BYTES);
    if (Bytes.getInt(copy, COPY_BYTES - 4) != Checksum.of(copy, 0, COPY_BYTES - 4)) {
      throw damaged(name, at, "its check fails");
    }
    return copy;
  }

  private static void requireSame(byte[] copy, byte[] id) {
    byte[] expected = Arrays.copyOfRange(copy, ID_OFFSET, ID_OFFSET + ID_BYTES);
    if (!Arrays.equals(id, expected)) {
      throw new StoreKeyException(
          Reason.WRONG_KEY,
          "the store is encrypted with the key "
              + HexFormat.of().formatHex(expected)
              + ", and the one that was given is "
              + HexFormat.of().formatHex(id)
              + "; give the key of this store: if it was changed since, a backup still needs the"
              + " old one");
    }
  }

  private static byte[] keyOf(KeySource source) {
    byte[] key = source.key();
    if (key.length != KeySource.KEY_BYTES) {
      throw new StoreKeyException(
          Reason.UNAVAILABLE,
          source + " has " + key.length + " bytes, and must have " + KeySource.KEY_BYTES);
    }
    return key;
  }

  /** What a key is called; says nothing of the key. */
  private static byte[] idOf(byte[] key) {
    return StoreKeys.derive(key.clone(), new byte[0], info("DAYBOOKI"), ID_BYTES);
  }

  /** The key is overwritten. */
  private static FileSeal seal(byte[] key, byte[] salt) {
    byte[] derived = StoreKeys.derive(key, salt, info("DAYBOOKK"), KeySource.KEY_BYTES);
    return new FileSeal(0, salt, new SecretKeySpec(derived, "AES"), null);
  }

  private static byte[] info(String purpose) {
    return purpose.getBytes(StandardCharsets.US_ASCII);
  }

  private static StoreDamagedException damaged(String name, long offset, String what) {
    return new StoreDamagedException(
        name,
        offset,
        what + "; without it the store cannot be read: restore the file from a backup");
  }
}
