package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever damages a location column: the answers stay right, and it is made anew. */
@ExtendWith(QuietEngine.class)
class ColumnRebuildTest {
  private static final int HEADER_BYTES = 72;
  private static final int ENTRY_BYTES = 8;

  private final TestClock clock = new TestClock();
  private EngineOptions options =
      EngineOptions.defaults()
          .withClock(clock)
          .withSizes(
              new LogSizes(8 << 10, 1 << 10, 1 << 10),
              new IndexLimits(100, 1 << 16, 1 << 20, 1 << 20, 4));
  private final EventStore model = InMemoryStore.with(clock);
  private final List<Event> written = new ArrayList<>();
  private final SimulatedDisk disk = new SimulatedDisk(1);

  @BeforeEach
  void write() {
    for (int round = 0; round < 10; round++) { // close records stand in the files, too
      try (EngineStore store = open()) {
        for (int i = 0; i < 25; i++) {
          append(store, 25 * round + i);
        }
      }
    }
    assertThat(columns()).hasSizeGreaterThan(2);
  }

  private EngineStore open() {
    return EngineStore.open(disk, "simulated", options.withoutThreads());
  }

  private EventStore openReadOnly() {
    return new ReadOnlyStore(Follower.open(disk, "simulated", options), options);
  }

  /** One append, of several events now and then. */
  private void append(EventStore store, int i) {
    var append = Append.to("s-" + i % 7).expecting(any()).events(event(i));
    if (i % 5 == 0) {
      append = append.and("t").expecting(any()).events(event(1_000 + i), event(2_000 + i));
    }
    model.append(append);
    store.append(append);
  }

  private Event event(int i) {
    Event event = Event.json("Type" + i % 3, "{\"n\":" + i + "}").withTags("k:" + i % 20);
    written.add(event);
    return event;
  }

  private List<String> columns() {
    return filesLike(".loc");
  }

  private List<String> filesLike(String ending) {
    return disk.files().stream().filter(name -> name.endsWith(ending)).sorted().toList();
  }

  /** Flips a bit of each place, or of each first position, in every column. */
  private void damage(boolean places) {
    for (String column : columns()) {
      int end = disk.contents(column).length - 4;
      for (int at = HEADER_BYTES + (places ? 4 : 0); at < end; at += ENTRY_BYTES) {
        disk.flipBit(column, at, 1 + at / ENTRY_BYTES % 4);
      }
    }
  }

  private void compare(EventStore store) {
    var check = new StoreCheck(store, model);
    check.sameEvents();
    check.sameIndexes();
    check.sameSubscription();
  }

