package io.daybook.engine.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault of the simulated disk is seen, and none that was not asked for. */
final class SimulatedDiskTest extends DiskContract {
  private static final int SECTOR = SimulatedBytes.SECTOR_BYTES;

  @Override
  Disk newDisk() {
    return new SimulatedDisk(1);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static void fill(DiskFile file, int offset, int length, int value) throws IOException {
    file.write(offset, filled(length, value), 0, length);
  }

  /** A disk with a durable file of that many bytes of 1. */
  private static SimulatedDisk diskWithFile(long seed, int size) throws IOException {
    var disk = new SimulatedDisk(seed);
    try (DiskFile file = disk.create("f")) {
      fill(file, 0, size, 1);
      file.sync();
      disk.syncFolder("");
    }
    return disk;
  }

  /** The values that the sectors of a file hold; each is of one value. */
  private static List<Integer> sectors(SimulatedDisk disk, String name) {
    byte[] bytes = disk.contents(name);
    var values = new Integer[bytes.length / SECTOR];
    for (int sector = 0; sector < values.length; sector++) {
      byte[] part = Arrays.copyOfRange(bytes, sector * SECTOR, (sector + 1) * SECTOR);
      assertThat(part).containsOnly(part[0]);
      values[sector] = (int) part[0];
    }
    return List.of(values);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSyncedIsKept(Loss loss) throws IOException {
    SimulatedDisk disk = diskWithFile(1, 2 * SECTOR);
    try (DiskFile file = disk.open("f")) {
      fill(file, SECTOR, SECTOR, 2);
      file.syncRange(SECTOR, SECTOR);
    }
    disk.rename("f", "g");
    disk.create("h").close();
    disk.syncFolder("");
    SimulatedDisk next = disk.powerLoss(loss);
    assertThat(next.files()).containsExactly("g", "h");
    assertThat(sectors(next, "g")).containsExactly(1, 2);
  }

  @Test
  void aPowerLossTakesUnsyncedWrites() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    try (DiskFile file = disk.open("f")) {
      fill(file, 0, 2 * SECTOR, 2);
      assertThat(sectors(disk, "f")).containsExactly(2, 2);
    }
    assertThat(sectors(disk.copy(), "f")).containsExactly(2, 2);
    assertThat(sectors(disk.powerLoss(Loss.ALL), "f")).containsExactly(1);
    assertThatThrownBy(() -> disk.open("f")).isInstanceOf(SimulatedCrash.class);
  }

  @Test
  void aSyncOfARangeKeepsOnlyTheRange() throws IOException {
    SimulatedDisk disk = diskWithFile(1, 4 * SECTOR);
    try (DiskFile file = disk.open("f")) {
      fill(file, 0, 4 * SECTOR, 2);
      file.syncRange(SECTOR, 2 * SECTOR);
    }
    assertThat(sectors(disk.powerLoss(Loss.ALL), "f")).containsExactly(1, 2, 2, 1);
  }

  @Test
  void sectorsAreTornInAnyPattern() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      SimulatedDisk disk = diskWithFile(seed, 3 * SECTOR);
      try (DiskFile file = disk.open("f")) {
        fill(file, 0, 3 * SECTOR, 2);
      }
      seen.add(sectors(disk.powerLoss(Loss.SECTORS), "f"));
    }
    assertThat(seen).hasSize(8).contains(List.of(2, 1, 2), List.of(1, 2, 1));
  }

  @Test
  void writesAreLostWholeInAnyOrder() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      SimulatedDisk disk = diskWithFile(seed, 4 * SECTOR);
      try (DiskFile file = disk.open("f")) {
        fill(file, 0, 2 * SECTOR, 2);
        fill(file, 2 * SECTOR, 2 * SECTOR, 3);
      }
      seen.add(sectors(disk.powerLoss(Loss.WRITES), "f"));
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            List.of(1, 1, 1, 1), List.of(2, 2, 1, 1), List.of(1, 1, 3, 3), List.of(2, 2, 3, 3));
  }

  @Test
  void aSuffixIsLostAcrossFiles() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      SimulatedDisk disk = diskWithFile(seed, SECTOR);
      try (DiskFile f = disk.open("f");
          DiskFile g = disk.create("g")) {
        disk.syncFolder("");
        fill(f, 0, SECTOR, 2);
        fill(g, 0, SECTOR, 2);
        fill(f, 0, SECTOR, 3);
      }
      SimulatedDisk next = disk.powerLoss(Loss.SUFFIX);
      seen.add(List.of((int) next.contents("f")[0], next.contents("g").length));
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            List.of(1, 0), List.of(2, 0), List.of(2, SECTOR), List.of(3, SECTOR));
  }

  @Test
  void aFileMayKeepItsNewSizeAndLoseItsBytes() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      SimulatedDisk disk = diskWithFile(seed, SECTOR);
      try (DiskFile file = disk.open("f")) {
        fill(file, SECTOR, SECTOR, 2);
      }
      seen.add(sectors(disk.powerLoss(Loss.SECTORS), "f"));
    }
    assertThat(seen).containsExactlyInAnyOrder(List.of(1), List.of(1, 0), List.of(1, 2));
  }

  @Test
  void aCutIsDurableWithTheSizeOnly() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      SimulatedDisk disk = diskWithFile(seed, 2 * SECTOR);
      try (DiskFile file = disk.open("f")) {
        file.truncate(SECTOR);
        file.truncate(2 * SECTOR);
      }
      seen.add(sectors(disk.powerLoss(), "f"));
    }
    assertThat(seen).containsExactlyInAnyOrder(List.of(1, 1), List.of(1), List.of(1, 0));
    SimulatedDisk disk = diskWithFile(1, 2 * SECTOR);
    try (DiskFile file = disk.open("f")) {
      file.truncate(SECTOR);
      file.sync();
      file.truncate(2 * SECTOR);
      file.sync();
    }
    assertThat(sectors(disk.powerLoss(Loss.ALL), "f")).containsExactly(1, 0);
  }

  @Test
  void namesAreLostInOrderOrNot() throws IOException {
    Set<List<String>> ordered = new HashSet<>();
    Set<List<String>> unordered = new HashSet<>();
    for (int seed = 0; seed < 300; seed++) {
      for (boolean inOrder : new boolean[] {true, false}) {
        SimulatedDisk disk = diskWithFile(seed, SECTOR).foldersInOrder(inOrder);
        disk.create("a").close();
        disk.rename("a", "b");
        disk.delete("f");
        (inOrder ? ordered : unordered).add(disk.powerLoss(Loss.SECTORS).files());
      }
    }
    assertThat(ordered)
        .containsExactlyInAnyOrder(
            List.of("f"), List.of("a", "f"), List.of("b", "f"), List.of("b"));
    assertThat(unordered).containsAll(ordered).contains(List.of(), List.of("a"));
  }

  @Test
  void aSyncOfAFileDoesNotKeepItsName() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    try (DiskFile file = disk.create("g")) {
      fill(file, 0, SECTOR, 2);
      file.sync();
    }
    assertThat(disk.powerLoss(Loss.ALL).files()).containsExactly("f");
  }

  @Test
  void aKillLosesNothingAndTheNextPowerLossDoes() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    disk.lock("LOCK");
    disk.syncFolder("");
    try (DiskFile file = disk.open("f")) {
      fill(file, 0, 2 * SECTOR, 2);
    }
    disk.rename("f", "g");
    SimulatedDisk next = disk.kill();
    assertThat(sectors(next, "g")).containsExactly(2, 2);
    next.lock("LOCK");
    SimulatedDisk last = next.powerLoss(Loss.ALL);
    assertThat(sectors(last, "f")).containsExactly(1);
    assertThat(last.files()).containsExactly("LOCK", "f");
    last.lock("LOCK");
  }

  @Test
  void aCrashComesAtItsStepAndLeavesAPartOfAWrite() throws IOException {
    Set<Integer> sizes = new TreeSet<>();
    for (int seed = 0; seed < 200; seed++) {
      SimulatedDisk disk = diskWithFile(seed, SECTOR).crashIn(2);
      try (DiskFile file = disk.open("f")) {
        file.sync();
        assertThatThrownBy(() -> fill(file, SECTOR, 4, 2))
            .isInstanceOf(SimulatedCrash.class)
            .hasMessageContaining("disk of seed " + seed + ",");
        assertThatThrownBy(file::sync).isInstanceOf(SimulatedCrash.class);
      }
      assertThatThrownBy(() -> disk.exists("f")).isInstanceOf(SimulatedCrash.class);
      assertThat(disk.isDead()).isTrue();
      sizes.add(disk.kill().contents("f").length - SECTOR);
    }
    assertThat(sizes).containsExactly(0, 1, 2, 3, 4);
  }

  @ParameterizedTest
  @EnumSource
  void eachOperationFailsWhenAskedTo(DiskOperation operation) throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    try (DiskFile file = disk.open("f")) {
      run(disk, file, operation);
      long steps = disk.steps();
      disk.failNth(operation, 2);
      run(disk, file, operation);
      assertThatThrownBy(() -> run(disk, file, operation))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("simulated")
          .hasMessageContaining("seed 1,");
      run(disk, file, operation);
      assertThat(disk.steps() > steps).isEqualTo(operation.isStep());
      disk.failWithProbability(operation, 1);
      assertThatThrownBy(() -> run(disk, file, operation)).isInstanceOf(IOException.class);
    }
  }

  /** Does something that can be done again and again; each needs no other step of its kind. */
  private static void run(SimulatedDisk disk, DiskFile file, DiskOperation operation)
      throws IOException {
    switch (operation) {
      case CREATE_FOLDER -> disk.createFolder("folder" + disk.steps());
      case CREATE -> disk.create("new" + disk.steps()).close();
      case OPEN -> disk.open("f").close();
      case MAP -> file.map(1).release();
      case WRITE -> fill(file, 0, SECTOR, 3);
      case SYNC -> file.sync();
      case SYNC_RANGE -> file.syncRange(0, SECTOR);
      case TRUNCATE -> file.truncate(SECTOR);
      case RENAME -> {
        disk.put("from", new byte[0]);
        disk.rename("from", "to");
      }
      case DELETE -> {
        disk.put("old", new byte[0]);
        disk.delete("old");
      }
      case SYNC_FOLDER -> disk.syncFolder("");
      case LIST -> disk.list("");
      case LOCK -> disk.lock("LOCK").close();
      case LINK -> disk.link("f", disk, "link" + disk.steps());
    }
  }

  @Test
  void aLinkIsDurableAfterASyncOfItsFolderAndSharesTheBytesStill() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR).capacity(3 * SECTOR);
    Disk folder = disk.folder("beside");
    folder.createFolder("");
    disk.link("f", folder, "g");
    assertThat(disk.usableBytes()).as("counted once").isEqualTo(2 * SECTOR);
    disk.syncFolder("");
    assertThat(disk.copy().powerLoss(Loss.ALL).files()).containsExactly("beside/g", "f");
    SimulatedDisk killed = disk.kill();
    assertThat(killed.files()).containsExactly("beside/g", "f");
    assertThat(killed.powerLoss(Loss.ALL).files()).containsExactly("f");

    disk = diskWithFile(1, SECTOR);
    folder = disk.folder("beside");
    folder.createFolder("");
    disk.link("f", folder, "g");
    folder.syncFolder("");
    SimulatedDisk after = disk.powerLoss(Loss.ALL);
    try (DiskFile file = after.folder("beside").open("g")) {
      assertThat(file.name()).isEqualTo("g");
      fill(file, 0, SECTOR, 2);
      file.sync();
    }
    assertThat(sectors(after, "f")).containsExactly(2);
    assertThat(sectors(after.powerLoss(Loss.ALL), "f")).containsExactly(2);
    assertThatThrownBy(() -> new SimulatedDisk(2).link("f", after, "h"))
        .hasMessageContaining("cross-device");
  }

  @Test
  void aStepFailsWhateverItIs() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR).failIn(2);
    try (DiskFile file = disk.open("f")) {
      file.sync();
      assertThatThrownBy(() -> disk.syncFolder("")).isInstanceOf(IOException.class);
      disk.syncFolder("");
    }
  }

  @Test
  void aSyncThatFailedLiesWhenItIsTriedAgain() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      SimulatedDisk disk = diskWithFile(seed, 2 * SECTOR).failNth(DiskOperation.SYNC, 1);
      try (DiskFile file = disk.open("f")) {
        fill(file, 0, 2 * SECTOR, 2);
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
        file.sync();
        assertThat(sectors(disk, "f")).containsExactly(2, 2);
      }
      SimulatedDisk killed = disk.kill();
      assertThat(sectors(killed, "f")).containsExactly(2, 2);
      seen.add(sectors(killed.powerLoss(Loss.NONE), "f"));
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(List.of(1, 1), List.of(1, 2), List.of(2, 1), List.of(2, 2));
  }

  @Test
  void aFullDiskTakesAPart() throws IOException {
    SimulatedDisk disk = diskWithFile(1, 2 * SECTOR).capacity(3 * SECTOR);
    assertThat(disk.usableBytes()).isEqualTo(SECTOR);
    try (DiskFile file = disk.open("f")) {
      assertThatThrownBy(() -> fill(file, SECTOR, 3 * SECTOR, 2))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no space left");
      assertThat(sectors(disk, "f")).containsExactly(1, 2, 2);
      disk.capacity(SECTOR);
      assertThat(disk.usableBytes()).isZero();
      fill(file, 0, 3 * SECTOR, 3);
      assertThat(sectors(disk, "f")).containsExactly(3, 3, 3);
    }
  }

  @Test
  void aBitIsFlippedEverywhere() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    try (DiskFile file = disk.open("f")) {
      Mapping mapping = file.map(SECTOR);
      disk.flipBit("f", 7, 3);
      assertThat(mapping.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)[7])
          .isEqualTo((byte) 9);
      mapping.release();
    }
    assertThat(disk.contents("f")[7]).isEqualTo((byte) 9);
    assertThat(disk.powerLoss(Loss.ALL).contents("f")[7]).isEqualTo((byte) 9);
  }

  @Test
  void aPageCannotBeRead() throws IOException {
    SimulatedDisk disk = diskWithFile(1, 3 * 4096);
    disk.makeUnreadable("f", 5000);
    try (DiskFile file = disk.open("f")) {
      Mapping mapping = file.map(3 * 4096);
      fill(file, 0, 3 * 4096, 2);
      assertThat(Bytes.copy(mapping.segment(), 0, 4096)).containsOnly(2);
      assertThatThrownBy(
              () -> {
                try {
                  Bytes.copy(mapping.segment(), 4000, 2000);
                } catch (InternalError e) {
                  throw Faults.unreadable("f", 4000, e);
                }
              })
          .isInstanceOf(StoreDamagedException.class);
      mapping.release();
      disk.makeReadable("f");
      Mapping again = file.map(3 * 4096);
      assertThat(Bytes.copy(again.segment(), 4000, 2000)).containsOnly(2);
      again.release();
    }
  }

  @Test
  void misuseIsFoundOut() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    DiskFile file = disk.open("f");
    Mapping mapping = file.map(4);
    assertThat(disk.openFiles()).containsExactly("f");
    assertThat(disk.mappings()).containsExactly("f");
    mapping.release();
    assertThat(Bytes.copy(mapping.segment(), 0, 4)).containsOnly(SimulatedView.RUBBISH);
    assertThatThrownBy(() -> file.map(SECTOR + 1)).isInstanceOf(AssertionError.class);
    fill(file, SECTOR, SECTOR, 2);
    assertThatThrownBy(() -> file.syncRange(0, SECTOR + 1)).isInstanceOf(AssertionError.class);
    file.close();
    file.close();
    assertThatThrownBy(file::sync).isInstanceOf(AssertionError.class);
    assertThat(disk.openFiles()).isEmpty();
    assertThat(disk.mappings()).isEmpty();
  }

  @Test
  void aFileAtRestIsReplacedAndRemoved() throws IOException {
    SimulatedDisk disk = diskWithFile(1, SECTOR);
    disk.put("f", "other".getBytes(UTF_8));
    disk.put("g", new byte[0]);
    SimulatedDisk next = disk.powerLoss(Loss.ALL);
    assertThat(next.contents("f")).isEqualTo("other".getBytes(UTF_8));
    next.remove("g");
    next.createFolder("log");
    next.put("log/h", new byte[0]);
    next.removeFolder("log");
    assertThat(next.exists("log")).isFalse();
    assertThat(next.powerLoss(Loss.ALL).files()).containsExactly("f");
  }

  @Test
  void theSameSeedDoesTheSame() throws IOException {
    Set<List<Integer>> differ = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      List<Integer> first = tornAtRandom(seed);
      assertThat(tornAtRandom(seed)).isEqualTo(first);
      differ.add(first);
    }
    assertThat(differ).hasSizeGreaterThan(3);
  }

  private static List<Integer> tornAtRandom(int seed) throws IOException {
    SimulatedDisk disk = diskWithFile(seed, 8 * SECTOR);
    try (DiskFile file = disk.open("f")) {
      fill(file, 0, 8 * SECTOR, 2);
      fill(file, 2 * SECTOR, 2 * SECTOR, 3);
    }
    return sectors(disk.powerLoss(), "f");
  }

  @Test
  void itTellsWhatWasDone() throws IOException {
    SimulatedDisk disk = diskWithFile(42, SECTOR).failIn(1);
    assertThatThrownBy(() -> disk.delete("f")).isInstanceOf(IOException.class);
    assertThat(disk.powerLoss(Loss.ALL).describe())
        .startsWith("disk of seed 42, life 2")
        .contains("WRITE f at 0, 512 bytes")
        .contains("DELETE f  FAILS")
        .contains("power loss");
  }
}
