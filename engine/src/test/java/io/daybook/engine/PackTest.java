package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Full log files as packs: the same events in fewer bytes, and every byte of them checked. */
@ExtendWith(QuietEngine.class)
final class PackTest {
  private static final EngineOptions PLAIN =
      EngineOptions.defaults()
          .withoutThreads()
          .withSizes(
              new LogSizes(65_536, 8_192, 8_192, 1_024),
              new IndexLimits(64, 10_000, 1 << 20, 0, 4));
  private static final EngineOptions COMPRESSED = PLAIN.compressed();

  private SimulatedDisk disk = new SimulatedDisk(1);

  private EngineStore open(EngineOptions options) {
    return EngineStore.open(disk, "simulated", options);
  }

  private static List<RecordedEvent> fill(EngineStore store, int appends) {
    var random = new Random(7);
    for (int i = 0; i < appends; i++) {
      List<Event> events = new ArrayList<>();
      for (int j = random.nextInt(4); j >= 0; j--) {
        String text = "{\"name\":\"number " + i + "\",\"more\":\"" + "x".repeat(200) + "\"}";
        events.add(Event.of("Noted", Payload.json(text)).withTags("tag:" + i % 5));
      }
      store.append("stream-" + random.nextInt(9), any(), events);
    }
    // larger than a block, and not to be compressed
    byte[] noise = new byte[40_000];
    random.nextBytes(noise);
    store.append("noise-1", any(), Event.of("Noise", Payload.of(noise, "x/noise")));
    store.append("noise-1", any(), Event.of("Noise", Payload.of(noise, "x/noise")));
    return all(store);
  }

  private static List<RecordedEvent> all(EngineStore store) {
    return store.read(Query.everything()).toList();
  }

  private List<String> logFiles(String ending) {
    return disk.files().stream()
        .filter(file -> file.startsWith("log/") && file.endsWith(ending))
        .toList();
  }

  @Test
  void fullFilesBecomePacksThatHoldTheSame() {
    try (EngineStore store = open(COMPRESSED)) {
      List<RecordedEvent> events = fill(store, 300);
      assertThat(logFiles(".pack")).hasSizeGreaterThan(3);
      assertThat(logFiles(".log")).hasSize(1);
      assertThat(disk.files().stream().filter(file -> file.endsWith(".loc")))
          .hasSameSizeAs(logFiles(".pack"));
      assertThat(store.read(ReadRequest.of(Query.everything()).inReverse()).toList())
          .isEqualTo(events.reversed());
      assertThat(store.read(Query.tags("tag:3")).toList())
          .isEqualTo(events.stream().filter(e -> e.tags().contains("tag:3")).toList());
      assertThat(store.stats().logBytes()).isLessThan(200_000);
      assertThat(store.stats().packedLogFiles()).isEqualTo(logFiles(".pack").size());
    }
    assertThat(EngineStore.verify(disk, "simulated", ProgressListener.none()).damages()).isEmpty();
  }

  @Test
  void theyAreReadWithoutTheOptionAndWithoutTheIndex() {
    List<RecordedEvent> events;
    try (EngineStore store = open(COMPRESSED)) {
      events = fill(store, 300);
    }
    try (EngineStore store = open(PLAIN)) {
      assertThat(all(store)).isEqualTo(events);
    }
    disk.removeFolder("index");
    try (EngineStore store = open(PLAIN)) {
      assertThat(all(store)).isEqualTo(events);
      store.append("stream-1", any(), Event.json("Noted", "{}"));
    }
    assertThat(logFiles(".pack")).hasSizeGreaterThan(3);
  }

  @Test
  void whatIsFullAlreadyIsPackedAtOpening() {
    List<RecordedEvent> events;
    try (EngineStore store = open(PLAIN)) {
      events = fill(store, 300);
      assertThat(logFiles(".pack")).isEmpty();
    }
    try (EngineStore store = open(COMPRESSED)) {
      assertThat(logFiles(".pack")).hasSizeGreaterThan(3);
      assertThat(logFiles(".log")).hasSize(1);
      assertThat(all(store)).isEqualTo(events);
    }
  }

  @Test
  void readsThatBeganBeforeGoOn() {
    try (EngineStore store = open(PLAIN)) {
      fill(store, 300);
    }
    List<RecordedEvent> read = new ArrayList<>();
    try (EngineStore store = open(COMPRESSED)) {
      fill(store, 10);
      try (var events = store.read(Query.everything())) {
        var iterator = events.iterator();
        read.add(iterator.next());
        List<RecordedEvent> more = fill(store, 300);
        iterator.forEachRemaining(read::add);
        assertThat(read).isEqualTo(more.subList(0, read.size()));
      }
    }
    assertThat(disk.mappings()).isEmpty();
  }

  @Test
  void aFlippedByteIsFoundWhereverItIs() {
    List<RecordedEvent> events;
    try (EngineStore store = open(COMPRESSED)) {
      events = fill(store, 120);
    }
    String pack = logFiles(".pack").getFirst();
    int size = disk.contents(pack).length;
    for (int at = 0; at < size; at += 1 + at % 31) {
      disk.flipBit(pack, at, at % 8);
      assertThat(EngineStore.verify(disk, "simulated", ProgressListener.none()).damages())
          .as("byte %d", at)
          .isNotEmpty();
      if (at % 5 == 0) {
        assertIsFoundOrNotNeeded(pack, events);
      }
      disk.flipBit(pack, at, at % 8);
    }
    try (EngineStore store = open(PLAIN)) {
      assertThat(all(store)).isEqualTo(events);
    }
  }

  private void assertIsFoundOrNotNeeded(String pack, List<RecordedEvent> events) {
    try (EngineStore store = open(PLAIN)) {
      assertThat(all(store)).isEqualTo(events);
    } catch (StoreDamagedException e) {
      assertThat(e.file()).isEqualTo(pack);
    }
  }
}
