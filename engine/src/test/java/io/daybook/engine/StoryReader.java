package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Another process that has the store of a story open to be read: it sees what is durable, nothing
 * else, and what it saw is there for ever. Some stories only have it, and it has a random of its
 * own.
 */
final class StoryReader {
  private static final int STORIES_FOR_ONE_WITH_A_READER = 4;

  private final Random random;
  private final boolean active;
  private final StoreModel model;
  private final EngineOptions options;
  private final CrashRun.Opener opener;
  private final BiConsumer<String, Throwable> requireFault;
  private ReadOnlyStore store;
  private long seen = -1;

  StoryReader(
      long seed,
      CrashRun.Opener opener,
      StoreModel model,
      TestClock clock,
      BiConsumer<String, Throwable> requireFault) {
    this.random = new Random(seed * 31 + 11);
    this.active = seed % STORIES_FOR_ONE_WITH_A_READER == 2;
    this.opener = opener;
    this.model = model;
    this.options = EngineOptions.defaults().withClock(clock);
    this.requireFault = requireFault;
  }

  /**
   * Looks now and then, while nothing is uncertain.
   *
   * @param least the last position that must be seen
   */
  void look(SimulatedDisk disk, long least) {
    if (!active || random.nextInt(4) > 0) {
      return;
    }
    try {
      compareWithKeys(disk, least);
    } catch (StoreDamagedException e) {
      throw new AssertionError("a reader found damage, but only faults happened: " + e, e);
    } catch (EventStoreFailedException e) {
      requireFault.accept("a reader failed", e);
    } catch (AssertionError e) {
      throw new AssertionError("of a reader beside the writer: " + e.getMessage(), e);
    } catch (SimulatedCrash _) {
      assertThat(disk.isDead()).isTrue();
    }
    if (random.nextInt(8) == 0) {
      leave();
    }
  }

  /** Where the store has another key since this one opened it, it is opened again. */
  private void compareWithKeys(SimulatedDisk disk, long least) {
    boolean justOpened = store == null;
    try {
      if (justOpened) {
        open(disk);
      }
      compare(least);
    } catch (StoreKeyException e) {
      if (justOpened) {
        throw e;
      }
      leave();
      open(disk);
      compare(least);
    }
  }

  private void open(SimulatedDisk disk) {
    store =
        opener.withKey(
            options, keyed -> new ReadOnlyStore(Follower.open(disk, "simulated", keyed), keyed));
  }

  private void compare(long least) {
    long head = store.head().value();
    if (head < least || head < seen || head > model.acknowledgedHead()) {
      throw new AssertionError(
          "it sees up to "
              + head
              + ", saw "
              + seen
              + ", and must see from "
              + least
              + " to "
              + model.acknowledgedHead());
    }
    seen = head;
    var check = new StoreCheck(store, model.asOf(head));
    check.sameEvents();
    if (random.nextInt(6) == 0) {
      check.sameIndexes();
    }
  }

  /** After an opening: what was seen is there. */
  void requireSeen(long head) {
    if (head < seen) {
      throw new AssertionError(
          "a reader saw position " + seen + ", and the store ends with " + head);
    }
  }

  /** The process ends. */
  void leave() {
    if (store != null) {
      store.close();
      store = null;
    }
  }
}