  private void assertIntact() {
    VerifyReport report = EngineStore.verify(disk, "simulated", ProgressListener.none());
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsDamagedWhileOpenIsMadeAnew(boolean places) {
    try (EngineStore store = open()) {
      List<String> mapped = disk.mappings();
      damage(places);
      compare(store);
      assertThat(disk.mappings()).containsExactlyInAnyOrderElementsOf(mapped);
    }
    assertThat(disk.mappings()).isEmpty();
    assertIntact();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsDamagedAtRestIsMadeAnew(boolean places) {
    damage(places);
    try (EngineStore store = open()) {
      compare(store);
    }
    assertThat(disk.mappings()).isEmpty();
    assertIntact();
  }

  /** The opening reads the log from where the index files end, and the time of its last event. */
  @Test
  void anOpeningThatReadsByDamagedColumnsMakesThemAnew() {
    filesLike(".idx").forEach(disk::remove);
    damage(true);
    try (EngineStore store = open()) {
      compare(store);
    }
    assertIntact();
  }

  /** Making the index file anew reads by the columns. */
  @Test
  void anIndexFileIsMadeAnewByColumnsThatAreDamaged() {
    try (EngineStore store = open()) {
      for (String index : filesLike(".idx")) {
        for (int at = 64; at < disk.contents(index).length / 2; at += 40) {
          disk.flipBit(index, at, 3);
        }
      }
      damage(true);
      compare(store);
    }
    assertIntact();
  }

  @Test
  void aRetryOfAnAppendIsDecidedRight() {
    try (EngineStore store = open()) {
      damage(true);
      Event first = written.get(3);
      assertThat(store.append("s-1", any(), first)).isEqualTo(model.append("s-1", any(), first));
      compare(store);
    }
    assertIntact();
  }

  @Test
  void aReadGoesOnWhereItWas() {
    try (EngineStore store = open()) {
      List<RecordedEvent> expected = model.read(Query.everything()).toList();
      List<RecordedEvent> found = new ArrayList<>();
      try (var read = store.read(Query.everything())) {
        for (RecordedEvent event : read) {
          found.add(event);
          if (found.size() == 30) {
            damage(true);
            append(store, 5_000); // behind the head of the read
          }
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void packsAreReadByNewColumns() {
    options = options.compressed();
    open().close(); // and now all full files are packs
    assertThat(filesLike(".pack")).hasSameSizeAs(columns());
    try (EngineStore store = open()) {
      damage(true);
      compare(store);
    }
    assertIntact();
  }

  @Test
  void aFileWhoseColumnIsDamagedIsPackedAllTheSame() {
    damage(true);
    options = options.compressed();
    for (int i = 0; filesLike(".pack").size() < columns().size(); i++) {
      assertThat(i).as("openings").isLessThan(3);
      open().close();
    }
    try (EngineStore store = open()) {
      compare(store);
    }
    assertIntact();
  }

  /** What another process writes it cannot mend, and so it has its own columns in memory. */
  @Test
  void aReaderOfAnotherProcessDoesWithoutThem() {
    damage(true);
    Map<String, byte[]> before = new TreeMap<>();
    disk.files().forEach(name -> before.put(name, disk.contents(name)));
    try (EventStore store = openReadOnly()) {
      compare(store);
      damage(false);
      compare(store);
    }
    damage(false);
    assertThat(disk.mappings()).isEmpty();
    disk.files().forEach(name -> assertThat(disk.contents(name)).isEqualTo(before.get(name)));
  }

  /** It reads much of the log before it answers anything: what no index file covers. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReaderOfAnotherProcessIndexesManyFilesWithoutThem(boolean places) {
    filesLike(".idx").forEach(disk::remove);
    damage(places);
    Map<String, byte[]> before = new TreeMap<>();
    disk.files().forEach(name -> before.put(name, disk.contents(name)));
    try (EventStore store = openReadOnly()) {
      compare(store);
    }
    assertThat(disk.mappings()).isEmpty();
    disk.files().forEach(name -> assertThat(disk.contents(name)).isEqualTo(before.get(name)));
  }

  /** The log has gone on by several files since it looked last, and their columns are damaged. */
  @Test
  void aReaderOfAnotherProcessFollowsTheLogWithoutThem() {
    EngineOptions unindexed =
        options.withSizes(
            new LogSizes(8 << 10, 1 << 10, 1 << 10),
            new IndexLimits(100_000, 1 << 16, 1 << 20, 1 << 20, 4));
    List<String> known = columns();
    try (EngineStore writer = EngineStore.open(disk, "simulated", unindexed.withoutThreads());
        EventStore early = new ReadOnlyStore(Follower.open(disk, "simulated", options), options)) {
      assertThat(early.head()).isEqualTo(writer.head());
      for (int i = 0; i < 120; i++) {
        append(writer, 10_000 + i);
      }
      assertThat(columns()).hasSizeGreaterThan(known.size() + 2);
      damage(true);
      try (EventStore late = openReadOnly()) {
        compare(late);
      }
      compare(early);
      append(writer, 20_000);
      compare(early);
    }
    assertThat(disk.mappings()).isEmpty();
  }

  @Test
  void aReaderOfAnotherProcessIsToldOfDamageOfTheLogThatItIndexes() {
    filesLike(".idx").forEach(disk::remove);
    damage(true);
    String log = filesLike(".log").get(1);
    disk.flipBit(log, 128 + 24, 0);
    assertThatThrownBy(this::openReadOnly)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(log);
    assertThat(disk.mappings()).isEmpty();
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void aReaderOfAnotherProcessIsToldOfDamageOfTheLog() {
    damage(true);
    String log = filesLike(".log").getFirst();
    disk.flipBit(log, 128 + 24, 0);
    try (EventStore store = openReadOnly()) {
      assertThatThrownBy(() -> store.read(Query.everything()).toList())
          .isInstanceOf(StoreDamagedException.class)
          .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageContaining(log));
    }
  }

  @Test
  void manyReadersMeetTheDamageAtOnce() throws Exception {
    try (EngineStore store = EngineStore.open(disk, "simulated", options);
        var threads = Executors.newFixedThreadPool(4)) {
      damage(true);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            threads.submit(
                (Callable<Void>)
                    () -> {
                      compare(store);
                      return null;
                    }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertIntact();
  }

  @Test
  void aRebuildThatFailsIsTriedAgain() {
    try (EngineStore store = open()) {
      damage(true);
      disk.failNth(DiskOperation.SYNC, 1);

      assertThatThrownBy(() -> store.read(Query.everything()).toList())
          .isInstanceOf(StoreDamagedException.class)
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

      compare(store);
    }
    assertIntact();
  }

  @Test
  void damageOfTheLogIsToldAsThat() {
    try (EngineStore store = open()) {
      String log = filesLike(".log").getFirst();
      disk.flipBit(log, 128 + 24, 0); // the recorded time of the first frame
      assertThatThrownBy(() -> store.read(Query.everything()).toList())
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(log)
          .hasNoSuppressedExceptions();

      damage(true);
      assertThatThrownBy(() -> store.read(Query.everything()).toList())
          .isInstanceOf(StoreDamagedException.class)
          .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageContaining(log));
      assertThat(columns()).noneMatch(name -> name.endsWith(".new"));
    }
  }
}
