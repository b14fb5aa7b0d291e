package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.StoreDamagedException;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a store does with its own files makes damaged index files and location columns anew and goes
 * on, as a read does; what only looks tells of them and changes nothing.
 */
@ExtendWith(QuietEngine.class)
final class MendingTest {
  private static final ProgressListener SILENT = ProgressListener.none();
  private static final KeyPair KEY = ProofKeys.newPair();
  private static final int COLUMN_HEADER_BYTES = 72;
  private static final int COLUMN_ENTRY_BYTES = 8;

  private final ScavengeFixture fixture = new ScavengeFixture();
  private final SimulatedDisk disk = fixture.disk;

  /** What is damaged. */
  enum Damaged {
    FIRST_POSITIONS,
    PLACES,
    INDEXES,
    ALL
  }

  private List<String> filesLike(String ending) {
    return disk.files().stream().filter(name -> name.endsWith(ending)).sorted().toList();
  }

  private void damage(Damaged what) {
    switch (what) {
      case FIRST_POSITIONS -> damageColumns(0);
      case PLACES -> damageColumns(4);
      case INDEXES -> damageIndexes();
      case ALL -> {
        damageColumns(4);
        damageIndexes();
      }
    }
  }

  private void damageColumns(int from) {
    assertThat(filesLike(".loc")).hasSizeGreaterThan(8);
    for (String column : filesLike(".loc")) {
      int end = disk.contents(column).length - 4;
      for (int at = COLUMN_HEADER_BYTES + from; at < end; at += COLUMN_ENTRY_BYTES) {
        disk.flipBit(column, at, 1 + at / COLUMN_ENTRY_BYTES % 4);
      }
    }
  }

  private void damageIndexes() {
    assertThat(filesLike(".idx")).hasSizeGreaterThan(1);
    for (String index : filesLike(".idx")) {
      for (int at = 64; at < disk.contents(index).length / 2; at += 40) {
        disk.flipBit(index, at, 3);
      }
    }
  }

  private void fill(EngineOptions options) {
    try (EngineStore store = fixture.open(options)) {
      fixture.fill(store, 40);
    }
  }

