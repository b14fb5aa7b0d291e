package io.daybook.engine;

import io.daybook.engine.io.Faults;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Micros;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.Position;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.UUID;

/** The heads and proofs of an open store; see {@link EngineStore#signHead}. */
final class HeadsAndProofs {
  private final OpenedStore parts;
  private final StoreReader reader;
  private final Runnable makeDurable;

  /** The action makes durable what is acknowledged. */
  HeadsAndProofs(OpenedStore parts, StoreReader reader, Runnable makeDurable) {
    this.parts = parts;
    this.reader = reader;
    this.makeDurable = makeDurable;
  }

  SignedHead signHead(KeyPair key, ProgressListener progress) {
    StoreTree.Root root = hashing(() -> parts.tree().root(hashed(progress)));
    makeDurable.run(); // what is signed must not be lost, whatever durability was chosen
    Instant now = Micros.toInstant(reader.nowMicros());
    Manifest store = parts.manifest();
    return SignedHead.sign(store.storeId(), store.epoch(), root.size(), root.hash(), now, key);
  }

  InclusionProof prove(Position position, SignedHead head, ProgressListener progress) {
    requireOwn(head);
    if (position.value() < 0 || position.value() >= head.events()) {
      throw new IllegalArgumentException(
          "position " + position + " is not one of the head's " + head.events() + " events");
    }
    return hashing(() -> parts.tree().prove(position, head, reader::shows, hashed(progress)));
  }

  ConsistencyProof proveConsistency(SignedHead older, SignedHead newer, ProgressListener progress) {
    requireOwn(older);
    requireOwn(newer);
    return hashing(() -> parts.tree().proveConsistency(older, newer, hashed(progress)));
  }

  private void requireOwn(SignedHead head) {
    UUID storeId = parts.manifest().storeId();
    if (!head.storeId().equals(storeId)) {
      throw new ProofFailedException(
          ProofFailedException.Reason.OTHER_STORE,
          "the head is of the store " + head.storeId() + ", and this is " + storeId);
    }
  }

  private <T> T hashing(Maintenance.Work<T> work) {
    reader.requireOpen();
    try {
      return parts.maintenance().mending(() -> parts.maintenance().visit(work));
    } catch (IOException e) {
      throw Faults.failed("hashing", "the log", e);
    }
  }

  /** A closing need not wait for all that is to be hashed. */
  private StoreTree.Progress hashed(ProgressListener progress) {
    return (done, total) -> {
      reader.requireOpen();
      progress.progressed("hash", done, total);
    };
  }
}
