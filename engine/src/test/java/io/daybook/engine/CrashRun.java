package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The story of one store, told by a seed: it is opened, written, read and left by a crash, a kill
 * or a close, several times, on a disk that may fail; after each opening it must hold what the
 * model says. At the end nothing fails any more, and all must be there.
 */
final class CrashRun {
  private static final int MOST_LIVES = 5;

  /** Those that each story has: only snapshots link, and they arrange for it themselves. */
  private static final List<DiskOperation> OPERATIONS =
      Stream.of(DiskOperation.values()).filter(one -> one != DiskOperation.LINK).toList();

  /** How the store under test is opened. */
  interface Opener {
    OpenStore open(Disk disk, InstantSource clock, Random random);

    /** Opens what was a copy of the store, in the same way, to go on in it. */
    default OpenStore openCopy(Disk disk, InstantSource clock, Random random) {
      return open(disk, clock, random);
    }

    /** What a verification of the whole store finds wrong. */
    List<String> verify(Disk disk);

    /** Opens something of the store, or of an earlier state of it, with the key that it has. */
    default <T> T withKey(EngineOptions options, Function<EngineOptions, T> opening) {
      return opening.apply(options);
    }

    /** Whether it acknowledges before it syncs. */
    default boolean acknowledgesBeforeSync() {
      return false;
    }
  }

  /** An open store. */
  interface OpenStore {
    EventStore store();

    /** Reclaims what is hidden. */
    default void scavenge() {
      // not every store can
    }

    /** Copies the store as it is to another disk. */
    BackupReport backUp(Disk target);

    /** Makes a snapshot of the store as it is in another folder of its disk. */
    BackupReport snapshot(Disk target);

    /** Commits requests as one group, on this thread. */
    List<StoreOutcome> commit(List<StoreRequest> group);

    /** Syncs what was acknowledged, if the store has not stopped. */
    void sync();

    /** Whether it accepts nothing more, since nobody knows what is durable. */
    boolean hasStopped();
  }

  /** What fails in which life. */
  interface Faults {
    /** How many lives there are, before a last one in which nothing fails. */
    int lives();

    /** Arranges what fails in a life. */
    void arrange(int life, SimulatedDisk disk);
  }

  private final long seed;
  private final Opener opener;
  private final UnaryOperator<Disk> wrapper;
  private final @Nullable Faults faults;
  private final Random random;
  private final TestClock clock = new TestClock();
  private final StoreModel model = new StoreModel(clock);
  private final StoreWorkload workload;
  private final boolean scavenging;
  private final SignedHeads heads;
  private final StoryBackups backups;
  private final StorySnapshots snapshots;
  private final StoryReader reader;
  private SimulatedDisk disk;
  private UUID storeId;

  CrashRun(long seed, Opener opener) {
    this(seed, opener, UnaryOperator.identity());
  }

  /** The wrapper stands between the store and the disk; it may lie. */
  CrashRun(long seed, Opener opener, UnaryOperator<Disk> wrapper) {
    this(seed, opener, wrapper, null);
  }

  /** Without a plan of what fails, the seed says that, too. */
  CrashRun(long seed, Opener opener, UnaryOperator<Disk> wrapper, @Nullable Faults faults) {
    this.seed = seed;
    this.opener = opener;
    this.wrapper = wrapper;
    this.faults = faults;
    this.random = new Random(seed * 0x9e3779b97f4a7c15L + 1);
    this.scavenging = random.nextBoolean();
    this.workload = new StoreWorkload(random, model, clock, scavenging);
    this.heads = new SignedHeads(seed, this::requireFault);
    this.backups =
        new StoryBackups(seed, opener, model, clock, !scavenging, heads, this::requireFault);
    this.snapshots = new StorySnapshots(seed, opener, model, clock, this::requireFault);
    this.reader = new StoryReader(seed, opener, model, clock, this::requireFault);
    this.disk = new SimulatedDisk(seed).foldersInOrder(random.nextBoolean());
  }

