package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.proof.Hash;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.engine.tree.TreeHash;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.tck.TestClock;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store proves, a store that was restored of its backup proves, too, scavenged or not. */
@ExtendWith(QuietEngine.class)
final class RestoredProofsTest {
  private static final ProgressListener SILENT = ProgressListener.none();
  private static final KeyPair KEY = ProofKeys.newPair();
  private final TestClock clock = new TestClock();
  private EngineOptions options =
      EngineOptions.defaults()
          .withClock(clock)
          .withoutThreads()
          .withSizes(
              new LogSizes(16 << 10, 4 << 10, 8 << 10),
              new IndexLimits(60, 1 << 20, 1 << 20, 0, 4));
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final SimulatedDisk vault = new SimulatedDisk(2);

  /** The hashes of all events that were ever appended, by position. */
  private final List<Hash> leaves = new ArrayList<>();

  private final List<SignedHead> heads = new ArrayList<>();

  private EngineStore open(SimulatedDisk of) {
    return EngineStore.open(of, "simulated", options);
  }

  private void append(EngineStore store, int appends) {
    for (int i = 0; i < appends; i++) {
      List<Event> events = new ArrayList<>();
      for (int j = i % 4; j >= 0; j--) {
        events.add(Event.json("Counted", "{\"n\":%d}".formatted(i)).withTags("k:" + i % 5));
      }
      store.append("s-" + i % 7, any(), events);
    }
    note(store);
  }

  /** Keeps the hashes of what was appended, before anything of it can be gone. */
  private void note(EngineStore store) {
    var hash = new TreeHash();
    for (RecordedEvent event :
        store
            .read(
                ReadRequest.of(Query.everything())
                    .withSystemEvents()
                    .from(new Position(leaves.size())))
            .toList()) {
      assertThat(event.position().value()).isEqualTo(leaves.size());
      leaves.add(Hash.of(hash.leaf(event)));
    }
  }

  private void sign(EngineStore store) {
    heads.add(store.signHead(KEY, SILENT));
  }

  private void backUp() {
    new Backup(disk, "simulated", vault, "vault", false, SILENT).run();
  }

  private SimulatedDisk restore(SimulatedDisk from, ReadRequest.AsOf moment) {
    var target = new SimulatedDisk(3);
    new Restore(from, "vault", target, "restored", clock, options, SILENT).run(moment);
    assertThat(target.openFiles()).isEmpty();
    assertThat(target.mappings()).isEmpty();
    assertThat(from.mappings()).isEmpty();
    return target;
  }

  /** A store that signed, was backed up, was scavenged, and was backed up again. */
  private void writeScavengeAndBackUp(boolean compressed, boolean encrypted) {
    options = compressed ? options.compressed() : options;
    options = encrypted ? options.encrypted(TestKeys.key(1)) : options;
    try (EngineStore store = open(disk)) {
      append(store, 150);
      sign(store);
      backUp();
      append(store, 100);
      sign(store);
      store.delete("s-1", any());
      store.delete("s-2", any());
      note(store);
      assertThat(store.scavenge(SILENT).events()).isGreaterThan(100);
      sign(store);
      append(store, 150);
      sign(store);
      store.delete("s-4", any());
      note(store);
      store.scavenge(SILENT);
      append(store, 20);
      backUp();
    }
  }

