package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.log.Forger;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.Hash;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.engine.proof.SignedHead;
import io.daybook.engine.tree.EventSource;
import io.daybook.engine.tree.LeafFiles;
import io.daybook.engine.tree.TreeHash;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Heads and proofs of a store with many log files. */
@Tag("long")
@ExtendWith(QuietEngine.class)
class StoreTreeTest {
  private static final EngineOptions SMALL =
      EngineOptions.defaults()
          .withSizes(
              new LogSizes(64 << 10, 16 << 10, 32 << 10),
              new IndexLimits(5_000, 10_000, 1 << 20, 1 << 20, 4));
  private static final ProgressListener NONE = ProgressListener.none();
  private static final KeyPair KEY = ProofKeys.newPair();

  @TempDir private Path folder;

  private EngineStore open() {
    return EngineStore.open(folder, SMALL);
  }

  private void fill(int events) {
    try (EngineStore store = open()) {
      append(store, events);
    }
  }

  private static void append(EngineStore store, int events) {
    List<Event> some = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      some.add(Event.json("Counted", "{\"n\":%07d}".formatted(i)).withTags("k:" + i % 5));
      if (some.size() == 50 || i == events - 1) {
        store.append("s-" + i % 7, any(), some);
        some.clear();
      }
    }
  }

  private static List<RecordedEvent> all(EngineStore store) {
    return store.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
  }

  private static Hash naiveRoot(List<RecordedEvent> events) {
    var hash = new TreeHash();
    return Hash.of(naiveRoot(hash, events.stream().map(hash::leaf).toList()));
  }

  private static byte[] naiveRoot(TreeHash hash, List<byte[]> leaves) {
    int n = leaves.size();
    if (n < 2) {
      return n == 0 ? hash.empty() : leaves.getFirst();
    }
    int split = Integer.highestOneBit(n - 1);
    return hash.node(
        naiveRoot(hash, leaves.subList(0, split)), naiveRoot(hash, leaves.subList(split, n)));
  }

  private List<Path> leafFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".leaves")).sorted().toList();
    }
  }

  private VerifyReport verify() {
    return EngineStore.verify(folder, NONE);
  }

  @Test
  void anEmptyStoreHasAHead() {
    try (EngineStore store = open()) {
      SignedHead head = store.signHead(KEY, NONE);
      head.check(KEY.getPublic());
      assertThat(head.events()).isZero();
      assertThat(head.root()).isEqualTo(naiveRoot(List.of()));
      append(store, 3);
      SignedHead later = store.signHead(KEY, NONE);
      store.proveConsistency(head, later, NONE).check(KEY.getPublic());
    }
  }

  @Test
  void theRootIsThatOfTheEventsHoweverItIsMade() throws IOException {
    fill(9_000);
    Hash expected;
    try (EngineStore store = open()) {
      assertThat(leafFiles()).isEmpty();
      expected = naiveRoot(all(store));
      SignedHead head = store.signHead(KEY, NONE);
      assertThat(head.events()).isEqualTo(9_000);
      assertThat(head.root()).isEqualTo(expected);
      assertThat(store.signHead(KEY, NONE).root()).isEqualTo(expected);
    }
    assertThat(leafFiles()).hasSizeGreaterThan(4);
    assertThat(verify().damages()).isEmpty();
    try (EngineStore store = open()) {
      var hashed = new AtomicLong();
      assertThat(store.signHead(KEY, (_, done, _) -> hashed.set(done)).root()).isEqualTo(expected);
      assertThat(hashed.get()).isLessThan(2_000);
    }
    List<Path> files = leafFiles();
    Files.delete(files.getFirst());
    Files.delete(files.get(3));
    try (EngineStore store = open()) {
      assertThat(store.signHead(KEY, NONE).root()).isEqualTo(expected);
      append(store, 4_000);
      assertThat(store.signHead(KEY, NONE).root()).isEqualTo(naiveRoot(all(store)));
    }
    assertThat(verify().damages()).isEmpty();
  }

  @Test
  void everyEventAndEveryOlderHeadIsProved() {
    fill(6_000);
    List<SignedHead> heads = new ArrayList<>();
    try (EngineStore store = open()) {
      for (int i = 0; i < 5; i++) {
        append(store, 77);
        heads.add(store.signHead(KEY, NONE));
      }
      SignedHead newest = heads.getLast();
      for (SignedHead head : heads) {
        store.proveConsistency(head, newest, NONE).check(KEY.getPublic());
        for (long position = 5; position < head.events(); position += 611) {
          InclusionProof proof = store.prove(new Position(position), head, NONE);
          proof.check(KEY.getPublic());
          proof.withoutEvent().check(KEY.getPublic());
          assertThat(proof.event().orElseThrow().position().value()).isEqualTo(position);
        }
      }
    }
  }

  @Test
  void aHiddenEventIsProvedByItsHashAlone() {
    try (EngineStore store = open()) {
      append(store, 3);
      store.delete("s-2", any());
      SignedHead head = store.signHead(KEY, NONE);
      InclusionProof proof = store.prove(Position.FIRST, head, NONE);
      proof.check(KEY.getPublic());
      assertThat(proof.event()).isEmpty();
      InclusionProof system = store.prove(new Position(3), head, NONE);
      system.check(KEY.getPublic());
      assertThat(system.event().orElseThrow().isSystem()).isTrue();
    }
  }

  /** Each byte of the header, and some of each piece; each bit is flipped in BitFlipTest. */
  @Test
  void aFileOfLeavesIsGuardedThroughout() throws IOException {
    fill(3_500);
    SignedHead head;
    try (EngineStore store = open()) {
      head = store.signHead(KEY, NONE);
    }
    Path file = leafFiles().get(1);
    byte[] bytes = Files.readAllBytes(file);
    int step = Boolean.getBoolean("daybook.quick") ? 997 : 97;
    for (int at = 0; at < bytes.length; at += at < 80 ? 1 : step) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      assertThat(verify().damages())
          .as("byte %s", at)
          .singleElement()
          .satisfies(damage -> assertThat(damage.file()).endsWith(".leaves"));
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(verify().damages()).hasSize(1);
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    Files.write(file, flipped);
    try (EngineStore store = open()) {
      for (long position = 0; position < head.events(); position += 100) {
        store.prove(new Position(position), head, NONE).check(KEY.getPublic());
      }
    }
    assertThat(file).doesNotExist();
    assertThat(verify().damages()).isEmpty();
  }

  /** Somebody changes an event of a full log file and makes all checks right. */
  private void forge(long position) throws IOException {
    Forger.forge(
        new FolderDisk(folder),
        recorded -> {
          if (recorded.position().value() != position) {
            return recorded;
          }
          Event event = recorded.event();
          byte[] data = event.data().toByteArray();
          data[data.length - 2] ^= 1;
          return new RecordedEvent(
              recorded.position(),
              recorded.stream(),
              recorded.revision(),
              recorded.recordedAt(),
              new Event(
                  event.id(), event.type(), event.tags(), Payload.json(data), event.metadata()));
        });
  }

  @Test
  void aForgedEventIsFoundByAnOlderHead() throws IOException {
    fill(3_000);
    SignedHead older;
    try (EngineStore store = open()) {
      append(store, 10);
      older = store.signHead(KEY, NONE);
      append(store, 10);
    }
    forge(1_234);

    // its checks are right, so that only its hash can tell
    VerifyReport report = verify();
    assertThat(report.damages()).hasSize(1);
    assertThat(report.damages().getFirst())
        .hasMessageContaining("position 1234")
        .hasMessageContaining("hash");
    try (EngineStore store = open()) {
      assertThatThrownBy(() -> store.prove(new Position(1_234), older, NONE))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("position 1234");
    }

    // whoever changes events removes the leaves, too: then the older head tells
    for (Path file : leafFiles()) {
      Files.delete(file);
    }
    assertThat(verify().damages()).isEmpty();
    try (EngineStore store = open()) {
      SignedHead newer = store.signHead(KEY, NONE);
      assertThatThrownBy(() -> store.proveConsistency(older, newer, NONE))
          .isInstanceOfSatisfying(
              ProofFailedException.class,
              e -> assertThat(e.reason()).isEqualTo(ProofFailedException.Reason.HISTORY_CHANGED));
      assertThatThrownBy(() -> store.prove(new Position(7), older, NONE))
          .isInstanceOf(ProofFailedException.class);
      // and no proof that somebody else's program might make would pass
      var invented = new ConsistencyProof(older, newer, List.of(older.root()));
      assertThatThrownBy(() -> invented.check(KEY.getPublic()))
          .isInstanceOf(ProofFailedException.class)
          .hasMessageContaining("are not the first of the 3020");
    }
  }

  @Test
  void aForgedEventOfTheActiveFileIsFoundToo() throws IOException {
    fill(100);
    SignedHead older;
    try (EngineStore store = open()) {
      older = store.signHead(KEY, NONE);
    }
    forge(99);
    try (EngineStore store = open()) {
      SignedHead newer = store.signHead(KEY, NONE);
      assertThatThrownBy(() -> store.proveConsistency(older, newer, NONE))
          .isInstanceOf(ProofFailedException.class);
    }
  }

  @Test
  void headsOfOthersAreRefused() {
    fill(10);
    try (EngineStore store = open();
        EngineStore other = EngineStore.open(folder.resolve("other"))) {
      append(other, 20);
      SignedHead head = store.signHead(KEY, NONE);
      SignedHead others = other.signHead(KEY, NONE);
      assertThatThrownBy(() -> store.proveConsistency(head, others, NONE))
          .hasMessageContaining(others.storeId().toString());
      assertThatThrownBy(() -> store.prove(Position.FIRST, others, NONE))
          .isInstanceOf(ProofFailedException.class);
      assertThatThrownBy(() -> store.prove(new Position(10), head, NONE))
          .isInstanceOf(IllegalArgumentException.class);
      var future =
          new SignedHead(head.storeId(), 0, 11, head.root(), head.signedAt(), head.keyId(), "");
      assertThatThrownBy(() -> store.prove(Position.FIRST, future, NONE))
          .hasMessageContaining("has only 10");
    }
  }

  @Test
  void headsAreSignedWhileEventsAreAppended() throws Exception {
    fill(2_000);
    try (EngineStore store = open()) {
      var writer = Thread.ofPlatform().start(() -> append(store, 6_000));
      List<SignedHead> heads = new ArrayList<>();
      do {
        heads.add(store.signHead(KEY, NONE));
      } while (writer.isAlive());
      writer.join();
      SignedHead last = store.signHead(KEY, NONE);
      assertThat(last.root()).isEqualTo(naiveRoot(all(store)));
      for (SignedHead head : heads) {
        store.proveConsistency(head, last, NONE).check(KEY.getPublic());
      }
    }
    assertThat(verify().damages()).isEmpty();
  }

  private static boolean isClosed(EngineStore store) {
    try {
      return store.head().value() < 0;
    } catch (EventStoreClosedException _) {
      return true;
    }
  }

  @Test
  void closingEndsTheHashing() throws InterruptedException {
    fill(5_000);
    EngineStore store = open();
    var closer = new ArrayList<Thread>();
    assertThatThrownBy(() ->
            store.signHead(
                KEY,
                (_, done, _) -> {
                  if (closer.isEmpty() && done > 2_000) {
                    closer.add(Thread.ofPlatform().start(store::close));
                    while (!isClosed(store)) {
                      Thread.onSpinWait();
                    }
                  }
                }))
        .isInstanceOf(EventStoreClosedException.class);
    assertThat(closer).hasSize(1);
    closer.getFirst().join();
    fill(10);
  }

  @Test
  void whatIsKeptForAScavengeIsTheTruthFromThenOn() throws IOException {
    fill(3_000);
    List<RecordedEvent> events;
    SignedHead head;
    try (EngineStore store = open()) {
      events = all(store);
      head = store.signHead(KEY, NONE);
    }
    for (Path file : leafFiles()) {
      Files.delete(file);
    }
    var disk = new FolderDisk(folder);
    var manifests = new Manifests(disk, Manifest.read(disk));
    var leaves = new LeafFiles(disk, manifests);
    AtomicLong read = new AtomicLong();

    Manifest.LogEntry entry =
        leaves.keep(0, position -> events.get((int) position), read::addAndGet);
    assertThat(read.get()).isEqualTo(entry.lastPosition() + 1);
    assertThat(manifests.current().logs().getFirst()).isEqualTo(entry);
    assertThat(folder.resolve(entry.leavesName())).exists();
    assertThat(verify().damages()).isEmpty();

    // a second scavenge finds some events gone, and the rest as they were
    EventSource scavenged = position -> position % 3 == 0 ? null : events.get((int) position);
    assertThat(leaves.keep(0, scavenged, _ -> {})).isEqualTo(entry);
    assertThatThrownBy(() -> leaves.keep(0, position -> events.get((int) position ^ 1), _ -> {}))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("position 0 is not the one whose hash was kept");

    // what cannot be made anew is not, and no byte of it is touched
    Path file = folder.resolve(entry.leavesName());
    byte[] damaged = Files.readAllBytes(file);
    damaged[500] ^= 1;
    Files.write(file, damaged);
    assertThatThrownBy(() -> leaves.keep(0, scavenged, _ -> {}))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(entry.leavesName());
    assertThat(file).hasBinaryContent(damaged);
    Manifest.LogEntry anew = leaves.keep(0, position -> events.get((int) position), _ -> {});
    assertThat(anew.leavesGeneration()).isGreaterThan(entry.leavesGeneration());
    assertThat(file).doesNotExist();
    try (EngineStore store = open()) {
      assertThat(store.signHead(KEY, NONE).root()).isEqualTo(head.root());
    }
  }
}