  /**
   * Runs the story.
   *
   * @throws AssertionError if the store broke a promise; the message says how to repeat it
   */
  void run() {
    try {
      int lives = faults != null ? faults.lives() : 1 + random.nextInt(MOST_LIVES);
      for (int life = 0; life < lives; life++) {
        if (faults != null) {
          faults.arrange(life, disk);
        } else {
          arrangeFaults();
        }
        live();
      }
      lastLife();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + " (repeat it with -Dseed="
              + seed
              + "): "
              + e.getMessage()
              + "\n"
              + disk.describe(),
          e);
    }
  }

  private void arrangeFaults() {
    if (random.nextInt(4) > 0) {
      disk.crashIn(1 + random.nextInt(List.of(8, 25, 80, 250).get(random.nextInt(4))));
    }
    switch (random.nextInt(8)) {
      case 0 -> disk.failIn(1 + random.nextInt(60));
      case 1 -> disk.failNth(anyOperation(), 1 + random.nextInt(6));
      case 2 -> disk.failWithProbability(anyOperation(), random.nextDouble() / 4);
      case 3 -> disk.capacity(random.nextInt(60_000));
      default -> {
        // this life has a disk that works, until it crashes
      }
    }
  }

  private DiskOperation anyOperation() {
    return OPERATIONS.get(random.nextInt(OPERATIONS.size()));
  }

  private void live() {
    OpenStore opened = tryOpen();
    if (opened != null) {
      use(opened);
      reader.leave();
      leave(opened);
    }
    nextLife();
  }

  /** Opens the store and compares it with the model; null if a fault prevents it. */
  private OpenStore tryOpen() {
    for (int attempt = 0; attempt < 3 && !disk.isDead(); attempt++) {
      try {
        OpenStore opened = opener.open(wrapper.apply(disk), clock, random);
        compareAfterOpening(opened.store(), false);
        return opened;
      } catch (StoreDamagedException e) {
        throw new AssertionError("refused as damaged, but only faults happened: " + e, e);
      } catch (EventStoreFailedException e) {
        requireFault("opening failed", e);
        requireNothingHeld();
      } catch (SimulatedCrash e) {
        assertThat(disk.isDead()).isTrue();
      }
    }
    return null;
  }

  private void compareAfterOpening(EventStore store, boolean indexesToo) {
    model.found(store.head().value());
    reader.requireSeen(store.head().value());
    var check = new StoreCheck(store, model.store());
    check.sameEvents();
    if (random.nextInt(3) == 0 || indexesToo) {
      check.sameIndexes();
    }
    UUID id = store.checkpointAt(Position.FIRST).storeId();
    if (storeId == null) {
      storeId = id;
    }
    assertThat(id).as("the store's id").isEqualTo(storeId);
  }

  private void use(OpenStore opened) {
    int requests = random.nextInt(60);
    boolean certain = true;
    while (requests > 0 && !disk.isDead() && certain) {
      workload.passTime();
      int count = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 1;
      certain = write(opened, count);
      requests -= count;
      if (opener.acknowledgesBeforeSync() && !disk.isDead() && random.nextInt(5) == 0) {
        certain &= sync(opened);
      }
      if (scavenging && certain && !disk.isDead() && random.nextInt(12) == 0) {
        scavenge(opened);
      }
      if (certain && !disk.isDead()) {
        heads.sign(opened.store());
      }
      if (certain && !disk.isDead()) {
        backups.backUp(opened);
        snapshots.take(opened, disk);
      }
      if (certain && !disk.isDead() && !opened.hasStopped()) {
        reader.look(disk, leastSeen());
      }
      if (certain && !disk.isDead() && random.nextInt(6) == 0) {
        new StoreCheck(opened.store(), model.store()).sameRead(workload.read());
      }
    }
    if (!certain && !disk.isDead()) {
      checkStopped(opened);
    }
  }

  private long leastSeen() {
    return opener.acknowledgesBeforeSync() ? model.syncedHead() : model.acknowledgedHead();
  }

  /** Syncs; false if nobody knows what is durable. */
  private boolean sync(OpenStore opened) {
    try {
      opened.sync();
      if (!opened.hasStopped()) {
        model.synced();
        return true;
      }
      requireFault("a sync failed", new AssertionError("it says so"));
    } catch (SimulatedCrash e) {
      assertThat(disk.isDead()).isTrue();
    }
    return false;
  }

  private void scavenge(OpenStore opened) {
    try {
      opened.scavenge();
    } catch (StoreDamagedException e) {
      throw new AssertionError("nothing was damaged: " + e, e);
    } catch (EventStoreFailedException e) {
      requireFault("a scavenge failed", e);
    } catch (SimulatedCrash e) {
      assertThat(disk.isDead()).isTrue();
    }
  }

  /** Writes requests; false if of some nobody was told what became of them. */
  private boolean write(OpenStore opened, int count) {
    List<StoreRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(workload.request());
    }
    List<StoreOutcome> outcomes =
        count == 1 && requests.getFirst() instanceof StoreRequest.Events
            ? List.of(StoreOutcome.of(() -> requests.getFirst().on(opened.store())))
            : opened.commit(requests);
    boolean certain = true;
    for (int i = 0; i < count; i++) {
      certain &= account(requests.get(i), outcomes.get(i), certain);
    }
    return certain;
  }

  /** Compares an outcome with what the model decides. */
  private boolean account(StoreRequest request, StoreOutcome outcome, boolean certain) {
    switch (outcome) {
      case StoreOutcome.Accepted accepted -> {
        boolean repeated = accepted.result().lastPosition().value() <= model.acknowledgedHead();
        if (!certain && !repeated) {
          throw new AssertionError("acknowledged behind an unknown outcome: " + request);
        }
        StoreOutcome expected = repeated ? model.perhaps(request) : model.decide(request);
        assertThat(accepted).as("%s", request).isEqualTo(expected);
      }
      case StoreOutcome.Refused refused -> {
        StoreOutcome expected = certain ? model.decide(request) : model.perhaps(request);
        if (!certain || !(expected instanceof StoreOutcome.Refused why) || !why.isLike(refused)) {
          throw new AssertionError(
              request + " was refused: " + refused.why() + ", but expected was " + expected,
              refused.why());
        }
      }
      case StoreOutcome.Failed failed -> requireFault("an append failed", failed.why());
      case StoreOutcome.Unknown unknown -> {
        requireFault("an append failed", unknown.why());
        model.perhaps(request);
        return false;
      }
    }
    return true;
  }

  /** A store that does not know what is on the disk accepts nothing more. */
  private void checkStopped(OpenStore opened) {
    for (int i = 0; i < 3; i++) {
      StoreRequest request = workload.request();
      StoreOutcome outcome = StoreOutcome.of(() -> request.on(opened.store()));
      assertThat(outcome).as("of a store that stopped").isInstanceOf(StoreOutcome.Unknown.class);
    }
  }

  private void leave(OpenStore opened) {
    if (disk.isDead() || random.nextInt(2) == 0) {
      return;
    }
    try {
      boolean stopped = opened.hasStopped();
      opened.store().close();
      if (!stopped) {
        model.synced();
      }
      requireNothingHeld();
      if (!stopped) {
        snapshots.takeOfClosed(disk);
        requireNothingHeld();
      }
    } catch (EventStoreFailedException e) {
      requireFault("closing failed", e);
      requireNothingHeld();
    } catch (SimulatedCrash e) {
      assertThat(disk.isDead()).isTrue();
    }
  }

  private void nextLife() {
    if (random.nextInt(3) == 0) {
      disk = disk.kill();
    } else {
      disk = disk.powerLoss();
      if (opener.acknowledgesBeforeSync()) {
        model.powerLostBetweenSyncs();
      }
    }
    disk.capacity(SimulatedDisk.UNLIMITED);
    snapshots.check(disk);
  }

  /** Nothing fails any more. */
  private void lastLife() {
    OpenStore opened = openWell();
    for (int i = 0; i < 20; i++) {
      new StoreCheck(opened.store(), model.store()).sameRead(workload.read());
    }
    for (int i = 0; i < 5; i++) {
      assertThat(write(opened, 1)).isTrue();
    }
    if (scavenging) {
      opened.scavenge();
      new StoreCheck(opened.store(), model.store()).sameIndexes();
    }
    heads.signNow(opened.store());
    closeWell(opened);
    backups.check();
    snapshots.takeLast(disk);
    disk = disk.powerLoss();
    snapshots.check(disk);
    switch (random.nextInt(3)) {
      case 0 -> assertThat(opener.verify(disk)).as("found by a verification").isEmpty();
      case 1 -> withoutIndexes();
      default -> {
        // as it is
      }
    }
  }

  /** Index files can all be deleted. */
  private void withoutIndexes() {
    disk.removeFolder("index");
    OpenStore opened = openWell();
    var check = new StoreCheck(opened.store(), model.store());
    check.sameRead(ReadRequest.of(Query.everything()).inReverse());
    check.sameSubscription();
    heads.signNow(opened.store());
    closeWell(opened);
  }

  private OpenStore openWell() {
    OpenStore opened = opener.open(wrapper.apply(disk), clock, random);
    compareAfterOpening(opened.store(), true);
    return opened;
  }

  private void closeWell(OpenStore opened) {
    opened.store().close();
    requireNothingHeld();
  }

  private void requireFault(String what, Throwable why) {
    if (!disk.faultsHappened()) {
      throw new AssertionError(what + ", but no fault was made: " + why, why);
    }
  }

  private void requireNothingHeld() {
    if (!disk.isDead()) {
      assertThat(disk.openFiles()).as("files left open").isEmpty();
      assertThat(disk.mappings()).as("mappings left").isEmpty();
    }
  }
}
