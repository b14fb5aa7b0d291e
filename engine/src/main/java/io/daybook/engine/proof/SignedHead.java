package io.daybook.engine.proof;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;

/**
 * All events of a store up to a moment, as one hash, and a signature under it. Whoever keeps it can
 * tell later whether one of these events was changed or removed.
 *
 * @param storeId the store's id
 * @param epoch the store's epoch: how often it was set back to an earlier point
 * @param events how many events there are: the head's position + 1
 * @param root the root of the tree over these events
 * @param signedAt when it was signed, by the clock of whoever did
 * @param keyId which key signed it, see {@link ProofKeys#id}
 * @param signature the Ed25519 signature, in Base64
 */
public record SignedHead(
    UUID storeId,
    long epoch,
    long events,
    Hash root,
    Instant signedAt,
    String keyId,
    String signature)
    implements Proof {
  static final String TITLE = "daybook-head 1";

  /** Checks that nothing is null or negative. */
  public SignedHead {
    Objects.requireNonNull(storeId, "storeId");
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(signedAt, "signedAt");
    Objects.requireNonNull(keyId, "keyId");
    Objects.requireNonNull(signature, "signature");
    if (epoch < 0 || events < 0) {
      throw new IllegalArgumentException("epoch " + epoch + ", events " + events);
    }
  }

  /**
   * Signs a root.
   *
   * @throws IllegalArgumentException if the key is no Ed25519 key
   */
  public static SignedHead sign(
      UUID storeId, long epoch, long events, Hash root, Instant signedAt, KeyPair key) {
    String keyId = ProofKeys.id(key.getPublic());
    var unsigned = new SignedHead(storeId, epoch, events, root, signedAt, keyId, "");
    try {
      var signer = Signature.getInstance(ProofKeys.ALGORITHM);
      signer.initSign(key.getPrivate());
      signer.update(unsigned.signedBytes());
      String signature = Base64.getEncoder().encodeToString(signer.sign());
      return new SignedHead(storeId, epoch, events, root, signedAt, keyId, signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key cannot sign: an Ed25519 key is needed", e);
    }
  }

  static SignedHead read(ProofReader in) {
    in.line(TITLE);
    try {
      return new SignedHead(
          in.field("store", UUID::fromString),
          in.field("epoch", Long::parseLong),
          in.field("events", Long::parseLong),
          in.field("root", Hash::parse),
          in.field("time", Instant::parse),
          in.field("key"),
          in.field("signature"));
    } catch (IllegalArgumentException e) {
      throw ProofFailedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  private String signedText() {
    return new ProofWriter()
        .line(TITLE)
        .field("store", storeId)
        .field("epoch", epoch)
        .field("events", events)
        .field("root", root)
        .field("time", signedAt)
        .field("key", keyId)
        .toString();
  }

  private byte[] signedBytes() {
    return signedText().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toText() {
    return signedText() + new ProofWriter().field("signature", signature);
  }

  @Override
  public void check(PublicKey key) {
    String given = ProofKeys.id(key);
    if (!given.equals(keyId)) {
      throw new ProofFailedException(
          ProofFailedException.Reason.OTHER_KEY,
          "it was signed with the key " + keyId + ", and the key that was given is " + given);
    }
    if (!signatureHolds(key)) {
      throw new ProofFailedException(
          ProofFailedException.Reason.SIGNATURE,
          "the signature does not match: the head of "
              + events
              + " events was changed after it was signed, or somebody else signed it");
    }
  }

  private boolean signatureHolds(PublicKey key) {
    try {
      byte[] bytes = Base64.getDecoder().decode(signature);
      var verifier = Signature.getInstance(ProofKeys.ALGORITHM);
      verifier.initVerify(key);
      verifier.update(signedBytes());
      return signature.equals(Base64.getEncoder().encodeToString(bytes)) && verifier.verify(bytes);
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }
}
