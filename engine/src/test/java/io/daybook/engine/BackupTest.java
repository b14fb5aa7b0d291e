package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a store, and stores out of copies. */
@Timeout(120)
@Tag("long")
final class BackupTest {
  private static final ProgressListener SILENT = ProgressListener.none();

  private final TestClock clock = new TestClock();
  private final EngineOptions small =
      EngineOptions.defaults()
          .withClock(clock)
          .withSizes(
              new LogSizes(8 << 10, 2 << 10, 4 << 10), new IndexLimits(40, 1 << 20, 1 << 20, 0, 4))
          .withoutThreads();

  @TempDir private Path folder;
  private Path store;
  private Path copy;

  @BeforeEach
  void nameFolders() {
    store = folder.resolve("store");
    copy = folder.resolve("copy");
  }

  private void appendSome(EventStore target, int appends, long seed) {
    var random = new Random(seed);
    for (int i = 0; i < appends; i++) {
      clock.advance(Duration.ofSeconds(random.nextInt(3)));
      Append append = Append.to("s-" + random.nextInt(9)).events(event(random), event(random));
      while (random.nextInt(3) == 0) {
        append = append.and("s-" + random.nextInt(9)).events(event(random));
      }
      target.append(append);
    }
  }

  private static Event event(Random random) {
    return Event.json("Type" + random.nextInt(3), "{\"n\":" + random.nextInt() + "}")
        .withTags("k:" + random.nextInt(5));
  }

  private static List<RecordedEvent> all(EventStore store) {
    return store.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
  }

  private static void assertIntact(Path folder) {
    assertThat(EngineStore.verify(folder, SILENT).damages()).isEmpty();
  }

  @Test
  void aBackupIsAStoreAndTheNextCopiesWhatIsNewOnly() {
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 150, 1);
      BackupReport first = writer.backup(copy, SILENT);
      assertThat(first.head()).isEqualTo(writer.checkpointAt(writer.head()));
      assertThat(first.copiedFiles()).isEqualTo(first.files()).isGreaterThan(8);
      assertThat(first.copiedBytes()).isEqualTo(first.bytes());

      BackupReport nothing = writer.backup(copy, SILENT);
      assertThat(nothing.copiedFiles()).isZero();

