package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Pages that the disk cannot deliver: real files, cut behind the back of their mappings. What is on
 * them is an error that names the file, never data, never the end of the log.
 */
@Tag("long")
@ExtendWith(QuietEngine.class)
class UnreadablePageTest {
  private static final long PAGE = 4_096;
  private static final int EVENTS = 5_500;

  /** So often that what reads is compiled: compiled code reports a fault later. */
  private static final int ROUNDS = 2;

  private final EngineOptions options =
      EngineOptions.defaults()
          .withClock(new TestClock())
          .withSizes(
              new LogSizes(256 << 10, 16 << 10, 64 << 10),
              new IndexLimits(1 << 16, 1 << 16, 1 << 26, 0, 4))
          .withoutThreads();
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private List<RecordedEvent> written = List.of();

  /** Small frames, so that location columns have many pages, and a few large ones. */
  @BeforeEach
  void write() {
    var random = new Random(7);
    try (EngineStore store = open()) {
      for (int i = 0; i < EVENTS; i++) {
        Append append = Append.to("s-" + i % 40).events(event(random, i % 200 == 0 ? 3_000 : 1));
        if (i % 1_200 == 0) {
          for (int j = 0; j < 300; j++) {
            append = append.and("t-" + j % 7 + "-" + j).events(event(random, 1));
          }
        }
        store.append(append);
      }
      written = store.read(Query.everything()).toList();
      assertThat(store.stats().logFiles()).isGreaterThan(2); // the last full one is read at opening
    }
  }

  private static Event event(Random random, int bytes) {
    byte[] data = new byte[bytes];
    random.nextBytes(data);
    return Event.of("T", Payload.of(data, Payload.JSON));
  }

  private EngineStore open() {
    return EngineStore.open(disk, "simulated", options);
  }

  private List<String> logs() {
    return disk.files().stream().filter(name -> name.endsWith(".log")).sorted().toList();
  }

  private String column(int file) {
    return disk.files().stream().filter(name -> name.endsWith(".loc")).sorted().toList().get(file);
  }

  @Test
  void anEventOnAPageThatCannotBeReadIsAnErrorThatNamesTheFile() {
    String full = logs().getFirst();
    int size = disk.contents(full).length;
    for (int page = 1; page * PAGE < size; page += 40) {
      disk.makeUnreadable(full, page * PAGE);
      try (EngineStore store = open()) {
        assertThat(readEach(store, full)).isPositive();
      }
    }
    disk.makeReadable(full);
    try (EngineStore store = open()) {
      assertThat(store.read(Query.everything()).toList()).isEqualTo(written);
    }
  }

  /** Each event is by itself, and so fetched from a disk that says that nothing is in memory. */
  @Test
  void anEventThatCannotBeFetchedIsAnErrorThatNamesTheFile() {
    String full = logs().getFirst();
    disk.makeUnreadable(full, 9 * PAGE);
    var cold = new ColdDisk(disk);
    try (EngineStore store = EngineStore.open(cold, "cold", options.withIndexPreload(0))) {
      assertThat(readEach(store, full)).isPositive();
      assertThat(cold.copies()).anyMatch(copy -> copy.offsetBytes() / PAGE == 9);
    }
  }

  @Test
  void aColumnThatCannotBeReadIsMadeAnew() {
    String column = column(0);
    long size = disk.contents(column).length;
    assertThat(size).isGreaterThan(2 * PAGE); // without its header a page is left
    for (int page = 1; page * PAGE < size; page += 2) {
      disk.makeUnreadable(column, page * PAGE);
      try (EngineStore store = open()) {
        assertThat(readEach(store, column)).isZero();
      }
    }
  }

  /** Reads each event by itself, again and again; returns how many could not be read. */
  private int readEach(EngineStore store, String file) {
    int unreadable = 0;
    for (int round = 0; round < ROUNDS; round++) {
      unreadable = 0;
      for (RecordedEvent event : written.subList(0, 2_600)) {
        var request = ReadRequest.of(Query.everything()).from(event.position()).limit(1);
        try {
          List<RecordedEvent> found = store.read(request).toList();
          if (!found.equals(List.of(event))) {
            throw new AssertionError("instead of " + event + " was read " + found);
          }
        } catch (StoreDamagedException e) {
          if (!e.file().equals(file) || !e.getMessage().contains("the disk cannot read it")) {
            throw new AssertionError("of " + event.position() + " in round " + round, e);
          }
          unreadable++;
        }
      }
    }
    return unreadable;
  }

  @Test
  void aRetryOfAnAppendThatCannotBeReadIsAnErrorThatNamesTheFile() {
    String full = logs().getFirst();
    disk.makeUnreadable(full, PAGE);
    try (EngineStore store = open()) {
      RecordedEvent first = written.get(400); // behind the first append, of many events
      for (int i = 0; i < 300; i++) {
        assertThatThrownBy(() -> store.append(first.stream(), any(), first.event()))
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageContaining("the disk cannot read it");
      }
      store.append("s-1", any(), Event.json("Next", "{}"));
      assertThat(store.head()).isEqualTo(new Position(written.size()));
    }
  }

  /** A crash: no close record; a recovery that cannot read a page may not take it for the end. */
  @Test
  void recoveryRefusesToRollBackWhatItCannotRead() {
    disk.crashIn(1 << 20);
    EngineStore left = open();
    for (int i = 0; i < 200; i++) {
      left.append("s-1", any(), event(new Random(i), 500));
    }
    List<RecordedEvent> all = left.read(Query.everything()).toList();
    SimulatedDisk killed = disk.kill();
    String active = logs().getLast();
    byte[] before = killed.contents(active);
    List<StoreDamagedException> refusals = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int page = round; page * PAGE < before.length; page += 5) {
        killed.makeUnreadable(active, page * PAGE);
        long at = page * PAGE;
        assertThatThrownBy(() -> EngineStore.open(killed, "simulated", options))
            .isInstanceOfSatisfying(
                StoreDamagedException.class,
                e -> {
                  assertThat(e.file()).isEqualTo(active);
                  assertThat(e).hasMessageContaining("the disk cannot read it");
                  assertThat(e.offsetBytes()).isBetween(at - PAGE, at + PAGE);
                  refusals.add(e);
                });
      }
    }
    assertThat(refusals).isNotEmpty();
    assertThat(killed.contents(active)).isEqualTo(before);
    killed.makeReadable(active);
    try (EngineStore store = EngineStore.open(killed, "simulated", options)) {
      assertThat(store.read(Query.everything()).toList()).isEqualTo(all);
    }
  }

  @Test
  void theManifestAndHeadersOfFilesAreErrorsThatNameThem() {
    for (String file : List.of("MANIFEST", logs().getFirst(), logs().getLast())) {
      disk.makeUnreadable(file, 0);
      for (int i = 0; i < 50; i++) {
        assertThatThrownBy(this::open)
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageStartingWith(file)
            .hasMessageContaining("the disk cannot read it");
      }
      disk.makeReadable(file);
    }
    open().close();
  }

  @Test
  void aVerificationNamesWhatItCannotRead() {
    for (String file : List.of(logs().getFirst(), logs().getLast(), column(0))) {
      for (int i = 0; i < 2; i++) {
        disk.makeUnreadable(file, PAGE);
        VerifyReport report = EngineStore.verify(disk, "simulated", ProgressListener.none());
        assertThat(report.damages()).hasSize(1);
        assertThat(report.damages().getFirst().file()).isEqualTo(file);
        assertThat(report.damages().getFirst()).hasMessageContaining("the disk cannot read it");
        disk.makeReadable(file);
      }
    }
    open().close();
  }
}
