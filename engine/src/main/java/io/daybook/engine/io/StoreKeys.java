package io.daybook.engine.io;

import io.daybook.engine.keys.KeySource;
import io.daybook.engine.keys.StoreKeyException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The data keys of an encrypted store, open: random ones, which no person ever sees, kept in the
 * store under its owner's key; see {@link KeysFile}. From one of them and a salt the key of each
 * file is derived. Thread-safe.
 */
public final class StoreKeys {
  private static final String DERIVATION = "HKDF-SHA256";

  private final UUID storeId;
  private final SecureRandom random = new SecureRandom();

  /** 8 MiB of blocks. */
  private final OpenedCache blocks = new OpenedCache(1 << 11);

  /** 16 MiB of pieces of frames. */
  private final OpenedCache pieces = new OpenedCache(1 << 13);

  private volatile DataKeys keys;

  /**
   * Data keys by their number.
   *
   * @param current the number of the one that new files get
   */
  private record DataKeys(int current, Map<Integer, SecretKey> byId) {
    @Override
    public String toString() {
      return byId.size() + " data keys";
    }
  }

  StoreKeys(UUID storeId, Map<Integer, byte[]> keys) {
    this.storeId = storeId;
    this.keys = dataKeys(keys);
  }

  private static DataKeys dataKeys(Map<Integer, byte[]> keys) {
    var byId = new TreeMap<Integer, SecretKey>();
    keys.forEach((id, key) -> byId.put(id, new SecretKeySpec(key, "HKDF")));
    return new DataKeys(byId.lastKey(), Map.copyOf(byId));
  }

  /** The keys of a new store. */
  public static StoreKeys create(UUID storeId) {
    byte[] key = new byte[KeySource.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new StoreKeys(storeId, Map.of(1, key));
  }

  /** Whose keys they are. */
  public UUID storeId() {
    return storeId;
  }

  /** These keys and a new one, which new files are to have; see {@link #replaceBy}. */
  public StoreKeys withNewKey() {
    Map<Integer, byte[]> next = encoded();
    byte[] key = new byte[KeySource.KEY_BYTES];
    random.nextBytes(key);
    next.put(keys.current + 1, key);
    return new StoreKeys(storeId, next);
  }

  /** The key that new files have, without those before it. */
  public StoreKeys withoutOldKeys() {
    Map<Integer, byte[]> next = encoded();
    next.keySet().removeIf(id -> id != keys.current);
    return new StoreKeys(storeId, next);
  }

  /** Takes over other keys of the same store; what was opened before stays open. */
  public void replaceBy(StoreKeys other) {
    keys = other.keys;
  }

  /** How many there are. */
  public int count() {
    return keys.byId.size();
  }

  boolean isCurrent(int keyId) {
    return keyId == keys.current;
  }

  /** The keys by number, in order. */
  Map<Integer, byte[]> encoded() {
    var encoded = new TreeMap<Integer, byte[]>();
    keys.byId.forEach((id, key) -> encoded.put(id, key.getEncoded()));
    return encoded;
  }

  SecureRandom random() {
    return random;
  }

  OpenedCache blocks() {
    return blocks;
  }

  OpenedCache pieces() {
    return pieces;
  }

  /** The seal of a new file. */
  FileSeal newFile() {
    byte[] salt = new byte[FileSeal.SALT_BYTES];
    random.nextBytes(salt);
    int current = keys.current;
    return ofFile("", current, salt);
  }

  /** The seal of a file with that key and salt. */
  FileSeal ofFile(String file, int keyId, byte[] salt) {
    SecretKey key = keys.byId.get(keyId);
    if (key == null) {
      throw new StoreKeyException(
          StoreKeyException.Reason.WRONG_KEY,
          file
              + " is encrypted with the data key "
              + keyId
              + ", which is not known here: the store was encrypted anew meanwhile, open it again");
    }
    byte[] info = new byte[24];
    byte[] purpose = "DAYBOOKF".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(purpose, 0, info, 0, purpose.length);
    Bytes.putLong(info, 8, storeId.getMostSignificantBits());
    Bytes.putLong(info, 16, storeId.getLeastSignificantBits());
    byte[] derived = derive(key.getEncoded(), salt, info, KeySource.KEY_BYTES);
    return new FileSeal(keyId, salt, new SecretKeySpec(derived, "AES"), this);
  }

  /** HKDF-SHA-256 (RFC 5869). The key is overwritten. */
  static byte[] derive(byte[] key, byte[] salt, byte[] info, int length) {
    try {
      return KDF.getInstance(DERIVATION)
          .deriveData(
              HKDFParameterSpec.ofExtract().addIKM(key).addSalt(salt).thenExpand(info, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Without a key. */
  @Override
  public String toString() {
    return "the keys of store " + storeId;
  }
}
