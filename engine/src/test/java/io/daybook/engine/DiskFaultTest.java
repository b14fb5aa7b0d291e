package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.Loss;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees when the disk fails, one fault at a time. */
@ExtendWith(QuietEngine.class)
final class DiskFaultTest {
  private static final String LOG = "log/00000000000000000000-0.log";

  private SimulatedDisk disk = new SimulatedDisk(1);

  private EngineStore open() {
    EngineOptions options =
        EngineOptions.defaults()
            .withoutThreads()
            .withReserve(0)
            .withSizes(new LogSizes(16_384, 4_096, 4_096), IndexLimits.DEFAULT);
    return EngineStore.open(disk, "simulated", options);
  }

  private static Event event(String type) {
    return event(type, 100);
  }

  private static Event event(String type, int bytes) {
    return Event.of(type, Payload.of(new byte[bytes], "application/x-zeros"));
  }

  private static List<String> types(EngineStore store) {
    return store.read(Query.everything()).toList().stream().map(RecordedEvent::type).toList();
  }

  private static EventStoreFailedException failure(Runnable action) {
    return catchThrowableOfType(EventStoreFailedException.class, action::run);
  }

  @Test
  void aFailedSyncStopsTheStoreAndReopeningFindsWhatIsThere() {
    Event uncertain = event("Uncertain");
    try (EngineStore store = open()) {
      store.append("a-1", any(), event("First"));
      disk.failNth(DiskOperation.SYNC_RANGE, 1);
      EventStoreFailedException e = failure(() -> store.append("a-1", any(), uncertain));
      assertThat(e.outcomeUnknown()).isTrue();
      assertThat(e).hasMessageContaining("same event ids").hasMessageContaining("simulated");
      assertThat(failure(() -> store.append("a-1", any(), event("Later"))).outcomeUnknown())
          .isTrue();
      assertThat(types(store)).containsExactly("First");
    }
    disk = disk.powerLoss();
    try (EngineStore store = open()) {
      assertThat(types(store)).startsWith("First").doesNotContain("Later");
      store.append("a-1", any(), uncertain);
      store.append("a-1", any(), event("Last"));
      assertThat(types(store)).containsExactly("First", "Uncertain", "Last");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSeenAfterAFailedSyncStays(Loss loss) {
    try (EngineStore store = open()) {
      store.append("a-1", any(), event("First"));
      disk.failNth(DiskOperation.SYNC_RANGE, 1);
      failure(() -> store.append("a-1", any(), event("Uncertain", 3_000)));
    }
    disk = disk.kill();
    try (EngineStore store = open()) {
      assertThat(types(store)).containsExactly("First", "Uncertain");
      store.append("a-1", any(), event("Last"));
    }
    disk = disk.powerLoss(loss);
    try (EngineStore store = open()) {
      assertThat(types(store)).containsExactly("First", "Uncertain", "Last");
    }
  }

  @Test
  void aFullDiskFailsTheAppendAndTheStoreGoesOn() {
    EngineStore store = open();
    store.append("a-1", any(), event("First"));
    disk.capacity(0);
    Event large = event("Large", 30_000);
    EventStoreFailedException e = failure(() -> store.append("a-1", any(), large));
    assertThat(e.outcomeUnknown()).isFalse();
    assertThat(e).hasMessageContaining("no space left");
    store.append("a-1", ExpectedRevision.exactly(0), event("Small"));
    disk = disk.powerLoss(Loss.NONE);
    try (EngineStore after = open()) {
      assertThat(types(after)).containsExactly("First", "Small");
      disk.capacity(SimulatedDisk.UNLIMITED);
      after.append("a-1", any(), large);
      assertThat(types(after)).containsExactly("First", "Small", "Large");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aShortWriteIsNeverAdopted(long seed) {
    disk = new SimulatedDisk(seed);
    EngineStore store = open();
    store.append("a-1", any(), event("First"));
    disk.failNth(DiskOperation.WRITE, 1);
    EventStoreFailedException e = failure(() -> store.append("a-1", any(), event("Short", 2_000)));
    assertThat(e.outcomeUnknown()).isFalse();
    assertThat(e).hasMessageContaining("nothing of it is stored");
    disk = disk.powerLoss(Loss.NONE);
    try (EngineStore after = open()) {
      assertThat(types(after)).containsExactly("First");
    }
  }

  @Test
  void aWriteThatCannotBeTakenBackStopsTheStore() {
    try (EngineStore store = open()) {
      store.append("a-1", any(), event("First"));
      disk.failWithProbability(DiskOperation.WRITE, 1);
      assertThat(failure(() -> store.append("a-1", any(), event("Short"))).outcomeUnknown())
          .isTrue();
      disk.failWithProbability(DiskOperation.WRITE, 0);
      assertThat(failure(() -> store.append("a-1", any(), event("Later"))).outcomeUnknown())
          .isTrue();
    }
  }

  /** Though the append behind it, in the same group, is uncertain. */
  @Test
  void whatIsRefusedForWantOfAnIndexIsNotStoredForCertain() {
    EngineOptions options =
        EngineOptions.defaults()
            .withoutThreads()
            .withSizes(new LogSizes(16_384, 4_096, 4_096), new IndexLimits(1, 100, 1 << 20, 0, 1));
    OpenedStore parts = new Opening(disk, "simulated", options).open();
    disk.failWithProbability(DiskOperation.CREATE, 1); // no index file can be made
    commit(parts, List.of(pending("First")));
    disk.failWithProbability(DiskOperation.CREATE, 0);
    disk.failNth(DiskOperation.SYNC_RANGE, 1);
    Pending refused = pending("Refused"); // and the index is written, so that the next is not
    Pending uncertain = pending("Uncertain");
    commit(parts, List.of(refused, uncertain));
    EventStoreFailedException e = failure(refused::outcome);
    assertThat(e).hasMessageContaining("the index cannot be written");
    assertThat(e.outcomeUnknown()).isFalse();
    assertThat(failure(uncertain::outcome).outcomeUnknown()).isTrue();
    disk = disk.kill();
    try (EngineStore store = open()) {
      assertThat(types(store)).startsWith("First").doesNotContain("Refused");
    }
  }

  /** What an error left of a group, perhaps a part of an append, is not written by the next. */
  @Test
  void afterAnErrorNothingOfItsGroupIsWritten() {
    var looks = new AtomicInteger();
    EngineOptions options =
        EngineOptions.defaults()
            .withoutThreads()
            .withClock(() -> {
              if (looks.incrementAndGet() == 2) {
                throw new IllegalStateException("no clock");
              }
              return Instant.EPOCH;
            });
    OpenedStore parts = new Opening(disk, "simulated", options).open();
    looks.set(0);
    Pending first = pending("First");
    Pending second = pending("Second");
    commit(parts, List.of(first, second));
    assertThat(failure(first::outcome).outcomeUnknown()).isTrue();
    assertThat(failure(second::outcome).outcomeUnknown()).isTrue();
    Pending third = pending("Third");
    commit(parts, List.of(third));
    assertThat(failure(third::outcome)).hasRootCauseMessage("no clock");
    disk = disk.kill();
    try (EngineStore store = open()) {
      assertThat(types(store)).isEmpty();
    }
  }

  private static Pending pending(String type) {
    return new Pending(new Pending.Request.Events(Append.to("a-1").events(event(type))), null);
  }

  private static void commit(OpenedStore parts, List<Pending> group) {
    parts.committer().accept(group);
  }

  @ParameterizedTest
  @EnumSource
  void aFaultWhileTheLogGoesOnInANewFileLosesNothing(DiskOperation operation) {
    for (int nth = 1; nth < 6; nth++) {
      disk = new SimulatedDisk(nth);
      EngineStore store = open();
      int stored = 0;
      disk.failNth(operation, nth);
      boolean failed = false;
      for (int i = 0; i < 12 && !failed; i++) {
        EventStoreFailedException e = failure(() -> store.append("a-1", any(), event("E", 4_000)));
        failed = e != null && e.outcomeUnknown();
        stored += e == null ? 1 : 0;
      }
      int least = stored;
      disk = disk.powerLoss();
      try (EngineStore after = open()) {
        assertThat(types(after)).as("%s %d", operation, nth).hasSizeBetween(least, least + 1);
      }
    }
  }

  /** Of two manifests that the disk perhaps has, a reader may have seen either. */
  @Test
  void aReaderSeesWhatIsAcknowledgedAlsoAfterAManifestThatPerhapsIsThere() {
    EngineOptions options =
        EngineOptions.defaults()
            .withoutThreads()
            .withReserve(0)
            .withSizes(new LogSizes(4_096, 1_024, 1_024), new IndexLimits(3, 100, 1 << 20, 0, 4));
    for (int nth = 1; nth < 40; nth++) {
      disk = new SimulatedDisk(nth);
      List<ReadOnlyStore> readers = new ArrayList<>();
      try (EngineStore store = EngineStore.open(disk, "simulated", options)) {
        disk.failNth(DiskOperation.SYNC_FOLDER, nth);
        for (int i = 0; i < 40; i++) {
          failure(() -> store.append("a-1", any(), event("E", 200)));
          readers.add(new ReadOnlyStore(Follower.open(disk, "simulated", options), options));
          for (ReadOnlyStore reader : readers) {
            assertThat(reader.head()).as("fault %s, append %s", nth, i).isEqualTo(store.head());
          }
        }
        readers.forEach(ReadOnlyStore::close);
      }
    }
  }

  @Test
  void aStoreThatCannotBeOpenedHoldsNothing() {
    open().close();
    for (DiskOperation operation : DiskOperation.values()) {
      disk.failNth(operation, 1);
      try (EngineStore store = open()) {
        assertThat(store.head()).isNotNull();
      } catch (EventStoreFailedException e) {
        assertThat(e).hasMessageContaining("simulated");
      }
      assertThat(disk.openFiles()).isEmpty();
      assertThat(disk.mappings()).isEmpty();
    }
    open().close();
  }

  @Test
  void aPageThatCannotBeReadIsATypedError() {
    try (EngineStore store = open()) {
      store.append("a-1", any(), event("First", 8_000), event("Second"));
    }
    disk.makeUnreadable(LOG, 4_096);
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            StoreDamagedException.class, e -> assertThat(e.file()).isEqualTo(LOG))
        .hasMessageContaining("cannot read");
    disk.makeReadable(LOG);
    try (EngineStore store = open()) {
      assertThat(types(store)).containsExactly("First", "Second");
    }
  }

  @Test
  void aSecondOpeningIsRefusedUntilTheFirstIsGone() {
    EngineStore store = open();
    assertThatThrownBy(this::open).hasMessageContaining("in use");
    store.append("a-1", any(), event("First"));
    disk = disk.kill();
    try (EngineStore after = open()) {
      assertThat(types(after)).containsExactly("First");
    }
  }

  @Test
  void aLogWithoutItsManifestIsNotTakenForNothing() {
    try (EngineStore store = open()) {
      store.append("a-1", any(), event("First"));
    }
    disk.remove("MANIFEST");
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("MANIFEST");
    assertThat(disk.files()).contains(LOG);
  }

  @Test
  void aCrashWhileItIsMadeLeavesNothingInTheWay() {
    for (int step = 1; step < 20; step++) {
      for (Loss loss : Loss.values()) {
        disk = new SimulatedDisk(step).crashIn(step);
        try {
          open();
        } catch (SimulatedCrash e) {
          assertThat(disk.isDead()).isTrue();
        }
        disk = disk.powerLoss(loss);
        try (EngineStore store = open()) {
          store.append("a-1", any(), event("First"));
        }
      }
    }
  }
}
