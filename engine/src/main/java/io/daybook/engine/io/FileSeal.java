package io.daybook.engine.io;

import io.daybook.engine.keys.StoreKeyException;
import io.daybook.eventstore.StoreDamagedException;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens pieces of one file with AES-256-GCM and the file's own key, which is derived from
 * a key of the store and a salt in the file's header.
 *
 * <p><b>No nonce is ever derived from a place, a count or anything else that a crash, a failed
 * write or a copy could bring about again.</b> Each sealing takes 96 fresh bits of the system's
 * randomness; whoever seals several pieces at once numbers them from there. A file has far fewer
 * than 2^32 pieces, which is what NIST SP 800-38D (8.3) allows a key with random nonces.
 *
 * <p>May be used by any number of threads.
 */
public final class FileSeal {
  /** The size of a nonce. */
  public static final int NONCE_BYTES = 12;

  /** The size of the tag behind what was sealed. */
  public static final int TAG_BYTES = 16;

  /** The bytes before the content of a file that is sealed: its header, and these. */
  public static final int START_BYTES = 128;

  static final int SALT_BYTES = 32;

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_ID_OFFSET = 76;
  private static final int SALT_OFFSET = 80;
  private static final int CHECK_OFFSET = START_BYTES - 4;

  private final int keyId;
  private final byte[] salt;
  private final @Nullable SecretKey key;
  private final @Nullable StoreKeys keys;
  private final SecureRandom random;

  /** Making one costs more than a small piece. */
  private final AtomicReference<@Nullable Cipher> idle = new AtomicReference<>();

  FileSeal(int keyId, byte[] salt, @Nullable SecretKey key, @Nullable StoreKeys keys) {
    this.keyId = keyId;
    this.salt = salt.clone();
    this.key = key;
    this.keys = keys;
    this.random = keys == null ? new SecureRandom() : keys.random();
  }

  /** The seal of a new file of a disk; null if nothing is encrypted there. */
  public static @Nullable FileSeal forNew(Disk disk) {
    StoreKeys keys = disk.keys();
    return keys == null ? null : keys.newFile();
  }

  /**
   * The seal of a file of a disk; null if nothing is encrypted there. Without the store's keys it
   * can be copied, and opens nothing.
   *
   * @throws StoreDamagedException if the file is not sealed as the store's are
   */
  public static @Nullable FileSeal of(
      String file, FileHeader header, MemorySegment segment, Disk disk) {
    StoreKeys keys = disk.keys();
    if (!header.sealed()) {
      if (keys != null) {
        throw new StoreDamagedException(
            file, 10, "it is not encrypted, and its store is; restore it from a backup");
      }
      return null;
    }
    if (segment.byteSize() < START_BYTES) {
      throw new StoreDamagedException(file, 0, "it is shorter than its header; restore it");
    }
    byte[] bytes = Faults.copy(file, segment, 0, START_BYTES);
    if (Bytes.getInt(bytes, CHECK_OFFSET) != check(bytes)) {
      throw new StoreDamagedException(
          file, FileHeader.BYTES, "its header's check fails; restore it from a backup");
    }
    byte[] salt = new byte[SALT_BYTES];
    System.arraycopy(bytes, SALT_OFFSET, salt, 0, SALT_BYTES);
    int keyId = Bytes.getInt(bytes, KEY_ID_OFFSET);
    return keys == null ? new FileSeal(keyId, salt, null, null) : keys.ofFile(file, keyId, salt);
  }

  private static int check(byte[] start) {
    return Checksum.of(start, FileHeader.BYTES, CHECK_OFFSET - FileHeader.BYTES);
  }

  /** Writes which key it is to the second half of a file's start. The caller writes its check. */
  public void encode(byte[] start) {
    Bytes.putInt(start, KEY_ID_OFFSET, keyId);
    System.arraycopy(salt, 0, start, SALT_OFFSET, SALT_BYTES);
  }

  /** The start of a file that has nothing else there. */
  byte[] start(FileHeader header) {
    byte[] start = new byte[START_BYTES];
    header.encode(start);
    encode(start);
    Bytes.putInt(start, CHECK_OFFSET, check(start));
    return start;
  }

  /** Whether the keys are there, so that pieces can be opened. */
  public boolean opens() {
    return key != null;
  }

  /** The seal of another, new file of the same store. */
  public FileSeal another() {
    if (keys == null) {
      throw noKey();
    }
    return keys.newFile();
  }

  /** Whether new files of the store have the same key behind theirs. */
  public boolean isCurrent() {
    return keys != null && keys.isCurrent(keyId);
  }

  private static StoreKeyException noKey() {
    return new StoreKeyException(
        StoreKeyException.Reason.NO_KEY, "the store is encrypted, and no key was given");
  }

  /** Blocks of the store's files that were opened lately; none without its keys. */
  @Nullable OpenedCache blocks() {
    return keys == null ? null : keys.blocks();
  }

  /** Pieces of the store's frames that were opened lately; none without its keys. */
  public @Nullable OpenedCache pieces() {
    return keys == null ? null : keys.pieces();
  }

  /** A fresh nonce. */
  public byte[] newNonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }

  /** The nonce of a piece of several that are sealed at once, after that of the first. */
  public static byte[] numbered(byte[] first, int piece) {
    byte[] nonce = first.clone();
    Bytes.putLong(nonce, Integer.BYTES, Bytes.getLong(first, Integer.BYTES) + piece);
    return nonce;
  }

  /**
   * Seals bytes, and puts them and the tag behind them into the target, which is another array.
   *
   * @param nonce fresh
   * @param aad what is not hidden, and must be the same when the piece is opened
   */
  public void seal(
      byte[] nonce, byte[] aad, byte[] plain, int from, int length, byte[] target, int at) {
    Cipher cipher = cipher();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, requireKey(), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(aad);
      cipher.doFinal(plain, from, length, target, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    idle.set(cipher);
  }

  /**
   * Opens what was sealed, tag included, into the target, which is another array.
   *
   * @return false if it is not what was sealed with this key, nonce and aad
   */
  public boolean open(
      byte[] nonce, byte[] aad, byte[] sealed, int from, int length, byte[] target, int at) {
    Cipher cipher = cipher();
    try {
      cipher.init(Cipher.DECRYPT_MODE, requireKey(), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(aad);
      cipher.doFinal(sealed, from, length, target, at);
      idle.set(cipher);
      return true;
    } catch (AEADBadTagException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private SecretKey requireKey() {
    SecretKey its = key;
    if (its == null) {
      throw noKey();
    }
    return its;
  }

  private Cipher cipher() {
    Cipher cipher = idle.getAndSet(null);
    try {
      return cipher != null ? cipher : Cipher.getInstance(CIPHER);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Without a key. */
  @Override
  public String toString() {
    return "a file sealed with key " + keyId;
  }
}
