package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Backs the store of a story up now and then, onto a disk that may fail, too, and looks what became
 * of it: it is a store as it was at some moment, at least as of the last backup that was done, and
 * a store can be made of it, also as of an earlier position. Some stories only have it, and it has
 * a random of its own.
 */
final class StoryBackups {
  private static final int STORIES_FOR_ONE_WITH_BACKUPS = 4;
  private static final ProgressListener NONE = ProgressListener.none();

  private final Random random;
  private final boolean active;
  private final CrashRun.Opener opener;
  private final StoreModel model;
  private final TestClock clock;
  private final boolean anyMoment;
  private final SignedHeads heads;
  private final BiConsumer<String, Throwable> requireFault;
  private SimulatedDisk vault;
  private boolean some;
  private long least = -1;

  /**
   * Of a story.
   *
   * @param anyMoment whether an earlier moment can be gone back to with all that was seen then: not
   *     if it was scavenged since
   * @param heads what was signed, and what is restored must go on from
   */
  StoryBackups(
      long seed,
      CrashRun.Opener opener,
      StoreModel model,
      TestClock clock,
      boolean anyMoment,
      SignedHeads heads,
      BiConsumer<String, Throwable> requireFault) {
    this.random = new Random(seed * 31 + 7);
    this.active = seed % STORIES_FOR_ONE_WITH_BACKUPS == 1;
    this.opener = opener;
    this.model = model;
    this.clock = clock;
    this.anyMoment = anyMoment;
    this.heads = heads;
    this.requireFault = requireFault;
    this.vault = new SimulatedDisk(seed + 1_000_003);
  }

  /** Seldom; one disk or the other may fail. */
  void backUp(CrashRun.OpenStore opened) {
    if (!active || random.nextInt(10) > 0) {
      return;
    }
    if (random.nextInt(3) == 0) {
      vault.crashIn(1 + random.nextInt(25));
    } else if (random.nextInt(4) == 0) {
      vault.failIn(1 + random.nextInt(25));
    } else if (random.nextInt(4) == 0) {
      vault.capacity(random.nextInt(60_000));
    }
    try {
      long head = opened.backUp(vault).head().position().value();
      assertThat(head).as("the head of a backup").isEqualTo(model.acknowledgedHead());
      least = head;
      some = true;
    } catch (StoreDamagedException e) {
      throw new AssertionError("damaged, but only faults happened: " + e, e);
    } catch (EventStoreFailedException e) {
      if (!vault.faultsHappened()) {
        requireFault.accept("a backup failed", e);
      }
    } catch (SimulatedCrash _) {
      // of one of the two; both can be found out below, and by the story
    }
    vault = random.nextBoolean() ? vault.powerLoss() : vault.kill();
    vault.capacity(SimulatedDisk.UNLIMITED);
    check();
  }

  /** What is there is a store of the past. */
  void check() {
    if (!active) {
      return;
    }
    SimulatedDisk copy = vault.copy();
    if (!copy.exists("MANIFEST")) {
      assertThat(some).as("a backup was done").isFalse();
      return;
    }
    try (EventStore found = readOnly(copy)) {
      compare(found, model.asOf(requireHead(found.head().value())));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("of the backup: " + e.getMessage() + copy.describe(), e);
    }
    restore(copy);
    assertThat(copy.openFiles()).as("files left open").isEmpty();
    assertThat(copy.mappings()).as("mappings left").isEmpty();
  }

  private long requireHead(long head) {
    if (head < least || head > model.head()) {
      throw new AssertionError(
          "a backup ends with position " + head + ", not from " + least + " to " + model.head());
    }
    return head;
  }

  private ReadOnlyStore readOnly(SimulatedDisk disk) {
    return opener.withKey(
        EngineOptions.defaults().withClock(clock),
        options -> new ReadOnlyStore(Follower.open(disk, "backup", options), options));
  }

  private void restore(SimulatedDisk copy) {
    boolean earlier = anyMoment && least > 0 && random.nextInt(3) == 0;
    var position = new Position(earlier ? random.nextLong(least) : 0);
    var target = new SimulatedDisk(5);
    var asOf = earlier ? new ReadRequest.AsOf.AtPosition(position) : new ReadRequest.AsOf.Now();
    try (EngineStore restored =
        opener.withKey(
            EngineOptions.defaults().withClock(clock).withoutThreads(),
            options -> {
              new Restore(copy, "backup", target, "restored", clock, options, NONE).run(asOf);
              return EngineStore.open(target, "restored", options);
            })) {
      long head = restored.head().value();
      if (earlier) {
        assertThat(head).isEqualTo(model.lastWhole(position.value()));
      } else {
        requireHead(head);
      }
      compare(restored, model.asOf(head));
      heads.checkRestored(restored);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "of what was restored" + (earlier ? " as of " + position : "") + ": " + e.getMessage(),
          e);
    }
    assertThat(target.openFiles()).as("files left open").isEmpty();
  }

  private void compare(EventStore store, EventStore expected) {
    var check = new StoreCheck(store, expected);
    check.sameEvents();
    if (random.nextInt(3) == 0) {
      check.sameIndexes();
    }
  }
}
