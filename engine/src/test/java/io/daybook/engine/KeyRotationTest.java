package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.RecordedEvent;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other keys for a store that has some. */
final class KeyRotationTest {
  private static final ProgressListener SILENT = ProgressListener.none();
  private static final KeyPair SIGNER = ProofKeys.newPair();

  private final EngineOptions plain =
      EngineOptions.defaults()
          .withoutThreads()
          .withSizes(
              new LogSizes(16 << 10, 2 << 10, 4 << 10),
              new IndexLimits(40, 1 << 20, 1 << 20, 0, 4));
  private SimulatedDisk disk = new SimulatedDisk(1);

  private EngineOptions options(int key) {
    return plain.encrypted(TestKeys.key(key));
  }

  private EngineStore open(EngineOptions options) {
    return EngineStore.open(disk, "simulated", options);
  }

  /** The salts of the files that are sealed. */
  private Set<String> salts() {
    return disk.files().stream()
        .filter(name -> name.matches(".*\\.(log|pack|idx|leaves)"))
        .map(name -> Arrays.toString(Arrays.copyOfRange(disk.contents(name), 80, 112)))
        .collect(Collectors.toSet());
  }

  private Set<Byte> dataKeys() {
    return disk.files().stream()
        .filter(name -> name.matches(".*\\.(log|pack|idx|leaves)"))
        .map(name -> disk.contents(name)[76])
        .collect(Collectors.toSet());
  }

  @Test
  void anotherKeyTakesAMomentAndNoFileIsWritten() {
    List<RecordedEvent> before;
    try (EngineStore store = open(options(1))) {
      EncryptionTest.fill(store, 100);
      before = EncryptionTest.all(store);
      Set<String> salts = salts();
      store.rotateKey(TestKeys.key(2));
      assertThat(salts()).isEqualTo(salts);
      assertThat(EncryptionTest.all(store)).isEqualTo(before);
    }
    assertThatThrownBy(() -> open(options(1)))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("give the key of this store");
    assertThat(disk.files()).filteredOn(name -> name.endsWith(".keys")).hasSize(1);
    try (EngineStore store = open(options(2))) {
      assertThat(EncryptionTest.all(store)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void encryptedAnewNoFileHasAnOldKeyAndAllIsAsBefore(boolean compressed) {
    EngineOptions options = compressed ? options(1).compressed() : options(1);
    List<RecordedEvent> before;
    SignedHead head;
    try (EngineStore store = open(options)) {
      EncryptionTest.fill(store, 150);
      head = store.signHead(SIGNER, SILENT);
      store.scavenge(SILENT);
      before = EncryptionTest.all(store);
      assertThat(dataKeys()).containsExactly((byte) 1);
      Set<String> old = salts();

      assertThat(store.encryptAnew(SILENT)).isPositive();
      assertThat(store.encryptAnew(SILENT)).as("the active file is empty by now").isPositive();

      assertThat(dataKeys()).containsExactly((byte) 3);
      assertThat(salts()).doesNotContainAnyElementsOf(old);
      assertThat(EncryptionTest.all(store)).isEqualTo(before);
      EncryptionTest.fill(store, 20);
      before = EncryptionTest.all(store);
    }
    VerifyReport report = EngineStore.verify(disk, "simulated", options, SILENT);
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).isEmpty();
    try (EngineStore store = open(options)) {
      assertThat(EncryptionTest.all(store)).isEqualTo(before);
      SignedHead later = store.signHead(SIGNER, SILENT);
      assertThat(store.proveConsistency(head, later, SILENT)).isNotNull();
    }
  }

  @Test
  void itIsToldHowManyOfAllFilesAreEncryptedAnew() {
    List<String> told = new ArrayList<>();
    int files;
    try (EngineStore store = open(options(1))) {
      EncryptionTest.fill(store, 150);
      store.signHead(SIGNER, SILENT); // so that there are leaves, too
      files =
          store.encryptAnew(
              (task, done, total) -> told.add(task.substring(0, 11) + " " + done + " of " + total));
    }
    assertThat(told).hasSize(files).first().isEqualTo("encrypt: lo 1 of " + files);
    assertThat(told).last().isEqualTo("encrypt: in " + files + " of " + files);
  }

  /** At each step of the disk the power is lost. */
  @Test
  void aCrashLeavesTheOldKeyOrTheNew() {
    List<RecordedEvent> before;
    try (EngineStore store = open(options(1))) {
      EncryptionTest.fill(store, 60);
      before = EncryptionTest.all(store);
    }
    SimulatedDisk closed = disk;
    var keys = new HashSet<Integer>();
    boolean crashed = true;
    for (int steps = 1; crashed; steps++) {
      disk = closed.copy();
      EngineStore store = open(options(1));
      disk.crashIn(steps);
      try {
        store.rotateKey(TestKeys.key(2));
        store.encryptAnew(SILENT);
        crashed = false;
      } catch (SimulatedCrash _) {
        // found below
      }
      disk = disk.powerLoss();
      int key = opens(1) ? 1 : 2;
      keys.add(key);
      try (EngineStore found = open(options(key))) {
        assertThat(EncryptionTest.all(found)).as("after %s steps", steps).isEqualTo(before);
        found.encryptAnew(SILENT);
        assertThat(EncryptionTest.all(found)).isEqualTo(before);
      }
      assertThat(dataKeys()).hasSize(1);
      assertThat(EngineStore.verify(disk, "simulated", options(key), SILENT).damages()).isEmpty();
    }
    assertThat(keys).containsExactlyInAnyOrder(1, 2);
  }

  private boolean opens(int key) {
    try {
      open(options(key)).close();
      return true;
    } catch (StoreKeyException e) {
      assertThat(e.reason()).isEqualTo(StoreKeyException.Reason.WRONG_KEY);
      return false;
    }
  }
}
