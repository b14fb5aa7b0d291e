package io.daybook.eventsourcing.privacy;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key of a subject: AES-256-GCM with a random nonce of 96 bits for each seal. Immutable; may be
 * used by any number of threads. It is never printed.
 */
public final class SubjectKey {
  /** The size of a key in bytes. */
  public static final int KEY_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final String subject;
  private final int version;
  private final SecretKey key;

  /**
   * A key, for authors of key stores.
   *
   * @param subject whose
   * @param version which of the subject's keys, from 1
   * @param key {@value #KEY_BYTES} random bytes, which are copied
   * @throws IllegalArgumentException if the version is less than 1, or the key has another length
   */
  public SubjectKey(String subject, int version, byte[] key) {
    this.subject = Personal.requireSubject(subject);
    if (version < 1) {
      throw new IllegalArgumentException("versions of keys start at 1, not " + version);
    }
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has " + KEY_BYTES + " bytes, and this has " + key.length);
    }
    this.version = version;
    this.key = new SecretKeySpec(key, "AES");
  }

  /** A new random key. */
  static SubjectKey random(String subject, int version) {
    byte[] bytes = randomBytes(KEY_BYTES);
    try {
      return new SubjectKey(subject, version, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** Whose it is. */
  public String subject() {
    return subject;
  }

  /** Which of the subject's keys it is, from 1. */
  public int version() {
    return version;
  }

  /**
   * Seals bytes: 28 more come out, a nonce before and a check behind.
   *
   * @param plain what nobody is to read without the key
   * @param context what must be the same when it is opened; it is not in the result
   */
  public byte[] seal(byte[] plain, byte[] context) {
    return seal(key, plain, context);
  }

  /** What was sealed; nothing if it is not what this key sealed in this context. */
  public Optional<byte[]> open(byte[] sealed, byte[] context) {
    return open(key, sealed, 0, sealed.length, context);
  }

  /** The key itself, to be stored. */
  byte[] bytes() {
    return key.getEncoded();
  }

  static byte[] seal(SecretKey key, byte[] plain, byte[] context) {
    byte[] nonce = randomBytes(NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, context);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
      int written = cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
      assert written == sealed.length - NONCE_BYTES;
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  static Optional<byte[]> open(
      SecretKey key, byte[] sealed, int offset, int length, byte[] context) {
    if (length < NONCE_BYTES + TAG_BITS / 8) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOfRange(sealed, offset, offset + NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, context);
      return Optional.of(cipher.doFinal(sealed, offset + NONCE_BYTES, length - NONCE_BYTES));
    } catch (AEADBadTagException _) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] context)
      throws GeneralSecurityException {
    Objects.requireNonNull(context, "context");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }

  @Override
  public String toString() {
    return "key " + version + " of " + subject;
  }
}