  private void assertIntact(EngineOptions options) {
    VerifyReport report = EngineStore.verify(disk, "simulated", options, SILENT);
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aScavengeMakesThemAnewAndGoesOn(Damaged what) {
    fill(fixture.plain);
    long hidden;
    SimulatedDisk asItWas = disk.copy();
    try (EngineStore store = EngineStore.open(asItWas, "copy", fixture.plain)) {
      hidden = store.scavenge(SILENT).events();
    }
    try (EngineStore store = fixture.open(fixture.plain)) {
      damage(what);
      assertThat(store.scavenge(SILENT).events()).isEqualTo(hidden).isPositive();
      fixture.assertSame(store);
      fixture.assertForgotten();
    }
    assertThat(disk.mappings()).isEmpty();
    fixture.assertForgotten();
  }

  @Test
  void aScavengeLeavesNothingDamagedOfWhatItRead() {
    fill(fixture.plain);
    try (EngineStore store = fixture.open(fixture.plain)) {
      damage(Damaged.PLACES);
      store.scavenge(SILENT);
    }
    fixture.assertIntact();
  }

  @Test
  void aScavengeTellsOfDamageOfTheLog() {
    fill(fixture.plain);
    try (EngineStore store = fixture.open(fixture.plain)) {
      String log = filesLike(".log").get(1);
      damage(Damaged.PLACES);
      disk.flipBit(log, 128 + 70, 3);
      assertThatThrownBy(() -> store.scavenge(SILENT))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(log);
    }
  }

  @Test
  void aFileIsPackedInSpiteOfItsColumn() {
    fill(fixture.plain);
    damage(Damaged.PLACES);
    try (EngineStore store = fixture.open(fixture.plain.compressed())) {
      assertThat(filesLike(".pack")).hasSameSizeAs(filesLike(".loc"));
      fixture.assertSame(store);
    }
    fixture.assertIntact();
  }

  @ParameterizedTest
  @EnumSource
  void allIsEncryptedAnew(Damaged what) {
    EngineOptions encrypted = fixture.plain.encrypted(TestKeys.key(1));
    fill(encrypted);
    try (EngineStore store = fixture.open(encrypted)) {
      damage(what);
      assertThat(store.encryptAnew(SILENT)).isPositive();
      fixture.assertSame(store);
    }
    assertIntact(encrypted);
  }

  @Test
  void headsAreSignedAndEventsProved() {
    fill(fixture.plain);
    SignedHead before;
    SimulatedDisk copy = disk.copy();
    try (EngineStore store = EngineStore.open(copy, "copy", fixture.plain)) {
      before = store.signHead(KEY, SILENT);
    }
    try (EngineStore store = fixture.open(fixture.plain)) {
      damage(Damaged.ALL);
      SignedHead head = store.signHead(KEY, SILENT);
      assertThat(head.root()).isEqualTo(before.root());
      damage(Damaged.PLACES);
      for (long position = 0; position < head.events(); position += 7) {
        store.prove(new Position(position), head, SILENT).check(KEY.getPublic());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aVerificationTellsOfThemAndChangesNothing(Damaged what) {
    fill(fixture.plain);
    damage(what);
    Map<String, byte[]> before = new TreeMap<>();
    disk.files().forEach(name -> before.put(name, disk.contents(name)));
    VerifyReport report = EngineStore.verify(disk, "simulated", SILENT);
    List<String> told = report.damages().stream().map(StoreDamagedException::file).toList();
    if (what != Damaged.INDEXES) {
      assertThat(told).containsAll(filesLike(".loc"));
    }
    if (what == Damaged.INDEXES || what == Damaged.ALL) {
      assertThat(told).containsAll(filesLike(".idx"));
    }
    assertThat(disk.files()).containsExactlyInAnyOrderElementsOf(before.keySet());
    disk.files().forEach(name -> assertThat(disk.contents(name)).isEqualTo(before.get(name)));
  }

  /** A column that is damaged is left out of a backup, and the next one has the new one. */
  @Test
  void aBackupHasNoDamagedColumns() {
    fill(fixture.plain);
    var vault = new SimulatedDisk(2);
    damage(Damaged.PLACES);
    new Backup(disk, "simulated", vault, "vault", false, SILENT).run();
    assertThat(EngineStore.verify(vault, "vault", SILENT).damages()).isEmpty();
    try (EventStore read =
        new ReadOnlyStore(Follower.open(vault, "vault", fixture.plain), fixture.plain)) {
      fixture.assertSame(read);
    }
    try (EngineStore store = fixture.open(fixture.plain)) {
      fixture.assertSame(store); // makes them anew
      new Backup(disk, "simulated", vault, "vault", false, SILENT).run();
    }
    assertThat(vault.files()).containsAll(filesLike(".loc"));
    assertThat(EngineStore.verify(vault, "vault", SILENT).damages()).isEmpty();
    assertThat(vault.mappings()).isEmpty();
    assertThat(disk.mappings()).isEmpty();
  }

  /** A backup that was damaged later holds all the same what is restored of it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRestoreDoesWithoutThem(boolean byInstant) {
    fill(fixture.plain);
    damage(Damaged.ALL);
    Map<String, byte[]> before = new TreeMap<>();
    disk.files().forEach(name -> before.put(name, disk.contents(name)));
    var target = new SimulatedDisk(3);
    ReadRequest.AsOf moment =
        byInstant
            ? new ReadRequest.AsOf.AtInstant(fixture.clock.instant())
            : new ReadRequest.AsOf.AtPosition(fixture.model.store().head());
    new Restore(disk, "simulated", target, "restored", fixture.clock, fixture.plain, SILENT)
        .run(moment);
    disk.files().forEach(name -> assertThat(disk.contents(name)).isEqualTo(before.get(name)));
    assertThat(EngineStore.verify(target, "restored", SILENT).damages())
        .noneMatch(damage -> damage.file().endsWith(".loc"));
    try (EngineStore restored = EngineStore.open(target, "restored", fixture.plain)) {
      fixture.assertSame(restored);
      restored.append("another", any(), Event.json("Noted", "{}"));
    }
    assertThat(disk.mappings()).isEmpty();
  }
}
