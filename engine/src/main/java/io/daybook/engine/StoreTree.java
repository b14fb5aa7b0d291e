package io.daybook.engine;

import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Stub;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.Hash;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.SignedHead;
import io.daybook.engine.tree.BlockRoots;
import io.daybook.engine.tree.EventSource;
import io.daybook.engine.tree.LeafFile;
import io.daybook.engine.tree.LeafFiles;
import io.daybook.engine.tree.Leaves;
import io.daybook.engine.tree.LogLeaves;
import io.daybook.engine.tree.MerklePaths;
import io.daybook.engine.tree.MerkleTree;
import io.daybook.engine.tree.StoreLeaves;
import io.daybook.engine.tree.TreeHash;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The Merkle tree over an open store. Any thread may ask; one is answered at a time, and appends do
 * not wait for it.
 *
 * <p>The leaves of full log files are put into files the first time; those of the active one are
 * made of its events. Where files cannot be written, all are.
 */
final class StoreTree {
  private static final System.Logger LOG = System.getLogger(StoreTree.class.getName());

  private final LeafFiles files;
  private final Published published;
  private final BlockRoots roots = new BlockRoots();
  private final ReentrantLock lock = new ReentrantLock();

  StoreTree(LeafFiles files, Published published) {
    this.files = files;
    this.published = published;
  }

  /** What is asked of the tree. */
  private interface Question<T> {
    T ask(MerkleTree tree, long size);
  }

  /** The root over all that is stored now. */
  record Root(long size, Hash hash) {}

  /**
   * The root over all that is stored now.
   *
   * @param progress is told how many events were hashed since it was told before
   */
  Root root(Progress progress) throws IOException {
    return ask((tree, size) -> new Root(size, Hash.of(tree.root(size))), progress);
  }

  /** Hears how many events were hashed, of how many in all. */
  interface Progress {
    void hashed(long done, long total);
  }

  /** See {@link EngineStore#prove}. */
  InclusionProof prove(
      Position position, SignedHead head, Predicate<RecordedEvent> isShown, Progress progress)
      throws IOException {
    return ask(
        (tree, size) -> {
          requireStored(head, size);
          byte[] leaf = tree.leaf(position.value());
          List<byte[]> path = tree.inclusion(position.value(), head.events());
          if (!MerklePaths.includes(
              position.value(), head.events(), leaf, path, head.root().toByteArray())) {
            throw changed(head);
          }
          return proof(head, position, Hash.of(leaf), hashes(path), isShown);
        },
        progress);
  }

  private InclusionProof proof(
      SignedHead head,
      Position position,
      Hash leaf,
      List<Hash> path,
      Predicate<RecordedEvent> isShown) {
    Snapshot snapshot = published.lease();
    try {
      RecordedEvent event = source(snapshot).at(position.value());
      if (event == null || !isShown.test(event)) {
        return InclusionProof.ofLeaf(head, position, leaf, path);
      }
      InclusionProof proof = InclusionProof.of(head, event, path);
      if (!proof.leaf().equals(leaf)) {
        throw new StoreDamagedException(
            snapshot.version().logAt(position.value()).name(),
            0,
            "the event at position "
                + position
                + " is not the one that was hashed: it was changed; restore the file from a"
                + " backup");
      }
      return proof;
    } finally {
      snapshot.version().release();
    }
  }

  /** See {@link EngineStore#proveConsistency}. */
  ConsistencyProof proveConsistency(SignedHead older, SignedHead newer, Progress progress)
      throws IOException {
    return ask(
        (tree, size) -> {
          requireStored(older, size);
          requireStored(newer, size);
          if (older.events() > newer.events()) {
            throw new IllegalArgumentException(
                "the older head has more events than the newer one: "
                    + older.events()
                    + " and "
                    + newer.events());
          }
          List<byte[]> path = tree.consistency(older.events(), newer.events());
          if (!MerklePaths.consistent(
              older.events(),
              older.root().toByteArray(),
              newer.events(),
              newer.root().toByteArray(),
              path)) {
            boolean olderHolds = Hash.of(tree.root(older.events())).equals(older.root());
            throw changed(olderHolds ? newer : older);
          }
          return new ConsistencyProof(older, newer, hashes(path));
        },
        progress);
  }

