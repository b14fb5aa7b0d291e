package io.daybook.engine.proof;

import java.security.PublicKey;

/**
 * Something signed that anybody can check with the public key alone: a head, or what follows from
 * one.
 */
public sealed interface Proof permits SignedHead, InclusionProof, ConsistencyProof {

  /**
   * Reads a text that {@link #toText()} made. Nothing of it is checked yet.
   *
   * @throws ProofFailedException if it is no such text, to the byte
   */
  static Proof parse(String text) {
    var in = new ProofReader(text);
    Proof proof;
    if (in.at(InclusionProof.TITLE)) {
      proof = InclusionProof.read(in);
    } else if (in.at(ConsistencyProof.TITLE)) {
      proof = ConsistencyProof.read(in);
    } else {
      proof = SignedHead.read(in);
    }
    in.requireEnd();
    if (!proof.toText().equals(text)) {
      throw ProofFailedException.malformed("it is not written as it was made");
    }
    return proof;
  }

  /** As text, for a file or a letter: lines of a name and a value. It must be kept to the byte. */
  String toText();

  /**
   * Checks all of it. Needs no store.
   *
   * @param key the public key of whoever signed, got from a source that is trusted
   * @throws ProofFailedException if anything does not match, with what it is
   */
  void check(PublicKey key);
}
