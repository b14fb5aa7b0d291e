package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Takes snapshots of the store of a story now and then, while it is open or closed, in folders of
 * the disk that it is on, so that both have files in common. A snapshot stays what the store was
 * while that goes on; and now and then one is opened to be written, which must change nothing of
 * the store. Some of the stories that have backups have it, and it has a random of its own.
 */
final class StorySnapshots {
  private static final int STORIES_FOR_ONE_WITH_SNAPSHOTS = 12;
  private static final ProgressListener NONE = ProgressListener.none();

  /** A snapshot that was opened to be written, and what it must hold since. */
  private record Diverged(String folder, EventStore expected) {}

  private final Random random;
  private final boolean active;
  private final CrashRun.Opener opener;
  private final StoreModel model;
  private final TestClock clock;
  private final BiConsumer<String, Throwable> requireFault;
  private final List<Diverged> diverged = new ArrayList<>();
  private int number;
  private boolean some;
  private long least = -1;
  private long most = -1;

  StorySnapshots(
      long seed,
      CrashRun.Opener opener,
      StoreModel model,
      TestClock clock,
      BiConsumer<String, Throwable> requireFault) {
    this.random = new Random(seed * 31 + 11);
    this.active = seed % STORIES_FOR_ONE_WITH_SNAPSHOTS == 1;
    this.opener = opener;
    this.model = model;
    this.clock = clock;
    this.requireFault = requireFault;
  }

  private String folder() {
    return "snapshot-" + number;
  }

  /** Seldom, of an open store; the disk may fail then. */
  void take(CrashRun.OpenStore opened, SimulatedDisk disk) {
    if (!active || random.nextInt(8) > 0) {
      return;
    }
    arrangeFaults(disk);
    take(disk, opened::snapshot);
    if (!disk.isDead() && random.nextInt(3) == 0) {
      diverge(disk);
    }
  }

  /** Often, of a store that nobody has open any more; the disk may fail then. */
  void takeOfClosed(SimulatedDisk disk) {
    if (active && random.nextInt(3) > 0) {
      arrangeFaults(disk);
      takeWhole(disk);
    }
  }

  /** At the end: nothing fails. */
  void takeLast(SimulatedDisk disk) {
    if (active) {
      takeWhole(disk);
      diverge(disk);
      check(disk);
    }
  }

  private void arrangeFaults(SimulatedDisk disk) {
    switch (random.nextInt(10)) {
      case 0 -> disk.crashIn(1 + random.nextInt(40));
      case 1 -> disk.failIn(1 + random.nextInt(40));
      case 2 -> disk.failNth(DiskOperation.LINK, 1 + random.nextInt(5));
      default -> {
        // what the story has arranged
      }
    }
  }

  private void takeWhole(SimulatedDisk disk) {
    take(disk, target -> new Backup(disk, "simulated", target, "snapshot", true, NONE).run());
  }

  private void take(SimulatedDisk disk, Function<Disk, BackupReport> snapshot) {
    most = Math.max(most, model.acknowledgedHead());
    try {
      long head = snapshot.apply(disk.folder(folder())).head().position().value();
      assertThat(head).as("the head of a snapshot").isEqualTo(model.acknowledgedHead());
      least = head;
      most = head;
      some = true;
    } catch (StoreDamagedException e) {
      throw new AssertionError("damaged, but only faults happened: " + e, e);
    } catch (EventStoreFailedException e) {
      requireFault.accept("a snapshot failed", e);
    } catch (SimulatedCrash _) {
      // the disk is dead, and the life ends
    }
  }

  /** Opens the snapshot to be written, and goes on in it: it is a store of its own from then on. */
  private void diverge(SimulatedDisk disk) {
    Disk target = disk.folder(folder());
    if (!target.exists("MANIFEST")) {
      return;
    }
    try {
      CrashRun.OpenStore own = opener.openCopy(target, clock, random);
      try (EventStore _ = own.store()) {
        goOn(own);
      }
    } catch (StoreDamagedException e) {
      throw new AssertionError("a snapshot is damaged, but only faults happened: " + e, e);
    } catch (EventStoreFailedException e) {
      requireFault.accept("opening a snapshot failed", e);
    } catch (SimulatedCrash _) {
      // the disk is dead, and the life ends; the store must still be what it was
    }
    number++;
    some = false;
    least = -1;
    most = -1;
  }