  private static void requireStored(SignedHead head, long size) {
    if (head.events() > size) {
      throw new ProofFailedException(
          ProofFailedException.Reason.HISTORY_CHANGED,
          "history does not match: the head that was signed at "
              + head.signedAt()
              + " has "
              + head.events()
              + " events, and the store has only "
              + size
              + ": events were cut off, or the store is an older copy");
    }
  }

  private static ProofFailedException changed(SignedHead head) {
    return new ProofFailedException(
        ProofFailedException.Reason.HISTORY_CHANGED,
        "history does not match: the first "
            + head.events()
            + " events of the store are not those that were signed at "
            + head.signedAt()
            + "; one of them was changed, or the head was");
  }

  private static List<Hash> hashes(List<byte[]> path) {
    return path.stream().map(Hash::of).toList();
  }

  private <T> T ask(Question<T> question, Progress progress) throws IOException {
    lock.lock();
    try {
      Snapshot snapshot = published.lease();
      try {
        return ask(question, snapshot, progress);
      } finally {
        snapshot.version().release();
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> T ask(Question<T> question, Snapshot snapshot, Progress progress) throws IOException {
    var counting = new Counting(progress, snapshot.head() + 1);
    int mendings = snapshot.version().logs().size();
    while (true) {
      try (StoreLeaves leaves = leaves(snapshot, counting)) {
        return question.ask(new MerkleTree(leaves, new TreeHash()), snapshot.head() + 1);
      } catch (StoreDamagedException e) {
        if (mendings-- == 0 || !mend(snapshot, counting, e)) {
          throw e;
        }
      }
    }
  }

  /** Counts what was hashed. */
  private static final class Counting {
    private final Progress progress;
    private final long total;
    private long done;

    Counting(Progress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    void hashed(long events) {
      done += events;
      progress.hashed(Math.min(done, total), total);
    }
  }

  private StoreLeaves leaves(Snapshot snapshot, Counting counting) throws IOException {
    var hash = new TreeHash();
    EventSource events = source(snapshot);
    List<LogFile> logs = snapshot.version().logs();
    var leaves = new StoreLeaves(hash);
    boolean done = false;
    try {
      for (int i = 0; i < logs.size() - 1; i++) {
        leaves.add(logs.get(i + 1).base(), ofFull(logs.get(i), events, hash, counting));
      }
      leaves.add(snapshot.head() + 1, new LogLeaves(events, hash, roots, counting::hashed));
      done = true;
      return leaves;
    } finally {
      if (!done) {
        leaves.close();
      }
    }
  }

  private Leaves ofFull(LogFile log, EventSource events, TreeHash hash, Counting counting) {
    try {
      LeafFile file = files.openOrMake(log.base(), events, counting::hashed);
      roots.forget(log.base(), log.base() + file.count());
      return file;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "hashes of the log were not kept, and are made anew next time", e);
      return new LogLeaves(events, hash, roots, counting::hashed);
    }
  }

  private boolean mend(Snapshot snapshot, Counting counting, StoreDamagedException damage)
      throws IOException {
    List<LogFile> logs = snapshot.version().logs();
    for (LogFile log : logs.subList(0, logs.size() - 1)) {
      if (files.mend(log.base(), source(snapshot), counting::hashed, damage)) {
        return true;
      }
    }
    return false;
  }

  /** Reads the events of a snapshot, which the caller has leased. */
  private static EventSource source(Snapshot snapshot) {
    var reader = new EventReader();
    return position -> Stub.unless(snapshot.version().read(reader, position));
  }
}
