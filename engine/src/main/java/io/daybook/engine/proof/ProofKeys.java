package io.daybook.engine.proof;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EncodedKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Ed25519 keys as PEM, which {@code openssl genpkey -algorithm ed25519} and {@code openssl pkey
 * -pubout} write, too. No message that is thrown here holds any part of a key.
 */
public final class ProofKeys {
  static final String ALGORITHM = "Ed25519";

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int ID_BYTES = 8;

  private ProofKeys() {}

  /** A new key pair. */
  public static KeyPair newPair() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw noEd25519(e);
    }
  }

  /**
   * Which key it is: the first 8 bytes of the SHA-256 of its X.509 form, as hexadecimal digits.
   *
   * @throws IllegalArgumentException if it is no Ed25519 key
   */
  public static String id(PublicKey key) {
    requireEd25519(key);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw noEd25519(e);
    }
  }

  private static void requireEd25519(PublicKey key) {
    if (!(key instanceof EdECPublicKey edwards)
        || !edwards.getParams().getName().equals(ALGORITHM)) {
      throw notEd25519();
    }
  }

  /** The private key, as PKCS #8. It is the secret. */
  public static String privatePem(KeyPair pair) {
    return pem(PRIVATE, pair.getPrivate().getEncoded());
  }

  /** The public key, as X.509. It is for everybody. */
  public static String publicPem(PublicKey key) {
    return pem(PUBLIC, key.getEncoded());
  }

  private static String pem(String title, byte[] encoded) {
    return "-----BEGIN "
        + title
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END "
        + title
        + "-----\n";
  }

  /**
   * Reads a public key.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static PublicKey publicKey(String pem) {
    if (pem.contains(begin(PRIVATE))) {
      throw new IllegalArgumentException(
          "this is the private key, which is the signer's secret: what checks is the public key");
    }
    try {
      EncodedKeySpec spec = new X509EncodedKeySpec(decode(PUBLIC, pem));
      PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(spec);
      requireEd25519(key);
      return key;
    } catch (GeneralSecurityException _) {
      throw notEd25519();
    }
  }

  /**
   * Reads a private key, and derives the public key from it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static KeyPair pair(String privatePem) {
    if (privatePem.contains(begin("ENCRYPTED " + PRIVATE))) {
      throw new IllegalArgumentException(
          "the private key is encrypted; decrypt it first: openssl pkey -in FILE -out KEYFILE");
    }
    if (privatePem.contains(begin(PUBLIC))) {
      throw new IllegalArgumentException("this is a public key: what signs is the private key");
    }
    try {
      EncodedKeySpec spec = new PKCS8EncodedKeySpec(decode(PRIVATE, privatePem));
      if (KeyFactory.getInstance(ALGORITHM).generatePrivate(spec) instanceof EdECPrivateKey key) {
        return new KeyPair(publicOf(key), key);
      }
      throw notEd25519();
    } catch (GeneralSecurityException _) {
      throw notEd25519();
    }
  }

  /**
   * The generator takes its 32 random bytes as the private key (RFC 8032, 5.1.5) and computes the
   * public key of them: the JDK has no other way to ask for it.
   */
  private static PublicKey publicOf(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed = key.getBytes().orElseThrow(ProofKeys::notEd25519);
    var generator = KeyPairGenerator.getInstance(ALGORITHM);
    generator.initialize(NamedParameterSpec.ED25519, new SeededOnce(seed));
    KeyPair pair = generator.generateKeyPair();
    byte[] same = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    if (!MessageDigest.isEqual(seed, same)) {
      throw new GeneralSecurityException("the provider generates keys in another way");
    }
    return pair.getPublic();
  }

  /** "Random" bytes that are given. */
  private static final class SeededOnce extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] given;

    SeededOnce(byte[] given) {
      this.given = given.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(given, 0, bytes, 0, bytes.length);
    }
  }

  private static byte[] decode(String title, String pem) {
    String end = "-----END " + title + "-----";
    int from = pem.indexOf(begin(title));
    int to = pem.indexOf(end);
    if (from < 0 || to < from) {
      throw notEd25519();
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(from + begin(title).length(), to));
    } catch (IllegalArgumentException _) {
      throw notEd25519();
    }
  }

  private static String begin(String title) {
    return "-----BEGIN " + title + "-----";
  }

  private static IllegalArgumentException notEd25519() {
    return new IllegalArgumentException(
        "this is not an Ed25519 key in PEM (-----BEGIN PRIVATE KEY-----, or PUBLIC KEY)");
  }

  private static IllegalStateException noEd25519(GeneralSecurityException e) {
    return new IllegalStateException("this Java has no Ed25519", e);
  }
}
