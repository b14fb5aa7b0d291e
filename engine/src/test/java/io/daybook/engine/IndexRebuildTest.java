package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.tck.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever damages an index file, deep inside: the answers stay right, and it is made anew. */
@ExtendWith(QuietEngine.class)
class IndexRebuildTest {
  private static final int EVENTS_A_FILE = 200;
  private static final int FOOTER_BYTES = 256;

  private final TestClock clock = new TestClock();
  private final EngineOptions options =
      EngineOptions.defaults()
          .withClock(clock)
          .withSizes(
              new LogSizes(64 << 10, 8 << 10, 16 << 10),
              new IndexLimits(EVENTS_A_FILE, 1 << 16, 1 << 20, 1 << 20, 4));
  private final EventStore model = InMemoryStore.with(clock);
  private final List<Event> written = new ArrayList<>();
  private SimulatedDisk disk = new SimulatedDisk(1);

  /** A part of an index file, by the words of the format. */
  enum Part {
    ENTRIES,
    SPARSE,
    TERM_TABLE,
    ID_TABLE,
    FILTER;

    /** From where to where it goes. */
    int[] in(byte[] file) {
      int footer = file.length - FOOTER_BYTES;
      int sparse = (int) Bytes.getLong(file, footer + 56);
      int filter = (int) Bytes.getLong(file, footer + 72);
      int terms = (int) Bytes.getLong(file, footer + 88);
      int ids = (int) Bytes.getLong(file, footer + 112);
      return switch (this) {
        case ENTRIES -> new int[] {64, sparse};
        case SPARSE -> new int[] {sparse, terms};
        case TERM_TABLE -> new int[] {terms, ids};
        case ID_TABLE -> new int[] {ids, filter};
        case FILTER -> new int[] {filter, footer};
      };
    }
  }

  @BeforeEach
  void write() {
    try (EngineStore store = open()) {
      for (int i = 0; i < 3 * EVENTS_A_FILE + 20; i++) {
        append(store, i);
        if (i == 30) {
          both(
              store,
              one -> one.changeSettings("s-1", any(), StreamSettings.none().withMaxCount(9)));
        }
      }
      assertThat(store.stats().indexFiles()).isEqualTo(3);
    }
  }

  private EngineStore open() {
    return EngineStore.open(disk, "simulated", options.withoutThreads());
  }

  private void append(EventStore store, int i) {
    Event event =
        Event.json("Type" + i % 3, "{\"n\":" + i + "}").withTags("k:" + i % 20, "u:" + i / 10);
    written.add(event);
    both(store, one -> one.append("s-" + i % 7, any(), event));
  }

  private interface Change {
    void on(EventStore store);
  }

  private void both(EventStore store, Change change) {
    change.on(model);
    change.on(store);
  }

  /** Flips a bit here and there in a part of each index file. */
  private List<String> damage(Part part) {
    List<String> files = indexFiles();
    for (String file : files) {
      int[] range = part.in(disk.contents(file));
      for (int at = range[0]; at < range[1]; at += 40) {
        disk.flipBit(file, at, at % 7);
      }
    }
    return files;
  }

  private List<String> indexFiles() {
    return disk.files().stream().filter(name -> name.endsWith(".idx")).toList();
  }

  @ParameterizedTest
  @EnumSource
  void readsAreAnsweredRight(Part part) {
    afterDamage(part, (store, check) -> check.sameIndexes());
    afterDamage(part, (_, check) -> check.sameRead(ReadRequest.of(Query.tags("k:7"))));
    afterDamage(
        part, (_, check) -> check.sameRead(ReadRequest.of(Query.types("Type1")).inReverse()));
    afterDamage(part, (_, check) -> check.sameRead(ReadRequest.of(Query.stream("s-1"))));
    afterDamage(part, (_, check) -> check.sameSubscription());
    afterDamage(
        part,
        (store, _) -> {
          UUID id = written.get(100).id();
          assertThat(store.find(id)).isEqualTo(model.find(id));
          assertThat(store.streamInfo("s-3")).isEqualTo(model.streamInfo("s-3"));
          assertThat(store.list(Dimension.TAG, "u:").toList())
              .isEqualTo(model.list(Dimension.TAG, "u:").toList());
        });
  }