      appendSome(writer, 5, 2);
      List<String> told = new ArrayList<>();
      BackupReport next =
          EngineStore.backup(store, copy, (task, done, total) -> told.add(task + done + total));
      assertThat(next.head().position()).isEqualTo(writer.head());
      assertThat(next.copiedFiles()).isBetween(1, 6);
      assertThat(told).isNotEmpty();
      assertIntact(copy);
      try (EventStore reader = EngineStore.openReadOnly(copy, small)) {
        new StoreCheck(reader, writer).sameEvents();
        new StoreCheck(reader, writer).sameIndexes();
      }
      appendSome(writer, 300, 3);
      writer.backup(copy, SILENT);
      try (EngineStore restored = EngineStore.open(copy, small)) {
        new StoreCheck(restored, writer).sameIndexes();
      }
      assertIntact(copy);
    }
  }

  @Test
  void filesThatTheStoreHasNoMoreAreRemoved() throws IOException {
    try (EngineStore writer = EngineStore.open(store, small)) {
      for (int i = 0; i < 8; i++) {
        appendSome(writer, 60, i);
        writer.backup(copy, SILENT);
        for (String folder : List.of("log", "index")) {
          List<String> expected = new ArrayList<>(names(store.resolve(folder)));
          expected.remove("spare");
          assertThat(names(copy.resolve(folder))).isEqualTo(expected);
        }
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aSnapshotLinksAndGoesItsOwnWay() throws IOException {
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 150, 1);
      BackupReport report = writer.snapshot(copy);
      assertThat(report.copiedFiles()).isEqualTo(1);
      String first = "log/00000000000000000000-0.log";
      assertThat(Files.getAttribute(copy.resolve(first), "unix:ino"))
          .isEqualTo(Files.getAttribute(store.resolve(first), "unix:ino"));
      List<RecordedEvent> before = all(writer);
      appendSome(writer, 100, 2);
      try (EngineStore other = EngineStore.open(copy, small)) {
        assertThat(all(other)).isEqualTo(before);
        appendSome(other, 100, 3);
        assertThat(all(other).subList(0, before.size())).isEqualTo(before);
      }
      assertThat(all(writer).subList(0, before.size())).isEqualTo(before);
    }
    assertIntact(store);
    assertIntact(copy);
  }

  /** Its newest log file is as long as the events in it, but the next opening goes on in it. */
  @Test
  void aSnapshotOfAClosedStoreGoesItsOwnWay() throws IOException {
    List<RecordedEvent> before;
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 150, 1);
      before = all(writer);
    }
    BackupReport report = EngineStore.snapshot(store, copy);
    assertThat(report.copiedFiles()).isEqualTo(1);
    List<RecordedEvent> after;
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 3, 2);
      after = all(writer);
    }
    try (EventStore reader = EngineStore.openReadOnly(copy, small)) {
      assertThat(all(reader)).isEqualTo(before);
    }
    assertThat(EngineStore.snapshot(store, copy).copiedFiles()).isEqualTo(1);
    try (EngineStore other = EngineStore.open(copy, small)) {
      assertThat(all(other)).isEqualTo(after);
      appendSome(other, 3, 3);
    }
    try (EngineStore writer = EngineStore.open(store, small)) {
      assertThat(all(writer)).isEqualTo(after);
      appendSome(writer, 100, 4);
    }
    assertIntact(store);
    assertIntact(copy);
  }

  /** A log file that was copied while it was written is linked once it is full. */
  @Test
  void aSnapshotThatFailsLeavesTheOneBefore() {
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 150, 1);
      writer.snapshot(copy);
      List<RecordedEvent> before = all(writer);
      appendSome(writer, 150, 2);
      var failing =
          new ForwardingDisk(FolderDisk.readOnly(store)) {
            @Override
            public void link(String name, Disk other, String otherName) throws IOException {
              throw new IOException("Too many links");
            }
          };
      var snapshot = new Backup(failing, "store", new FolderDisk(copy), "copy", true, SILENT);
      assertThatThrownBy(snapshot::run).hasMessageContaining("Too many links");
      try (EventStore reader = EngineStore.openReadOnly(copy, small)) {
        assertThat(all(reader)).isEqualTo(before);
      }
      writer.snapshot(copy);
    }
    assertIntact(copy);
  }

  @Test
  void aSnapshotWhereNothingCanBeLinkedLeavesNothingBehind() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 150, 1);
      var failing =
          new ForwardingDisk(FolderDisk.readOnly(store)) {
            @Override
            public void link(String name, Disk other, String otherName) throws IOException {
              throw new IOException("Invalid cross-device link");
            }

            @Override
            public void tryLink(String name, Disk other) throws IOException {
              throw new IOException("Invalid cross-device link");
            }
          };
      List<Path> before = everything();
      for (Path target : List.of(copy, copy.resolve("deep"), empty)) {
        var snapshot =
            new Backup(failing, "store", new FolderDisk(target), target.toString(), true, SILENT);
        assertThatThrownBy(snapshot::run)
            .isInstanceOf(EventStoreFailedException.class)
            .hasMessageContaining("Invalid cross-device link")
            .hasMessageContaining("make a backup instead");
      }
      assertThat(everything()).isEqualTo(before);
    }
  }

  /** Where there is another file system to try it on. */
  @Test
  void aSnapshotOnAnotherFileSystemLeavesNothingBehind() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory));
    assumeFalse(Files.getFileStore(memory).equals(Files.getFileStore(folder)));
    Path there = Files.createTempDirectory(memory, "daybook-");
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 150, 1);
      for (Path target : List.of(there, there.resolve("snapshot"))) {
        assertThatThrownBy(() -> writer.snapshot(target))
            .isInstanceOf(EventStoreFailedException.class)
            .hasMessageContaining("must be on the store's file system");
      }
      assertThat(there).isEmptyDirectory();
    } finally {
      delete(there);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void itWorksWhileAppendsAndMergesRun() throws InterruptedException {
    EngineOptions options =
        EngineOptions.defaults()
            .withSizes(
                new LogSizes(16 << 10, 4 << 10, 8 << 10),
                new IndexLimits(60, 1 << 20, 1 << 20, 0, 4));
    try (EngineStore writer = EngineStore.open(store, options)) {
      var done = new AtomicBoolean();
      Thread appender =
          Thread.ofPlatform()
              .start(() -> {
                var random = new Random(5);
                while (!done.get()) {
                  writer.append("s-" + random.nextInt(9), any(), event(random), event(random));
                }
              });
      try {
        for (int i = 0; i < 12; i++) {
          long before = writer.head().value();
          BackupReport report =
              i % 2 == 0 ? writer.backup(copy, SILENT) : EngineStore.backup(store, copy, SILENT);
          assertThat(report.head().position().value()).isGreaterThanOrEqualTo(before);
          try (EventStore reader = EngineStore.openReadOnly(copy, options)) {
            assertThat(reader.head()).isEqualTo(report.head().position());
            assertThat(reader.read(Query.tags("k:1")).toList())
                .isEqualTo(
                    writer.read(ReadRequest.of(Query.tags("k:1")).asOf(reader.head())).toList());
          }
        }
      } finally {
        done.set(true);
        appender.join();
      }
      assertIntact(copy);
    }
  }

  @Test
  void whatIsNoBackupOfThisStoreIsLeftAlone() throws IOException {
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 5, 1);
      assertThatThrownBy(() -> writer.backup(store, SILENT))
          .isInstanceOf(EventStoreFailedException.class);
      Files.createDirectories(copy);
      Files.writeString(copy.resolve("letter.txt"), "Dear Ada");
      assertThatThrownBy(() -> writer.backup(copy, SILENT))
          .isInstanceOf(EventStoreFailedException.class)
          .hasMessageContaining("neither empty nor a backup");
      Path other = folder.resolve("other");
      EngineStore.open(other, small).close();
      assertThatThrownBy(() -> writer.backup(other, SILENT))
          .hasMessageContaining("store of its own");
      Path others = folder.resolve("others");
      EngineStore.backup(other, others, SILENT);
      assertThatThrownBy(() -> writer.backup(others, SILENT))
          .hasMessageContaining("not a backup of this store");
      Path opened = folder.resolve("opened");
      writer.backup(opened, SILENT);
      EngineStore.open(opened, small).close();
      assertThatThrownBy(() -> writer.backup(opened, SILENT))
          .hasMessageContaining("store of its own");
    }
    assertThatThrownBy(() -> EngineStore.backup(folder.resolve("none"), copy, SILENT))
        .hasMessageContaining("no store");
  }

  @Test
  void aTargetThatCannotBeMadeIsToldInWords() throws IOException {
    EngineStore.open(store, small).close();
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> EngineStore.backup(store, file.resolve("copy"), SILENT))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageMatching(".*cannot be made in the folder .*: .+; choose another folder");
    Path proc = Path.of("/proc/x");
    assumeTrue(Files.isDirectory(proc.getParent()));
    assertThatThrownBy(() -> EngineStore.backup(store, proc, SILENT))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContaining("no folder can be made there");
  }

  @Test
  void aCopyIntoWhatIsCopiedIsRefused() throws IOException {
    Path link = folder.resolve("link");
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 5, 1);
      writer.backup(copy, SILENT);
      Files.createSymbolicLink(link, store);
      List<Path> before = everything();
      String why = "inside the folder of what is copied";
      for (Path target :
          List.of(
              store,
              store.resolve("deep/copy"),
              store.resolve("log"),
              link.resolve("copy"),
              folder.resolve("none/../store/./copy"))) {
        for (ThrowingCallable copying :
            List.<ThrowingCallable>of(
                () -> writer.backup(target, SILENT),
                () -> writer.snapshot(target),
                () -> EngineStore.backup(store, target, SILENT),
                () -> EngineStore.backup(link, target, SILENT),
                () -> EngineStore.snapshot(store, target))) {
          assertThatThrownBy(copying)
              .isInstanceOf(EventStoreFailedException.class)
              .hasMessageContaining(why)
              .hasMessageContaining(target.toString());
        }
      }
      for (Path target : List.of(copy, copy.resolve("restored"), copy.resolve("log"))) {
        assertThatThrownBy(() -> EngineStore.restore(copy, target, SILENT))
            .isInstanceOf(EventStoreFailedException.class)
            .hasMessageContaining(why)
            .hasMessageContaining(target.toString());
      }
      assertThat(everything()).isEqualTo(before);
    }
    Path beside = folder.resolve("store-2");
    EngineStore.backup(store, beside, SILENT);
    assertIntact(beside);
  }

  private List<Path> everything() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void aBackupThatIsOpenedBeginsAnotherLife() {
    Checkpoint before;
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 20, 1);
      writer.backup(copy, SILENT);
      before = writer.checkpointAt(Position.FIRST);
    }
    try (EngineStore restored = EngineStore.open(copy, small)) {
      Checkpoint now = restored.checkpointAt(Position.FIRST);
      assertThat(now.storeId()).isEqualTo(before.storeId());
      assertThat(now.epoch()).isGreaterThan(before.epoch());
      var request = SubscriptionRequest.of(Query.everything()).after(before);
      assertThatThrownBy(() -> restored.subscribe(request))
          .isInstanceOf(CheckpointMismatchException.class);
    }
    long epoch;
    try (EngineStore again = EngineStore.open(copy, small)) {
      epoch = again.checkpointAt(Position.FIRST).epoch();
    }
    try (EngineStore once = EngineStore.open(copy, small)) {
      assertThat(once.checkpointAt(Position.FIRST).epoch()).isEqualTo(epoch);
    }
  }

  @Test
  void aRestoreToAPositionKeepsWholeAppendsUpToThere() {
    List<RecordedEvent> events;
    List<Long> ends = new ArrayList<>();
    Checkpoint before;
    try (EngineStore writer = EngineStore.open(store, small)) {
      for (int i = 0; i < 120; i++) {
        appendSome(writer, 1, i);
        ends.add(writer.head().value());
      }
      events = all(writer);
      writer.backup(copy, SILENT);
      before = writer.checkpointAt(Position.FIRST);
    }
    var random = new Random(7);
    for (int i = 0; i < 14; i++) {
      long to = i == 0 ? 0 : i == 1 ? events.size() + 3 : random.nextInt(events.size());
      long last = ends.stream().filter(end -> end <= to).reduce(-1L, Math::max);
      Path target = folder.resolve("restored-" + i);
      BackupReport report = EngineStore.restore(copy, target, new Position(to), SILENT);
      assertThat(report.head().position().value()).isEqualTo(last);
      assertIntact(target);
      try (EngineStore restored = EngineStore.open(target, small)) {
        assertThat(all(restored)).isEqualTo(events.subList(0, (int) last + 1));
        assertThat(restored.checkpointAt(restored.head())).isEqualTo(report.head());
        assertThat(report.head().epoch()).isGreaterThan(before.epoch());
        appendSome(restored, 60, 99);
        assertThat(all(restored).subList(0, (int) last + 1))
            .isEqualTo(events.subList(0, (int) last + 1));
      }
      assertIntact(target);
    }
  }

  /** The cut goes through compressed files, and files with stubs of hidden events. */
  @Test
  void aRestoreCutsWhatWasScavengedAndCompressed() {
    try (EngineStore writer = EngineStore.open(store, small.compressed())) {
      appendSome(writer, 150, 1);
      writer.delete("s-1", any());
      writer.delete("s-2", any());
      appendSome(writer, 60, 2);
      writer.scavenge(SILENT);
      writer.backup(copy, SILENT);
      assertIntact(copy);
      var random = new Random(8);
      for (int i = 0; i < 8; i++) {
        long head = writer.head().value();
        Position to = new Position(i == 0 ? head : random.nextLong(head));
        Path target = folder.resolve("restored-" + i);
        long last = EngineStore.restore(copy, target, to, SILENT).head().position().value();
        assertIntact(target);
        try (EngineStore restored = EngineStore.open(target, small)) {
          // what a later delete hid is gone, though this store has not heard of the delete
          assertThat(restored.head().value()).isEqualTo(last);
          List<RecordedEvent> kept =
              all(writer).stream()
                  .filter(event -> event.position().value() <= last)
                  .filter(event -> !event.isSystem())
                  .toList();
          assertThat(restored.read(Query.everything()).toList()).containsAll(kept);
          appendSome(restored, 100, 9);
          restored.delete("s-3", any());
          restored.scavenge(SILENT);
        }
        assertIntact(target);
      }
    }
  }

  @Test
  void aRestoreToAnInstantKeepsWhatWasRecordedByThen() {
    List<RecordedEvent> events;
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 100, 3);
      events = all(writer);
      writer.backup(copy, SILENT);
    }
    Instant moment = events.get(events.size() / 2).recordedAt();
    EngineStore.restore(copy, folder.resolve("restored"), moment, SILENT);
    try (EngineStore restored = EngineStore.open(folder.resolve("restored"), small)) {
      assertThat(all(restored))
          .isEqualTo(events.stream().filter(event -> !event.recordedAt().isAfter(moment)).toList());
    }
    Instant early = events.getFirst().recordedAt().minusSeconds(1);
    EngineStore.restore(copy, folder.resolve("nothing"), early, SILENT);
    try (EngineStore restored = EngineStore.open(folder.resolve("nothing"), small)) {
      assertThat(restored.head()).isEqualTo(Position.BEFORE_FIRST);
    }
  }

  @Test
  void aWholeRestoreHoldsAllAndNothingIsOverwritten() {
    try (EngineStore writer = EngineStore.open(store, small)) {
      appendSome(writer, 100, 3);
      writer.backup(copy, SILENT);
      Path target = folder.resolve("restored");
      EngineStore.restore(copy, target, SILENT);
      assertThatThrownBy(() -> EngineStore.restore(copy, target, SILENT))
          .isInstanceOf(EventStoreFailedException.class)
          .hasMessageContaining("not empty");
      assertThatThrownBy(() -> EngineStore.restore(copy, store, SILENT))
          .hasMessageContaining("not empty");
      try (EngineStore restored = EngineStore.open(target, small)) {
        new StoreCheck(restored, writer).sameIndexes();
      }
    }
    assertThatThrownBy(() -> EngineStore.restore(folder.resolve("none"), copy.resolve("x"), SILENT))
        .hasMessageContaining("no store");
  }

  /** At each step: what is there then is the backup before, or a newer one, or none at all. */
  @Test
  void aCrashLeavesAWholeBackup() {
    for (int step = 1; step < 70; step++) {
      SimulatedDisk source = new SimulatedDisk(step);
      SimulatedDisk target = new SimulatedDisk(step);
      try (EngineStore writer = EngineStore.open(source, "source", small)) {
        appendSome(writer, 30, step);
        boolean incremental = step % 2 == 0;
        List<RecordedEvent> before = all(writer);
        if (incremental) {
          backUp(source, target);
          appendSome(writer, 50, step + 1);
        }
        List<RecordedEvent> after = all(writer);
        target.crashIn(step);
        try {
          backUp(source, target);
        } catch (SimulatedCrash e) {
          assertThat(target.isDead()).isTrue();
        }
        target = target.powerLoss();
        if (target.exists("MANIFEST")) {
          SimulatedDisk again = target.copy();
          try (EngineStore restored = EngineStore.open(target, "target", small)) {
            List<RecordedEvent> found = all(restored);
            assertThat(found).hasSizeGreaterThanOrEqualTo(incremental ? before.size() : 0);
            assertThat(found.equals(after.subList(0, found.size()))).as("step %s", step).isTrue();
          }
          target = again;
        } else {
          assertThat(incremental).isFalse();
        }
        backUp(source, target);
        try (EngineStore restored = EngineStore.open(target, "target", small)) {
          assertThat(all(restored)).isEqualTo(after);
        }
        assertThat(target.openFiles()).isEmpty();
        assertThat(target.mappings()).isEmpty();
      }
      assertThat(source.openFiles()).isEmpty();
      assertThat(source.mappings()).isEmpty();
    }
  }

  private static void backUp(Disk source, Disk target) {
    new Backup(source, "source", target, "target", false, SILENT).run();
  }
}
