package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.ForwardingFile;
import io.daybook.engine.io.Loss;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.Forger;
import io.daybook.engine.log.FuzzChecks;
import io.daybook.engine.log.LogRecovery;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Manifests;
import io.daybook.engine.log.Reserve;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an opening finds the end of a log that was not closed, byte by byte. */
@ExtendWith(QuietEngine.class)
final class LogEndTest {
  private static final String LOG = "log/00000000000000000000-0.log";
  private static final int EVENTS = 8;

  private final TestClock clock = new TestClock();
  private EngineOptions options = options(64 << 10, 1 << 16);

  private EngineOptions options(int fileBytes, int eventsOfAnIndex) {
    return EngineOptions.defaults()
        .withClock(clock)
        .withoutThreads()
        .withSizes(
            new LogSizes(fileBytes, 1_024, 1_024, 100),
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

  private static int endWithoutPadding(byte[] log, int frame) {
    int end = FuzzChecks.endOfFrame(log, frame);
    while (log[end - 1] == 0) {
      end--;
    }
    return end;
  }

  /** Each way in which the last append can be cut off. */
  @Test
  void aLastAppendThatIsCutOffIsRolledBack() {
    MemoryDisk disk = killed();
    byte[] whole = log(disk);
    int frame = FuzzChecks.lastFrame(whole);
    int end = endWithoutPadding(whole, frame);
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

  /** Of an append of several frames, too, nothing stays. */
  @Test
  void aLastAppendOfSeveralFramesThatIsCutOffIsRolledBack() {
    var disk = new MemoryDisk();
    EngineStore store = open(disk);
    store.append("s-1", any(), event(0));
    int begin = FuzzChecks.endOfFrame(log(disk), FuzzChecks.lastFrame(log(disk)));
    store.append("s-1", any(), event(1), event(2), event(3));
    byte[] whole = log(disk);
    int last = FuzzChecks.lastFrame(whole);
    assertThat(FuzzChecks.lastFrame(Arrays.copyOf(whole, last))).isGreaterThan(begin);
    int end = endWithoutPadding(whole, last);
    for (int cut = begin; cut <= end; cut++) {
      byte[] bytes = whole.clone();
      Arrays.fill(bytes, cut, bytes.length, (byte) 0);
      var killed = new MemoryDisk(disk.contents());
      killed.put(LOG, bytes);
      try (EngineStore opened = open(killed)) {
        assertHolds(opened, cut < end ? 1 : 4);
        if (cut < end) {
          assertThat(Arrays.copyOfRange(log(killed), begin, bytes.length)).containsOnly(0);
          opened.append("s-1", any(), event(1), event(2));
          assertHolds(opened, 3);
        }
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

  /** Two appends of one group, of which the first is torn: it was never acknowledged. */
  @Test
  void aWholeFrameBehindATornOneOfItsGroupIsRolledBack() {
    MemoryDisk disk = killed();
    byte[] bytes = log(disk);
    int last = FuzzChecks.lastFrame(bytes);
    int before = FuzzChecks.lastFrame(Arrays.copyOf(bytes, last));
    FuzzChecks.setLastMark(bytes, before);
    bytes[last - 1 - 16] ^= 1;
    disk.put(LOG, bytes);
    try (EngineStore store = open(disk)) {
      assertHolds(store, EVENTS - 2);
      assertThat(Arrays.copyOfRange(log(disk), before, bytes.length)).containsOnly(0);
    }
  }

  /** A frame that is right by itself and says of another position that it begins there. */
  @Test
  void aFrameOfAnotherPositionIsNotTheNext() {
    MemoryDisk disk = killed();
    byte[] bytes = log(disk);
    int frame = FuzzChecks.lastFrame(bytes);
    bytes[frame + 16]++;
    FuzzChecks.mendFrames(bytes);
    disk.put(LOG, bytes);
    try (EngineStore store = open(disk)) {
      assertHolds(store, EVENTS - 1);
    }
  }

  /** A large group is written again whole, and many zeros behind it, but no more. */
  @Test
  void aFileStaysAsLargeAsItWas() {
    options = options(64 << 20, 1 << 16);
    options =
        options.withSizes(
            new LogSizes(64 << 20, 5 << 19, 5 << 19),
            new IndexLimits(1 << 16, 1 << 16, 64 << 20, 64 << 20, 4));
    MemoryDisk disk = killed();
    assertThat(log(disk)).hasSizeGreaterThan(5 << 19);
    byte[] data = new byte[5 << 19];
    Arrays.fill(data, (byte) 3);
    EngineStore store = open(disk);
    store.append("s-1", any(), Event.of("T", Payload.of(data, "x/y")));
    disk = new MemoryDisk(disk.contents());
    byte[] before = log(disk);
    try (EngineStore again = open(disk)) {
      assertThat(log(disk)).isEqualTo(before);
      assertHolds(again, EVENTS + 1);
    }
  }

  /** What a killed process wrote and did not sync was seen, and so it is durable from then on. */
  @ParameterizedTest
  @EnumSource
  void whatAnOpeningFindsIsDurable(Loss loss) throws IOException {
    for (int seed = 1; seed <= 8; seed++) { // by which a failed sync wrote it or not
      SimulatedDisk disk = notSynced(seed);
      assertHolds(open(disk), 2);
      try (EngineStore after = open(disk.powerLoss(loss))) {
        assertHolds(after, 2);
      }
      disk = notSynced(seed);
      var _ = recovery(disk).open(new Manifests(disk, Manifest.read(disk))); // and no more
      try (EngineStore after = open(disk.powerLoss(loss))) {
        assertHolds(after, 2);
      }
    }
  }

  /** A store whose process was killed when the sync behind its second append had failed. */
  private SimulatedDisk notSynced(int seed) {
    var disk = new SimulatedDisk(seed);
    EngineStore store = open(disk);
    store.append("s-1", any(), event(0));
    disk.failNth(DiskOperation.SYNC_RANGE, 1);
    assertThatThrownBy(() -> store.append("s-1", any(), event(1)))
        .isInstanceOf(EventStoreFailedException.class);
    return disk.kill();
  }

  private LogRecovery recovery(Disk disk) {
    return new LogRecovery(disk, options.logSizes(), true, new Reserve(disk, 0));
  }

  /** Its making is cut short at each step: then it is made again. */
  @ParameterizedTest
  @EnumSource
  void aNewStoreIsThereWholeOrNotAtAll(Loss loss) throws IOException {
    boolean made = false;
    for (int steps = 1; !made; steps++) {
      var disk = new SimulatedDisk(steps).foldersInOrder(false).crashIn(steps);
      try {
        recovery(disk).create(new UUID(1, 2), 0);
        made = true;
      } catch (SimulatedCrash _) {
        // as was asked for
      }
      SimulatedDisk after = disk.powerLoss(loss);
      try (EngineStore store =
          EngineStore.open(after, "small", made ? options.mustExist() : options)) {
        assertThat(store.head()).isEqualTo(Position.BEFORE_FIRST);
        store.append("s-1", any(), event(0));
        assertHolds(store, 1);
      }
    }
  }

  /** A log file with frames belongs to a store; an empty one is of a making that was cut short. */
  @Test
  void aStoreWithoutItsManifestIsNotMadeAnew() throws IOException {
    MemoryDisk disk = killed();
    disk.delete("MANIFEST");
    byte[] whole = log(disk);
    for (int length : new int[] {whole.length, 129}) {
      byte[] bytes = Arrays.copyOf(whole, length);
      disk.put(LOG, bytes);
      assertThatThrownBy(() -> open(disk))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("MANIFEST")
          .hasMessageContaining("it is missing, but there is a log file");
      assertThat(log(disk)).isEqualTo(bytes);
    }
    disk.put(LOG, Arrays.copyOf(whole, 128));
    try (EngineStore store = open(disk)) {
      assertThat(store.head()).isEqualTo(Position.BEFORE_FIRST);
    }
  }

  /** A close record is never torn: what it follows was durable. */
  @Test
  void aCloseRecordThatDoesNotFitIsDamage() {
    var disk = new MemoryDisk();
    try (EngineStore store = open(disk)) {
      store.append("s-1", any(), event(0));
    }
    byte[] bytes = log(disk);
    int close = FuzzChecks.lastFrame(bytes);
    assertThat(bytes[close + 12]).as("a close record").isEqualTo((byte) 2);
    bytes[close + 16]++;
    FuzzChecks.mendFrames(bytes);
    disk.put(LOG, bytes);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(LOG)
        .hasMessageContaining("a later one was written after it was durable");
  }

  @ParameterizedTest
  @EnumSource
  void aNewStoreIsDurable(Loss loss) {
    for (boolean encrypted : new boolean[] {false, true}) {
      options = encrypted ? options.encrypted(TestKeys.key(1)) : options;
      var disk = new SimulatedDisk(1).foldersInOrder(false);
      EngineStore store = open(disk);
      Checkpoint start = store.checkpointAt(Position.BEFORE_FIRST);
      SimulatedDisk after = disk.powerLoss(loss);
      try (EngineStore again = EngineStore.open(after, "small", options.mustExist())) {
        assertThat(again.checkpointAt(Position.BEFORE_FIRST)).isEqualTo(start);
        again.append("s-1", any(), event(0));
      }
    }
  }

  /** Recorded time goes on from the last event, also where the newest file has none. */
  @Test
  void timeGoesOnBehindAnEmptyFile() throws IOException {
    options = options(1_024, 1);
    for (int steps = 1; ; steps++) {
      var disk = new SimulatedDisk(3);
      clock.advance(Duration.ofSeconds(10));
      Instant last = clock.instant();
      try {
        EngineStore store = open(disk);
        disk.crashIn(steps);
        for (int i = 0; i < 30; i++) {
          store.append("s-1", any(), event(i));
        }
      } catch (SimulatedCrash | EventStoreFailedException _) {
        SimulatedDisk after = disk.kill();
        clock.advance(Duration.ofSeconds(-5));
        if (newestFileIsEmpty(after)) {
          try (EngineStore again = open(after)) {
            again.append("s-2", any(), event(0));
            RecordedEvent event = again.read(Query.stream("s-2")).toList().getFirst();
            assertThat(event.recordedAt()).isAfterOrEqualTo(last);
          }
          return;
        }
      }
    }
  }

  private static boolean newestFileIsEmpty(SimulatedDisk disk) throws IOException {
    List<Manifest.LogEntry> logs = Manifest.read(disk).logs();
    return logs.size() > 1 && FuzzChecks.lastFrame(disk.contents(logs.getLast().name())) == 0;
  }

  /** Whatever an opening refuses, it lets go of all files. */
  @Test
  void aRefusalHoldsNothing() throws IOException {
    options = options(1_024, 1 << 16).compressed();
    var disk = new SimulatedDisk(1);
    try (EngineStore store = open(disk)) {
      for (int i = 0; i < 40; i++) {
        store.append("s-1", any(), event(i));
      }
    }
    open(disk).close();
    List<String> files = disk.files();
    for (String file : files) {
      for (int at : new int[] {9, 20, 70, 100, 200}) {
        byte[] whole = disk.contents(file);
        if (at < whole.length) {
          disk.flipBit(file, at, 2);
          refused(disk, file + " " + at);
          disk.put(file, whole);
        }
      }
      if (file.startsWith("log/") && !file.equals("log/spare")) {
        byte[] whole = disk.contents(file);
        disk.remove(file);
        assertThat(refused(disk, file)).isTrue();
        disk.put(file, Arrays.copyOf(whole, whole.length / 2));
        refused(disk, file);
        disk.put(file, whole);
      }
    }
  }

  private boolean refused(SimulatedDisk disk, String why) {
    SimulatedDisk copy = disk.copy();
    boolean refused = false;
    try {
      open(copy).close();
    } catch (EventStoreFailedException _) {
      refused = true;
    }
    assertThat(copy.mappings()).as(why).isEmpty();
    assertThat(copy.openFiles()).as(why).isEmpty();
    return refused;
  }

  /** A pack stands for a log file of a length that the manifest knows. */
  @Test
  void aPackThatStandsForMoreThanWasListedIsRefused() throws IOException {
    options = options(1_024, 1 << 16).compressed();
    var disk = new MemoryDisk();
    try (EngineStore store = open(disk)) {
      for (int i = 0; i < 40; i++) {
        store.append("s-1", any(), event(i));
      }
    }
    open(disk).close();
    Manifest manifest = Manifest.read(disk);
    Manifest.LogEntry pack = manifest.logs().getFirst();
    assertThat(pack.packed()).isTrue();
    List<Manifest.LogEntry> logs = new ArrayList<>(manifest.logs());
    logs.set(
        0,
        new Manifest.LogEntry(
            pack.base(),
            pack.generation(),
            true,
            pack.lastCheck(),
            pack.usedBytes() - 8,
            pack.lastPosition(),
            pack.leavesGeneration()));
    new Manifest(
            manifest.storeId(),
            manifest.epoch(),
            manifest.sequence() + 1,
            manifest.nextGeneration(),
            0,
            logs,
            manifest.indexes())
        .write(disk);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(pack.name())
        .hasMessageContaining("it does not end at place " + (pack.usedBytes() - 8));
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