  @ParameterizedTest
  @EnumSource
  void appendsAreDecidedRight(Part part) {
    afterDamage(
        part,
        (store, _) ->
            assertThatThrownBy(() ->
                    store.append(
                        Append.to("x")
                            .events(Event.json("X", "{}"))
                            .unless(Query.tags("u:1"), Position.BEFORE_FIRST)))
                .isInstanceOf(AppendConditionException.class));
    afterDamage(
        part,
        (store, _) ->
            assertThatThrownBy(() -> store.append("s-2", exactly(1), Event.json("X", "{}")))
                .isInstanceOf(RevisionConflictException.class));
    afterDamage(
        part,
        (store, _) ->
            assertThat(store.append("s-5", any(), written.get(5)).firstPosition().value())
                .isEqualTo(5));
  }

  /** Opens, does, and compares all with the model; in the end the files are new and whole. */
  private void afterDamage(Part part, BiConsumer<EventStore, StoreCheck> action) {
    for (boolean whileOpen : new boolean[] {true, false}) {
      if (whileOpen && part == Part.FILTER) {
        continue; // it is in memory from the opening on
      }
      SimulatedDisk undamaged = disk;
      disk = disk.copy();
      List<String> damaged = List.of();
      if (!whileOpen) {
        damaged = damage(part);
      }
      try (EngineStore store = open()) {
        if (whileOpen) {
          damaged = damage(part);
        }
        var check = new StoreCheck(store, model);
        action.accept(store, check);
        check.sameIndexes();
      }
      assertReplaced(damaged);
      disk = undamaged;
    }
  }

  private void assertReplaced(List<String> damaged) {
    assertThat(indexFiles()).hasSameSizeAs(damaged).doesNotContainAnyElementsOf(damaged);
    assertIntact();
  }

  private void assertIntact() {
    VerifyReport report = EngineStore.verify(disk, "simulated", ProgressListener.none());
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"ENTRIES", "ID_TABLE"})
  void aMergeMakesAnewWhatItCannotRead(Part part) {
    List<String> damaged = damage(part);
    try (EngineStore store = open()) {
      for (int i = 0; i < 2 * EVENTS_A_FILE; i++) {
        // ids that no index file can hold, and streams that it does not know
        append(store, 1_000 + i);
      }
      assertThat(store.stats().indexFiles()).isLessThanOrEqualTo(2);
      new StoreCheck(store, model).sameIndexes();
    }
    assertThat(indexFiles()).doesNotContainAnyElementsOf(damaged);
    assertIntact();
  }

  @Test
  void aReadGoesOnWhereItWas() {
    try (EngineStore store = open()) {
      List<RecordedEvent> expected = model.read(Query.types("Type1", "Type2")).toList();
      List<RecordedEvent> found = new ArrayList<>();
      try (var read = store.read(ReadRequest.of(Query.types("Type1", "Type2")))) {
        for (RecordedEvent event : read) {
          found.add(event);
          if (found.size() == 150) {
            damage(Part.ENTRIES);
            append(store, 5_000); // behind the head of the read
          }
        }
      }
      assertThat(found).isEqualTo(expected);
      assertThat(disk.mappings()).filteredOn(name -> name.endsWith(".idx")).hasSize(3);
    }
  }

  @Test
  void manyReadersMeetTheDamageAtOnce() throws Exception {
    try (EngineStore store = EngineStore.open(disk, "simulated", options);
        var threads = Executors.newFixedThreadPool(4)) {
      List<String> damaged = damage(Part.ENTRIES);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            threads.submit(
                (Callable<Void>)
                    () -> {
                      new StoreCheck(store, model).sameIndexes();
                      return null;
                    }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(indexFiles()).hasSameSizeAs(damaged).doesNotContainAnyElementsOf(damaged);
    }
    assertIntact();
  }

  @Test
  void aRebuildThatFailsIsTriedAgain() {
    try (EngineStore store = open()) {
      damage(Part.ENTRIES);
      disk.failNth(DiskOperation.SYNC, 1);

      assertThatThrownBy(() -> store.read(Query.tags("k:7")).toList())
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("try again")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

      new StoreCheck(store, model).sameIndexes();
    }
    assertIntact();
  }

  @Test
  void damageOfTheLogIsToldAsThat() {
    try (EngineStore store = open()) {
      damage(Part.ENTRIES);
      String log = disk.files().stream().filter(f -> f.endsWith(".log")).findFirst().orElseThrow();
      disk.flipBit(log, 300, 3);

      assertThatThrownBy(() -> store.read(Query.tags("k:7")).toList())
          .isInstanceOf(StoreDamagedException.class)
          .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageContaining(log));
    }
  }
}
