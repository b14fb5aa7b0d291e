package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.tck.TestClock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Tests the tests: a bug that is put into a store is found by what the other tests compare and
 * verify. Bugs of the disk, and of the engine's use of it, are those of {@code LyingDisk} in {@link
 * CrashTest}; one of the queue is in {@link LinearizabilityTest}.
 */
final class SeededBugTest {
  private static final int EVENTS = 6;

  private final TestClock clock = new TestClock();
  private final EngineOptions options =
      EngineOptions.defaults()
          .withClock(clock)
          .withoutThreads()
          .withSizes(new LogSizes(4_096, 512, 512), new IndexLimits(EVENTS, 10_000, 4_096, 0, 4));

  /** Without the bug, so that it is the bug that is found. */
  @Test
  void nothingIsFoundWhereThereIsNoBug() {
    compare(closedStore("x:1"));
  }

  /** The bytes are changed, and no check says so: as if none were made when an event is read. */
  @Test
  void aReadWithoutChecksIsFoundOut() {
    MemoryDisk disk = closedStore("x:1");
    disk.contents()
        .forEach((name, bytes) -> {
          if (name.endsWith(".log")) {
            FuzzChecks.changeFirstEvent(bytes);
            disk.put(name, bytes);
          }
        });
    assertThatThrownBy(() -> compare(disk))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("but read");
  }

  /** The index was made of events of which one lacks its tag; its own checks hold. */
  @Test
  void anIndexEntryThatIsMissingIsFoundOut() {
    MemoryDisk disk = closedStore("x:1");
    Map<String, byte[]> without = closedStore("x:2").contents();
    disk.contents()
        .forEach((name, bytes) -> {
          if (name.endsWith(".idx")) {
            byte[] other = without.get(name);
            FuzzChecks.adopt(other, bytes);
            disk.put(name, other);
          }
        });
    assertThat(EngineStore.verify(disk, "seeded", ProgressListener.none()).damages())
        .singleElement()
        .satisfies(damage -> assertThat(damage.file()).endsWith(".idx"))
        .satisfies(damage -> assertThat(damage).hasMessageContaining("missing under the TAG x:1"));
    assertThatThrownBy(() -> compare(disk)).isInstanceOf(AssertionError.class);
  }

  private void compare(MemoryDisk disk) {
    InMemoryStore model = InMemoryStore.with(clock);
    fill(model, "x:1");
    try (EngineStore store = EngineStore.open(disk, "seeded", options)) {
      var check = new StoreCheck(store, model);
      check.sameEvents();
      check.sameIndexes();
    }
  }

  private MemoryDisk closedStore(String lastTag) {
    var disk = new MemoryDisk();
    try (EngineStore store = EngineStore.open(disk, "seeded", options)) {
      fill(store, lastTag);
    }
    assertThat(disk.contents().keySet()).anyMatch(name -> name.endsWith(".idx"));
    return disk;
  }

  private static void fill(EventStore store, String lastTag) {
    for (int i = 0; i < EVENTS; i++) {
      String tag = i == EVENTS - 1 ? lastTag : "x:1";
      Event event = Event.json("T", "{\"n\":1}").withId(new UUID(1, i));
      store.append("a-1", ExpectedRevision.any(), List.of(event.withTags(tag, "x:2")));
    }
  }
}
