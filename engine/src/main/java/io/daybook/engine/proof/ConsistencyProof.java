package io.daybook.engine.proof;

import io.daybook.engine.tree.MerklePaths;
import java.security.PublicKey;
import java.util.List;
import java.util.Objects;

/**
 * The evidence that the events of an older head are, unchanged and in their order, the first ones
 * of a newer head: nothing was changed, removed or put in between.
 *
 * @param older the older head
 * @param newer the newer head
 * @param path the hashes that lead from both to the newer root
 */
public record ConsistencyProof(SignedHead older, SignedHead newer, List<Hash> path)
    implements Proof {
  static final String TITLE = "daybook-consistency 1";

  /** Copies the path. */
  public ConsistencyProof {
    Objects.requireNonNull(older, "older");
    Objects.requireNonNull(newer, "newer");
    path = List.copyOf(path);
  }

  static ConsistencyProof read(ProofReader in) {
    in.line(TITLE);
    SignedHead older = SignedHead.read(in);
    SignedHead newer = SignedHead.read(in);
    return new ConsistencyProof(older, newer, in.path());
  }

  @Override
  public String toText() {
    return new ProofWriter()
        .line(TITLE)
        .all(older.toText())
        .all(newer.toText())
        .path(path)
        .toString();
  }

  @Override
  public void check(PublicKey key) {
    older.check(key);
    newer.check(key);
    if (!older.storeId().equals(newer.storeId())) {
      throw new ProofFailedException(
          ProofFailedException.Reason.OTHER_STORE,
          "the heads are of two stores: " + older.storeId() + " and " + newer.storeId());
    }
    boolean consistent =
        MerklePaths.consistent(
            older.events(),
            older.root().toByteArray(),
            newer.events(),
            newer.root().toByteArray(),
            path.stream().map(Hash::toByteArray).toList());
    if (!consistent) {
      throw changed(older, newer);
    }
  }

  private static ProofFailedException changed(SignedHead older, SignedHead newer) {
    String restored =
        older.epoch() == newer.epoch()
            ? ""
            : "; between them the store was set back to an earlier point (epoch "
                + older.epoch()
                + ", then "
                + newer.epoch()
                + ")";
    return new ProofFailedException(
        ProofFailedException.Reason.HISTORY_CHANGED,
        "history does not match: the "
            + older.events()
            + " events that were signed at "
            + older.signedAt()
            + " are not the first of the "
            + newer.events()
            + " that were signed at "
            + newer.signedAt()
            + restored);
  }
}