  private void assertIntact(SimulatedDisk of) {
    VerifyReport report = EngineStore.verify(of, "simulated", options, SILENT);
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).noneMatch(note -> note.contains(".leaves"));
  }

  /** It proves all that was there as of its head, under every head up to it and of its own. */
  private void assertProvesAll(EngineStore store) {
    SignedHead now = store.signHead(KEY, SILENT);
    List<SignedHead> held = new ArrayList<>(heads);
    held.removeIf(head -> head.events() > now.events());
    held.add(now);
    for (SignedHead older : held) {
      for (SignedHead newer : held) {
        if (older.events() <= newer.events()) {
          store.proveConsistency(older, newer, SILENT).check(KEY.getPublic());
        }
      }
    }
    List<RecordedEvent> shown =
        store.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
    var random = new Random(5);
    for (SignedHead head : held) {
      for (int i = 0; i < 20 && head.events() > 0; i++) {
        long position = random.nextLong(Math.min(head.events(), leaves.size()));
        InclusionProof proof = store.prove(new Position(position), head, SILENT);
        proof.check(KEY.getPublic());
        assertThat(proof.leaf()).isEqualTo(leaves.get((int) position));
        shown.stream()
            .filter(event -> event.position().value() == position)
            .forEach(event -> assertThat(proof.event()).contains(event));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void aRestoreAtAnyPointProvesAllThatWasThere(boolean compressed, boolean encrypted) {
    writeScavengeAndBackUp(compressed, encrypted);
    assertIntact(disk);
    assertIntact(vault);
    var random = new Random(11);
    for (int i = 0; i < 10; i++) {
      var moment = new ReadRequest.AsOf.AtPosition(new Position(random.nextInt(leaves.size())));
      SimulatedDisk target = restore(vault, moment);
      assertIntact(target);
      try (EngineStore restored = open(target)) {
        assertProvesAll(restored);
      }
      assertIntact(target);
    }
    SimulatedDisk whole = restore(vault, new ReadRequest.AsOf.Now());
    try (EngineStore restored = open(whole);
        EngineStore opened = open(vault)) {
      assertProvesAll(restored);
      assertProvesAll(opened);
    }
    assertIntact(whole);
    assertIntact(vault);
  }

  /** Its life goes on: it is appended to, scavenged, backed up and restored again. */
  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void aRestoredStoreGoesOnProving(boolean compressed, boolean encrypted) {
    writeScavengeAndBackUp(compressed, encrypted);
    long cut = heads.get(1).events() - 40;
    SimulatedDisk target = restore(vault, new ReadRequest.AsOf.AtPosition(new Position(cut)));
    var secondVault = new SimulatedDisk(4);
    long second;
    try (EngineStore restored = open(target)) {
      second = restored.head().value() - 3;
      heads.removeIf(head -> head.events() > restored.head().value() + 1);
      leaves.subList((int) restored.head().value() + 1, leaves.size()).clear();
      sign(restored);
      append(restored, 90);
      restored.delete("s-3", any());
      note(restored);
      assertThat(restored.scavenge(SILENT).events()).isPositive();
      assertProvesAll(restored);
      append(restored, 30);
      sign(restored);
      new Backup(target, "restored", secondVault, "vault", false, SILENT).run();
    }
    assertIntact(target);
    try (EngineStore reopened = open(target)) {
      assertProvesAll(reopened);
    }
    for (long to : List.of(second, second + 60)) {
      SimulatedDisk again = restore(secondVault, new ReadRequest.AsOf.AtPosition(new Position(to)));
      assertIntact(again);
      try (EngineStore restored = open(again)) {
        assertProvesAll(restored);
      }
    }
  }

  private List<String> filesLike(SimulatedDisk of, String ending) {
    return of.files().stream().filter(name -> name.endsWith(ending)).sorted().toList();
  }

  private void repair(SimulatedDisk of) {
    var repair = new Repair(of, Path.of("simulated"), clock, options, SILENT);
    repair.execute(repair.plan());
  }

  /** A repair cuts as a restore does. */
  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void aRepairedStoreProvesAllThatWasKept(boolean compressed, boolean encrypted) {
    writeScavengeAndBackUp(compressed, encrypted);
    List<String> logs = filesLike(disk, compressed ? ".pack" : ".log");
    for (int i = 1; i < 3; i++) {
      SimulatedDisk damaged = disk.copy();
      String log = logs.get(i);
      damaged.flipBit(log, damaged.contents(log).length / 2, 3);
      repair(damaged);
      assertIntact(damaged);
      try (EngineStore repaired = open(damaged)) {
        assertThat(repaired.head().value()).isBetween(20L, leaves.size() - 20L);
        assertProvesAll(repaired);
      }
      assertIntact(damaged);
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true"})
  void aStoreWhoseManifestIsMadeAnewProvesAll(boolean compressed, boolean encrypted) {
    writeScavengeAndBackUp(compressed, encrypted);
    disk.remove("MANIFEST");
    repair(disk);
    assertIntact(disk);
    try (EngineStore repaired = open(disk)) {
      assertProvesAll(repaired);
      append(repaired, 100);
      repaired.delete("s-5", any());
      note(repaired);
      repaired.scavenge(SILENT);
      assertProvesAll(repaired);
    }
    assertIntact(disk);
  }

  /** The events are worth more than the proofs. */
  @Test
  void whereTheLeavesAreDamagedTheEventsAreRestored() {
    writeScavengeAndBackUp(false, false);
    String leavesFile = filesLike(vault, ".leaves").getFirst();
    vault.flipBit(leavesFile, 80, 3);
    SimulatedDisk target =
        restore(vault, new ReadRequest.AsOf.AtPosition(new Position(heads.get(0).events() / 4)));
    assertThat(filesLike(target, ".leaves")).isEmpty();
    try (EngineStore restored = open(target)) {
      assertThatThrownBy(() -> restored.signHead(KEY, SILENT)).hasMessageContaining("scavenged");
      append(restored, 30);
    }
    assertThat(EngineStore.verify(target, "restored", SILENT).damages()).isEmpty();
  }

  /** A file of leaves is made anew between the look at the manifest and the look for the file. */
  @Test
  void aBackupHasTheLeavesThatTakeThePlaceOfOthersMeanwhile() {
    try (EngineStore store = open(disk)) {
      append(store, 150);
      sign(store);
      String old = filesLike(disk, ".leaves").getFirst();
      disk.flipBit(old, 80, 3);
      var source =
          new ForwardingDisk(disk) {
            private boolean replaced;

            @Override
            public boolean exists(String name) {
              if (name.equals(old) && !replaced) {
                replaced = true;
                sign(store);
              }
              return super.exists(name);
            }
          };
      new Backup(source, "simulated", vault, "vault", false, SILENT).run();
      assertThat(source.replaced).isTrue();
      assertThat(filesLike(disk, ".leaves")).doesNotContain(old);
    }
    assertThat(filesLike(vault, ".leaves")).isEqualTo(filesLike(disk, ".leaves"));
    assertIntact(vault);
  }
}