  /** Writes to what was a snapshot, unless the disk fails. */
  private void goOn(CrashRun.OpenStore own) {
    EventStore expected = model.copyAsOf(requireHead(own.store().head().value()));
    new StoreCheck(own.store(), expected).sameEvents();
    for (int i = random.nextInt(12); i >= 0; i--) {
      var id = new UUID(random.nextLong(), random.nextLong());
      Event event = Event.json("Diverged", "{\"n\":" + i + "}").withId(id).withTags("own:" + i % 3);
      Append append = Append.to("diverged-" + i % 2).events(event);
      if (!isDone(own, expected, new StoreRequest.Events(append))) {
        return;
      }
    }
    if (random.nextBoolean()) {
      List<String> streams = expected.list(Dimension.STREAM, "").toList();
      String stream = streams.get(random.nextInt(streams.size()));
      if (!isDone(own, expected, new StoreRequest.Delete(stream, ExpectedRevision.any()))) {
        return;
      }
      ((EngineStore) own.store()).scavenge(NONE);
    }
    new StoreCheck(own.store(), expected).sameIndexes();
    diverged.add(new Diverged(folder(), expected));
  }

  /** Through a group, since ids of system events come from the seed then. */
  private boolean isDone(CrashRun.OpenStore own, EventStore expected, StoreRequest request) {
    StoreOutcome outcome = own.commit(List.of(request)).getFirst();
    switch (outcome) {
      case StoreOutcome.Failed failed -> requireFault.accept("an append failed", failed.why());
      case StoreOutcome.Unknown unknown -> requireFault.accept("an append failed", unknown.why());
      default -> {
        StoreOutcome wanted = StoreOutcome.of(() -> request.on(expected));
        if (!(outcome instanceof StoreOutcome.Refused refused)
            || !(wanted instanceof StoreOutcome.Refused other)
            || !refused.isLike(other)) {
          assertThat(outcome).as("%s", request).isEqualTo(wanted);
        }
        return true;
      }
    }
    return false;
  }

  /** What is there is what the store was, also where that has gone on since. */
  void check(SimulatedDisk disk) {
    if (!active) {
      return;
    }
    SimulatedDisk copy = disk.copy();
    if (copy.exists(folder() + "/MANIFEST")) {
      compare(copy, folder(), found -> model.asOf(requireHead(found.head().value())));
      verify(copy);
    } else {
      assertThat(some).as("a snapshot was taken").isFalse();
    }
    for (Diverged one : diverged) {
      compare(copy, one.folder(), _ -> one.expected());
    }
    assertThat(copy.openFiles()).as("files left open").isEmpty();
    assertThat(copy.mappings()).as("mappings left").isEmpty();
  }

  private void compare(
      SimulatedDisk copy, String folder, Function<EventStore, EventStore> expected) {
    Disk there = copy.folder(folder);
    try (EventStore found =
        opener.withKey(
            EngineOptions.defaults().withClock(clock),
            options -> new ReadOnlyStore(Follower.open(there, folder, options), options))) {
      var check = new StoreCheck(found, expected.apply(found));
      check.sameEvents();
      if (random.nextInt(3) == 0) {
        check.sameIndexes();
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("of " + folder + ": " + e.getMessage(), e);
    }
  }

  private void verify(SimulatedDisk copy) {
    if (random.nextInt(4) > 0) {
      return;
    }
    VerifyReport report =
        opener.withKey(
            EngineOptions.defaults(),
            options -> EngineStore.verify(copy.folder(folder()), "snapshot", options, NONE));
    assertThat(report.damages()).as("found by a verification of the snapshot").isEmpty();
  }

  private long requireHead(long head) {
    if (head < least || head > most) {
      throw new AssertionError(
          "a snapshot ends with position " + head + ", not from " + least + " to " + most);
    }
    return head;
  }
}
