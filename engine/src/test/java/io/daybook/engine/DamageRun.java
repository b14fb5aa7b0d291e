package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.tck.TestClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * The story of a store that is written without a fault and left by a close or a kill, and whose
 * bytes are then not what was written: it is refused, refuses to answer, or answers as if nothing
 * had happened. Only the end of the log may be taken for what was torn by a crash: if nothing
 * behind the damaged place tells better.
 */
final class DamageRun {
  /** What happens to the bytes. */
  enum Damage {
    /** A bit is another on the medium. */
    FLIPPED_AT_REST,
    /** A bit is another each time it is read in one life, and right on the medium. */
    FLIPPED_ON_READ,
    /** A write went astray: a sector stands where another should, of this file or another. */
    MISDIRECTED_WRITE,
    /** A write was acknowledged and synced, and never came: a sector is as it was before. */
    LOST_WRITE,
    /** A sector is all zeros. */
    ERASED_SECTOR
  }

  private final long seed;
  private final Damage damage;
  private final Random random;
  private final TestClock clock = new TestClock();
  private final StoreModel model = new StoreModel(clock);
  private final StoreWorkload workload;
  private final EngineOpener opener = new EngineOpener();
  private SimulatedDisk disk;
  private SimulatedDisk earlier;
  private final List<Group> groups = new ArrayList<>();
  private boolean closed;
  private int closedAt;
  private Place place = new Place("", 0, 0);

  /** Where a group was written, and the last position then. */
  private record Group(String file, int start, int end, long head) {}

  /** What is not what was written. */
  private record Place(String file, int start, int end) {}

  DamageRun(long seed, Damage damage) {
    this.seed = seed;
    this.damage = damage;
    this.random = new Random(seed * 0x9e3779b97f4a7c15L + 5);
    this.workload = new StoreWorkload(random, model, clock, true);
    this.disk = new SimulatedDisk(seed);
    this.earlier = disk;
  }

  /**
   * Runs the story.
   *
   * @return whether the damage was noticed
   * @throws AssertionError if there was a wrong answer, or something else than a typed error
   */
  boolean run() {
    String what = damage.toString();
    try {
      write();
      what = damage();
      boolean noticed = isNoticed();
      if (damage == Damage.FLIPPED_ON_READ) {
        disk = disk.kill();
        disk.readWell();
        requireWhole();
      }
      return noticed;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + ", " + what + ": " + e.getMessage() + "\n" + disk.describe(), e);
    }
  }

  /** In every second story each read waits for the disk. */
  private Disk seen(Disk medium) {
    return seed % 2 == 0 ? medium : new ColdDisk(medium);
  }

  private void write() {
    CrashRun.OpenStore opened = opener.open(seen(disk), clock, random);
    int count = 8 + random.nextInt(30);
    int remembered = random.nextInt(count);
    for (int i = 0; i < count; i++) {
      workload.passTime();
      List<StoreRequest> group = new ArrayList<>();
      for (int j = random.nextInt(4); j >= 0; j--) {
        group.add(workload.request());
      }
      opened.commit(group);
      group.forEach(model::decide);
      String log = activeLog();
      groups.add(new Group(log, disk.lastWriteStart(log), disk.lastWriteEnd(log), model.head()));
      if (random.nextInt(20) == 0) {
        opened.scavenge();
      }
      if (i == remembered) {
        earlier = disk.copy();
      }
    }
    assertThat(opened.store().head().value()).isEqualTo(model.head());
    closed = random.nextBoolean();
    if (closed) {
      opened.store().close();
      closedAt = disk.lastWriteStart(activeLog());
    }
    disk = disk.kill();
  }

  private String activeLog() {
    return disk.files().stream()
        .filter(name -> name.endsWith(".log"))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Does it, and says what it was. */
  private String damage() {
    String file = anyFile();
    int size = disk.contents(file).length;
    int sector = random.nextInt(Math.ceilDiv(size, SimulatedDisk.SECTOR_BYTES));
    int offset = random.nextInt(size);
    int bit = random.nextInt(8);
    int start = sector * SimulatedDisk.SECTOR_BYTES;
    place =
        damage == Damage.FLIPPED_AT_REST || damage == Damage.FLIPPED_ON_READ
            ? new Place(file, offset, offset + 1)
            : new Place(file, start, start + SimulatedDisk.SECTOR_BYTES);
    switch (damage) {
      case FLIPPED_AT_REST -> disk.flipBit(file, offset, bit);
      case FLIPPED_ON_READ -> disk.flipOnRead(file, offset, bit);
      case MISDIRECTED_WRITE -> {
        String source = random.nextBoolean() ? file : anyFile();
        int from = random.nextInt(Math.ceilDiv(disk.contents(source).length, 512));
        disk.misdirect(source, from, file, sector);
        return damage + " of sector " + from + " of " + source + " to " + sector + " of " + file;
      }
      case LOST_WRITE -> {
        byte[] before = earlier.files().contains(file) ? earlier.contents(file) : new byte[0];
        byte[] old = new byte[SimulatedDisk.SECTOR_BYTES];
        int from = Math.min(before.length, sector * old.length);
        System.arraycopy(before, from, old, 0, Math.min(old.length, before.length - from));
        disk.replaceSector(file, sector, old);
      }
      case ERASED_SECTOR -> disk.replaceSector(file, sector, new byte[SimulatedDisk.SECTOR_BYTES]);
    }
    return damage + " in " + file + ", sector " + sector + ", bit " + bit + " of byte " + offset;
  }

  /** Most often one that holds something. */
  private String anyFile() {
    List<String> files = disk.files().stream().filter(f -> disk.contents(f).length > 0).toList();
    return files.get(random.nextInt(files.size()));
  }

  private boolean isNoticed() {
    try (EventStore store = opener.open(seen(disk), clock, random).store()) {
      compare(store);
      return false;
    } catch (EventStoreFailedException e) {
      return true;
    }
  }

  private void compare(EventStore store) {
    long head = store.head().value();
    if (head != model.head() && (head != model.lastWhole(head) || !mayEndWith(head))) {
      throw new AssertionError("it ends with position " + head + " instead of " + model.head());
    }
    var check = new StoreCheck(store, model.asOf(head));
    check.sameEvents();
    check.sameIndexes();
    check.sameRead(ReadRequest.of(Query.everything()).inReverse());
    for (int i = 0; i < 3; i++) {
      check.sameRead(workload.read());
    }
  }

  /** Whether all behind a position may look as if it had been torn by a crash. */
  private boolean mayEndWith(long head) {
    String active = groups.getLast().file();
    if (!place.file().equals(active) || (closed && closedAt >= place.end())) {
      return false;
    }
    long least = Long.parseLong(active.substring("log/".length(), active.indexOf('-'))) - 1;
    for (Group group : groups) {
      if (group.file().equals(active)) {
        if (group.start() >= place.end()) {
          return false; // it says that the place was durable
        }
        least = group.end() <= place.start() ? Math.max(least, group.head()) : least;
      }
    }
    return head >= least;
  }

  /** Nothing was made worse by what was read wrong. */
  private void requireWhole() {
    try (EventStore store = opener.open(seen(disk), clock, random).store()) {
      compare(store);
    }
    assertThat(opener.verify(disk)).as("found by a verification").isEmpty();
  }
}
