package io.daybook.engine;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.StoreDamagedException;
import java.security.KeyPair;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Signs heads of a store now and then, through all its lives: each must go on from the one before.
 * Signing takes as long as the rest of a story, so that only one of ten has it. Has a random of its
 * own, so that the story is the same with and without it.
 */
final class SignedHeads {
  private static final KeyPair KEY = ProofKeys.newPair();
  private static final ProgressListener NONE = ProgressListener.none();

  private static final int STORIES_FOR_ONE_THAT_SIGNS = 10;

  private final Random random;
  private final boolean signs;
  private final BiConsumer<String, Throwable> requireFault;
  private SignedHead last;

  SignedHeads(long seed, BiConsumer<String, Throwable> requireFault) {
    this.random = new Random(seed);
    this.signs = seed % STORIES_FOR_ONE_THAT_SIGNS == 0;
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
    if (last != null) {
      engine.proveConsistency(last, head, NONE).check(KEY.getPublic());
    }
    if (head.events() > 0) {
      var position = new Position(random.nextLong(head.events()));
      engine.prove(position, head, NONE).check(KEY.getPublic());
    }
    last = head;
  }
}
