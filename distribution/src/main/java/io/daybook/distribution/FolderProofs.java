package io.daybook.distribution;

import io.daybook.cli.ProgressListener;
import io.daybook.cli.Proofs;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.Proof;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.Position;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Locale;

/** Heads and proofs of embedded stores, for the command. */
final class FolderProofs implements Proofs {
  private final EngineOptions options;

  FolderProofs(EngineOptions options) {
    this.options = options;
  }

  @Override
  public Keys newKeys() {
    KeyPair pair = ProofKeys.newPair();
    return new Keys(
        ProofKeys.privatePem(pair),
        ProofKeys.publicPem(pair.getPublic()),
        ProofKeys.id(pair.getPublic()));
  }

  @Override
  public String signHead(String location, String privateKey, ProgressListener progress) {
    KeyPair key = ProofKeys.pair(privateKey);
    try (EngineStore store = open(location, progress)) {
      return store.signHead(key, listener(progress)).toText();
    }
  }

  @Override
  public String prove(
      String location, Position position, String privateKey, ProgressListener progress) {
    KeyPair key = ProofKeys.pair(privateKey);
    try (EngineStore store = open(location, progress)) {
      SignedHead head = store.signHead(key, listener(progress));
      return prove(store, position, head, progress);
    }
  }

  @Override
  public String proveUnder(
      String location, Position position, String head, ProgressListener progress) {
    SignedHead signed = head(head);
    try (EngineStore store = open(location, progress)) {
      return prove(store, position, signed, progress);
    }
  }

  private static String prove(
      EngineStore store, Position position, SignedHead head, ProgressListener progress) {
    if (position.value() >= head.events()) {
      throw new IllegalArgumentException(
          "there is no event at position "
              + position
              + ": the head has "
              + count(head.events())
              + ", counted from 0");
    }
    return store.prove(position, head, listener(progress)).toText();
  }

  @Override
  public String proveSince(
      String location, String olderHead, String privateKey, ProgressListener progress) {
    KeyPair key = ProofKeys.pair(privateKey);
    SignedHead older = head(olderHead);
    try (EngineStore store = open(location, progress)) {
      SignedHead newer = store.signHead(key, listener(progress));
      return store.proveConsistency(older, newer, listener(progress)).toText();
    }
  }

  @Override
  public String withoutEvent(String proof) {
    return Proof.parse(proof) instanceof InclusionProof inclusion
        ? inclusion.withoutEvent().toText()
        : proof;
  }

  private static SignedHead head(String text) {
    if (Proof.parse(text) instanceof SignedHead head) {
      return head;
    }
    throw new ProofFailedException(
        ProofFailedException.Reason.MALFORMED,
        "this is a proof, and a signed head is needed, as head --sign writes it");
  }

  private EngineStore open(String location, ProgressListener progress) {
    EngineOptions its = options.mustExist().withProgress(listener(progress));
    return EngineStore.open(Path.of(location), its);
  }

  private static io.daybook.engine.ProgressListener listener(ProgressListener progress) {
    return (_, done, total) -> progress.progress(done, total);
  }

  @Override
  public Checked check(String proof, String publicKey) {
    PublicKey key = ProofKeys.publicKey(publicKey);
    Proof parsed = Proof.parse(proof);
    parsed.check(key);
    return switch (parsed) {
      case SignedHead head -> new Checked("the head of " + name(head), null);
      case InclusionProof inclusion ->
          new Checked(sentence(inclusion), inclusion.event().orElse(null));
      case ConsistencyProof consistency -> new Checked(sentence(consistency), null);
    };
  }

  private static String sentence(InclusionProof proof) {
    String what =
        proof
            .event()
            .map(event -> "the event below stands at position " + event.position())
            .orElse(
                "an event with the hash "
                    + proof.leaf()
                    + " stands at position "
                    + proof.position());
    return what + " of " + name(proof.head());
  }

  private static String sentence(ConsistencyProof proof) {
    SignedHead older = proof.older();
    long added = proof.newer().events() - older.events();
    return "the "
        + count(older.events())
        + " signed at "
        + older.signedAt()
        + " stand unchanged at the beginning of "
        + name(proof.newer())
        + "; "
        + (added == 0 ? "none" : String.format(Locale.ROOT, "%,d", added))
        + " came since";
  }

  private static String name(SignedHead head) {
    return "store "
        + head.storeId()
        + " with "
        + count(head.events())
        + ", signed at "
        + head.signedAt()
        + " with the key "
        + head.keyId();
  }

  private static String count(long events) {
    return String.format(Locale.ROOT, "%,d event%s", events, events == 1 ? "" : "s");
  }
}
