package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.ForwardingFile;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.log.Forger;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an opening finds the end of a log that was not closed, byte by byte. */
final class LogEndTest {
  private static final String LOG = "log/00000000000000000000-0.log";
  private static final int EVENTS = 8;

  /** What the engine warns of is expected here; kept, so that it is not collected. */
  private static final Logger LOGGER = Logger.getLogger("io.daybook.engine");

  private final TestClock clock = new TestClock();
  private EngineOptions options = options(64 << 10, 1 << 16);

  @BeforeAll
  static void beQuiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void beAsBefore() {
    LOGGER.setLevel(null);
  }

  private EngineOptions options(int fileBytes, int eventsOfAnIndex) {
    return EngineOptions.defaults()
        .withClock(clock)
        .withoutThreads()
        .withSizes(
            new LogSizes(fileBytes, 1_024, 1_024),
            new IndexLimits(eventsOfAnIndex, 1 << 16, 1 << 20, 1 << 20, 4));
  }

  private EngineStore open(Disk disk) {
    return EngineStore.open(disk, "small", options);
  }

  private static Event event(int number) {
    return Event.json("T" + number, "{\"a name\":\"and a value\"}");
  }

  /** A store of single events that is left as it is when the process is killed. */
  private MemoryDisk killed() {
    var disk = new MemoryDisk();
    EngineStore store = open(disk);
    for (int i = 0; i < EVENTS; i++) {
      store.append("s-1", any(), event(i));
    }
    return new MemoryDisk(disk.contents());
  }

  private static byte[] log(MemoryDisk disk) {
    return disk.contents().get(LOG);
  }

  /** Reads each event by its place. */
  private static void assertHolds(EngineStore store, int events) {
    assertThat(store.head().value()).isEqualTo(events - 1);
    for (int i = 0; i < events; i++) {
      var request = ReadRequest.of(Query.everything()).from(new Position(i)).limit(1);
      assertThat(store.read(request).toList())
          .singleElement()
          .satisfies(event -> assertThat(event.type()).startsWith("T"));
    }
  }

  /** Of a body that was torn nothing stays, also not in memory: what comes next stands there. */
  @Test
  void whatFollowsATornBodyTakesItsPlace() {
    MemoryDisk disk = killed();
    byte[] bytes = log(disk);
    int frame = FuzzChecks.lastFrame(bytes);
    int end = FuzzChecks.endOfFrame(bytes, frame);
    Arrays.fill(bytes, end - 16, end, (byte) 0);
    disk.put(LOG, bytes);
    try (EngineStore store = open(disk)) {
      assertHolds(store, EVENTS - 1);
      assertThat(Arrays.copyOfRange(log(disk), frame, bytes.length)).containsOnly(0);
      for (int i = EVENTS; i < 3 * EVENTS; i++) {
        store.append("s-1", any(), event(i));
        assertHolds(store, i);
      }
    }
  }

  /** Each way in which the last append can be cut off. */
  @Test
  void aLastAppendThatIsCutOffIsRolledBack() {
    MemoryDisk disk = killed();
    byte[] whole = log(disk);
    int frame = FuzzChecks.lastFrame(whole);
    int end = FuzzChecks.endOfFrame(whole, frame);
    while (whole[end - 1] == 0) {
      end--; // padding
    }
    for (int cut = frame; cut <= end; cut++) {
      byte[] bytes = whole.clone();
      Arrays.fill(bytes, cut, bytes.length, (byte) 0);
      disk.put(LOG, bytes);
      try (EngineStore store = open(new MemoryDisk(disk.contents()))) {
        assertThat(store.head().value())
            .as("cut at %s", cut)
            .isEqualTo(EVENTS - (cut < end ? 2 : 1));
      }
    }
  }

  /** The last append is lost, and it alone, and an index file tells of it. */
  @Test
  void anAppendThatAnIndexFileCoversIsMissed() {
    options = options(64 << 10, 1);
    MemoryDisk disk = killed();
    byte[] bytes = log(disk);
    Arrays.fill(bytes, FuzzChecks.lastFrame(bytes), bytes.length, (byte) 0);
    disk.put(LOG, bytes);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(LOG)
        .hasMessageContaining("ends here, before position " + (EVENTS - 1));
  }

  /** A mark is believed only as far as it makes sense, and the last group is written again. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -8, 0, 120, 1 << 30, Long.MAX_VALUE})
  void aMarkThatCannotBeDoesNoHarm(long mark) {
    MemoryDisk disk = killed();
    byte[] bytes = log(disk);
    FuzzChecks.setLastMark(bytes, mark);
    disk.put(LOG, bytes);
    int frame = FuzzChecks.lastFrame(bytes);
    var recording = new RecordingDisk(disk);
    try (EngineStore store = open(recording)) {
      assertHolds(store, EVENTS);
      assertThat(log(disk)).isEqualTo(bytes);
      assertThat(recording.leastWritten).isBetween(128L, (long) frame);
    }
  }

  @Test
  void aFrameBehindTheEndSaysThatItWasDurable() {
    MemoryDisk disk = killed();
    byte[] bytes = log(disk);
    int frame = FuzzChecks.lastFrame(bytes);
    bytes[frame - 1 - 16] ^=
        1; // in the frame before, of which the last one says that it is durable
    disk.put(LOG, bytes);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("a later one was written after it was durable");
  }

  /** A full file of which all checks hold, and yet it is not the one that was written. */
  @Test
  void aFullFileWithAnotherEndIsRefused() throws IOException {
    options = options(1_024, 1 << 16);
    var disk = new MemoryDisk();
    try (EngineStore store = open(disk)) {
      for (int i = 0; i < EVENTS; i++) {
        store.append("s-1", any(), event(i));
      }
    }
    Map<String, byte[]> before = disk.contents();
    Forger.forge(disk, LogEndTest::forged);
    disk.put("MANIFEST", before.get("MANIFEST"));
    for (String name : before.keySet()) {
      if (name.endsWith(".loc")) {
        disk.delete(name); // so that the frames are looked at
      }
    }
    assertThat(disk.contents().get(LOG)).isNotEqualTo(before.get(LOG));
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(LOG)
        .hasMessageContaining("its last frame is not the one that was written");
  }

  private static RecordedEvent forged(RecordedEvent event) {
    return event.position().value() > 0
        ? event
        : new RecordedEvent(
            event.position(),
            event.stream(),
            event.revision(),
            event.recordedAt(),
            Event.json(event.type(), "{\"a name\":\"and a VALUE\"}").withId(event.id()));
  }

  /** Remembers the least offset at which something else than zeros was written to a log file. */
  private static final class RecordingDisk extends ForwardingDisk {
    private long leastWritten = Long.MAX_VALUE;

    RecordingDisk(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile open(String name) throws IOException {
      DiskFile file = disk().open(name);
      return !name.equals(LOG)
          ? file
          : new ForwardingFile(file) {
            @Override
            public void write(long offsetBytes, byte[] bytes, int from, int length)
                throws IOException {
              for (int i = from; i < from + length; i++) {
                if (bytes[i] != 0) {
                  leastWritten = Math.min(leastWritten, offsetBytes);
                }
              }
              file().write(offsetBytes, bytes, from, length);
            }
          };
    }
  }
}
