package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.Hash;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.engine.tree.MerklePaths;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.StoreDamagedException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Signs heads of a store now and then, through all its lives: each must go on from the one before,
 * and what is restored of a backup from all before its end, and from no other. Signing takes as
 * long as the rest of a story, so that only one of ten has it, and besides one of five of those
 * that have backups. Has a random of its own, so that the story is the same with and without it.
 */
final class SignedHeads {
  private static final KeyPair KEY = ProofKeys.newPair();
  private static final ProgressListener NONE = ProgressListener.none();

  private static final int STORIES_FOR_ONE_THAT_SIGNS = 10;
  private static final int STORIES_FOR_ONE_THAT_RESTORES = 20;

  private final Random random;
  private final boolean signs;
  private final BiConsumer<String, Throwable> requireFault;
  private final List<SignedHead> signed = new ArrayList<>();

  SignedHeads(long seed, BiConsumer<String, Throwable> requireFault) {
    this.random = new Random(seed);
    this.signs =
        seed % STORIES_FOR_ONE_THAT_SIGNS == 0 || seed % STORIES_FOR_ONE_THAT_RESTORES == 5;
    this.requireFault = requireFault;
  }

  /** Seldom; the disk may fail. */
  void sign(EventStore store) {
    if (random.nextInt(12) > 0) {
      return;
    }
    try {
      signNow(store);
    } catch (StoreDamagedException e) {
      throw new AssertionError("damaged, but only faults happened: " + e, e);
    } catch (EventStoreFailedException e) {
      requireFault.accept("signing failed", e);
    } catch (SimulatedCrash _) {
      // the disk is dead, and the life ends
    }
  }

  void signNow(EventStore store) {
    if (!signs) {
      return;
    }
    var engine = (EngineStore) store;
    SignedHead head = engine.signHead(KEY, NONE);
    if (!signed.isEmpty()) {
      requireConsistent(engine, List.of(signed.getLast()), head);
    }
    proveAny(engine, head);
    signed.add(head);
  }

  /** The head is checked, too. */
  private void proveAny(EngineStore store, SignedHead head) {
    if (head.events() == 0) {
      head.check(KEY.getPublic());
      return;
    }
    var position = new Position(random.nextLong(head.events()));
    store.prove(position, head, NONE).check(KEY.getPublic());
  }

  /**
   * What was restored proves that it goes on from all heads up to its end, and does not claim that
   * it does from those beyond, also where it has as many events again. It is written to for that.
   */
  void checkRestored(EngineStore restored) {
    if (!signs) {
      return;
    }
    SignedHead now = restored.signHead(KEY, NONE);
    assertThat(now.events()).isEqualTo(restored.head().value() + 1);
    List<SignedHead> before = new ArrayList<>(signed);
    before.removeIf(head -> head.events() > now.events());
    requireConsistent(restored, before, now);
    proveAny(restored, now);
    if (before.size() == signed.size()) {
      return;
    }
    List<SignedHead> beyond = new ArrayList<>(signed);
    beyond.removeAll(before);
    for (SignedHead head : beyond) {
      assertThatThrownBy(() -> restored.proveConsistency(now, head, NONE))
          .isInstanceOf(ProofFailedException.class);
    }
    List<Event> others = new ArrayList<>();
    for (long events = now.events(); events < beyond.getLast().events(); events++) {
      others.add(
          new Event(
              new UUID(random.nextLong(), random.nextLong()),
              "Diverged",
              List.of(),
              Payload.empty(),
              Payload.empty()));
    }
    restored.append("diverged", ExpectedRevision.any(), others);
    SignedHead diverged = restored.signHead(KEY, NONE);
    diverged.check(KEY.getPublic());
    for (SignedHead head : beyond) {
      assertThatThrownBy(() -> restored.proveConsistency(head, diverged, NONE))
          .isInstanceOf(ProofFailedException.class);
    }
    before.add(now);
    requireConsistent(restored, before, diverged);
  }

  /** All but the signatures, which take most of the time: each was checked with its head. */
  private static void requireConsistent(
      EngineStore store, List<SignedHead> older, SignedHead newer) {
    for (SignedHead head : older) {
      ConsistencyProof proof = store.proveConsistency(head, newer, NONE);
      boolean consistent =
          MerklePaths.consistent(
              head.events(),
              head.root().toByteArray(),
              newer.events(),
              newer.root().toByteArray(),
              proof.path().stream().map(Hash::toByteArray).toList());
      assertThat(consistent).as("%s before %s", head, newer).isTrue();
    }
  }
}
