package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.Loss;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each durability mode promises; the crashes by seeds are in {@link CrashTest}. */
@Timeout(60)
@ExtendWith(QuietEngine.class)
final class DurabilityTest {
  private static final EngineOptions DAILY =
      EngineOptions.defaults().withDurability(Durability.interval(Duration.ofDays(1)));
  private static final EngineOptions OFTEN =
      EngineOptions.defaults().withDurability(Durability.interval(Duration.ofMillis(1)));

  private SimulatedDisk disk = new SimulatedDisk(1);

  private static List<String> types(EngineStore store) {
    return store.read(Query.everything()).toList().stream().map(RecordedEvent::type).toList();
  }

  @Test
  void betweenSyncsAPowerLossLosesWhatWasAcknowledgedAndAKillNothing() {
    EngineStore store = EngineStore.open(disk, "simulated", DAILY);
    store.append("a-1", any(), Event.json("First", "{}"));
    disk = disk.kill();
    store = EngineStore.open(disk, "simulated", DAILY);
    assertThat(types(store)).containsExactly("First");
    store.append("a-1", any(), Event.json("Second", "{}"));
    assertThat(types(store)).containsExactly("First", "Second");
    disk = disk.powerLoss(Loss.ALL);
    try (EngineStore after = EngineStore.open(disk, "simulated", DAILY)) {
      assertThat(types(after)).containsExactly("First");
    }
  }

  @Test
  void aCleanCloseSyncs() {
    try (EngineStore store = EngineStore.open(disk, "simulated", DAILY)) {
      store.append("a-1", any(), Event.json("First", "{}"));
    }
    disk = disk.powerLoss(Loss.ALL);
    try (EngineStore after = EngineStore.open(disk, "simulated", DAILY)) {
      assertThat(types(after)).containsExactly("First");
    }
  }

  /**
   * A close record that is there says that all before it is, and so does an index file, which a
   * close writes if much is not indexed: so they must not get there first.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20})
  void aCrashWhileItClosesIsNotTakenForDamage(long maxBytesAtClose) {
    var options =
        DAILY
            .withoutThreads()
            .withSizes(
                new LogSizes(16 << 10, 4 << 10, 4 << 10),
                new IndexLimits(100, 100, 1 << 20, maxBytesAtClose, 4));
    for (int seed = 0; seed < 96; seed++) {
      disk = new SimulatedDisk(seed);
      EngineStore store = EngineStore.open(disk, "simulated", options);
      for (int i = 0; i < 4; i++) {
        store.append("a-1", any(), Event.of("E", Payload.of(new byte[700], "x/y")));
      }
      disk.crashIn(1 + seed % 16);
      try {
        store.close();
      } catch (SimulatedCrash e) {
        assertThat(disk.isDead()).isTrue();
      }
      disk = disk.powerLoss(Loss.WRITES);
      try (EngineStore after = EngineStore.open(disk, "simulated", options)) {
        assertThat(types(after)).hasSizeBetween(0, 4);
      }
    }
  }

  @Test
  void whatIsUnsyncedIsSyncedAfterTheIntervalAndAFailureStopsTheStore() {
    OpenedStore parts = new Opening(disk, "simulated", OFTEN).open();
    try (EngineStore store = new EngineStore(parts, OFTEN)) {
      disk.failWithProbability(DiskOperation.SYNC_RANGE, 1);
      store.append("a-1", any(), Event.json("First", "{}"));
      while (parts.committer().stopped() == null) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> store.append("a-1", any(), Event.json("Next", "{}")))
          .isInstanceOfSatisfying(
              EventStoreFailedException.class, e -> assertThat(e.outcomeUnknown()).isTrue())
          .hasMessageContaining("failed to sync")
          .hasMessageContaining("open it again");
      assertThat(types(store)).containsExactly("First");
    }
  }

  /** Or a loss of power would take back what hides events, and leave none to be seen again. */
  @Test
  void aScavengeReclaimsNothingThatIsHiddenByWhatIsNotSynced() {
    var options =
        DAILY
            .withoutThreads()
            .withSizes(
                new LogSizes(16 << 10, 4 << 10, 4 << 10),
                new IndexLimits(100, 100, 1 << 20, 1 << 20, 4));
    Set<Long> seen = new HashSet<>();
    for (int seed = 0; seed < 16; seed++) {
      disk = new SimulatedDisk(seed);
      EngineStore store = EngineStore.open(disk, "simulated", options);
      for (String stream : List.of("a-1", "b-1")) { // the second has the log go on in other files
        for (int i = 0; i < 40; i++) {
          store.append(stream, any(), Event.of(stream, Payload.of(new byte[700], "x/y")));
        }
      }
      disk.failWithProbability(DiskOperation.SYNC_RANGE, 1); // what it synced is by luck
      store.delete("a-1", any());
      assertThat(types(store)).containsOnly("b-1");
      assertThatThrownBy(() -> store.scavenge(ProgressListener.none()))
          .isInstanceOf(EventStoreFailedException.class)
          .hasMessageContaining("failed to sync");
      disk = disk.powerLoss(Loss.ALL);
      try (EngineStore after = EngineStore.open(disk, "simulated", options)) {
        seen.add(types(after).stream().filter("a-1"::equals).count());
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(0L, 40L);
  }

  @Test
  void anIntervalIsInRange() {
    assertThatThrownBy(() -> Durability.interval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThat(Durability.interval(Duration.ofMillis(50))).hasToString("interval PT0.05S");
    assertThat(Durability.fsync()).hasToString("fsync");
  }

  @Test
  void aTemporaryStoreIsGoneAfterItIsClosed() throws IOException {
    Path root = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> before = temporary(root);
    EngineStore store = EngineStore.temporary();
    store.append("a-1", any(), Event.json("First", "{}"));
    assertThat(types(store)).containsExactly("First");
    List<Path> its = temporary(root).stream().filter(path -> !before.contains(path)).toList();
    assertThat(its).anySatisfy(path -> assertThat(path.resolve("MANIFEST")).exists());
    store.close();
    assertThat(its).anySatisfy(path -> assertThat(path).doesNotExist());
  }

  private static List<Path> temporary(Path root) throws IOException {
    try (var paths = Files.newDirectoryStream(root, "daybook-*")) {
      return java.util.stream.StreamSupport.stream(paths.spliterator(), false).toList();
    }
  }
}
