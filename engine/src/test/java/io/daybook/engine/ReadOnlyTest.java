package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.ForwardingFile;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that is read beside its writer. Between processes: the system tests. */
@Timeout(60)
@Tag("long")
final class ReadOnlyTest {
  private final TestClock clock = new TestClock();
  private final EngineOptions small =
      EngineOptions.defaults()
          .withClock(clock)
          .withSizes(
              new LogSizes(8 << 10, 2 << 10, 4 << 10), new IndexLimits(40, 1 << 20, 1 << 20, 0, 4))
          .withoutThreads();

  @TempDir private Path folder;

  private EventStore openReadOnly(Path store) {
    return EngineStore.openReadOnly(store, small);
  }

  private void appendSome(EngineStore store, int appends, long seed) {
    var random = new Random(seed);
    var workload = new StoreWorkload(random, new StoreModel(clock), clock);
    for (int i = 0; i < appends; i++) {
      workload.passTime();
      Append append = workload.append();
      StoreOutcome.of(() -> store.append(append));
    }
  }

  @Test
  void itSeesAllThatTheWriterDoesThroughNewFilesAndMerges() {
    try (EngineStore writer = EngineStore.open(folder, small);
        EventStore reader = openReadOnly(folder)) {
      for (int round = 0; round < 30; round++) {
        appendSome(writer, 1 + 7 * (round % 4), round);
        if (round == 10) {
          writer.changeSettings("account-1", any(), StreamSettings.none().withMaxCount(3));
          writer.delete("cart-1", any());
          writer.changeSettings(
              "x-y-z", any(), StreamSettings.none().withTruncateBefore(new Revision(2)));
        }
        var check = new StoreCheck(reader, writer);
        check.sameEvents();
        if (round % 6 == 5) {
          check.sameIndexes();
        }
      }
      assertThat(writer.stats().logFiles()).isGreaterThan(5);
      assertThat(writer.stats().indexFiles()).isGreaterThan(1);
    }
  }

  @Test
  void itGoesOnWhenTheWriterComesAndGoes() {
    EngineStore.open(folder, small).close();
    try (EventStore reader = openReadOnly(folder)) {
      assertThat(reader.head()).isEqualTo(Position.BEFORE_FIRST);
      for (int life = 0; life < 5; life++) {
        try (EngineStore writer = EngineStore.open(folder, small)) {
          appendSome(writer, 40, life);
          new StoreCheck(reader, writer).sameIndexes();
          appendSome(writer, 40, 100 + life);
        }
        List<RecordedEvent> seen = reader.read(Query.everything()).toList();
        try (EventStore fresh = openReadOnly(folder)) {
          assertThat(fresh.read(Query.everything()).toList()).isEqualTo(seen);
        }
      }
    }
  }

  @Test
  void aFileThatItsWriterCutsWhileItIsMappedIsReadAsItIsThen() {
    EngineStore.open(folder, small).close();
    var atNextMapping = new AtomicReference<Runnable>(() -> {});
    Disk disk = doingAtMapping(folder, atNextMapping, new AtomicReference<>(() -> {}));
    try (EventStore reader = new ReadOnlyStore(Follower.open(disk, "store", small), small);
        EngineStore writer = EngineStore.open(folder, small)) {
      appendSome(writer, 1, 1);
      Position head = writer.head();
      atNextMapping.set(writer::close);
      assertThat(reader.head()).isEqualTo(head);
      assertThat(reader.read(Query.everything()).toList()).isNotEmpty();
    }
  }

  /** A store that a killed process left: nobody says what is durable. */
  private Path leftByAKill(int appends) throws IOException {
    Path copy = folder.resolve("copy");
    try (EngineStore writer = EngineStore.open(folder.resolve("store"), small)) {
      appendSome(writer, appends, 3);
      copy(folder.resolve("store"), copy);
    }
    Files.delete(copy.resolve("DURABLE"));
    return copy;
  }

  /** A folder whose log file, just mapped, is what something is done to. */
  private static Disk doingWhenMapped(Path store, Runnable first) {
    return doingAtMapping(store, new AtomicReference<>(() -> {}), new AtomicReference<>(first));
  }

  /** A folder where things are done once each, before and after a log file is mapped. */
  private static Disk doingAtMapping(
      Path store, AtomicReference<Runnable> before, AtomicReference<Runnable> after) {
    return new ForwardingDisk(FolderDisk.readOnly(store)) {
      @Override
      public DiskFile open(String name) throws IOException {
        DiskFile file = super.open(name);
        return !name.endsWith(".log")
            ? file
            : new ForwardingFile(file) {
              @Override
              public Mapping map(long size) throws IOException {
                before.getAndSet(() -> {}).run();
                Mapping mapping = super.map(size);
                after.getAndSet(() -> {}).run();
                return mapping;
              }
            };
      }
    };
  }

  /** The writer cuts the file off before it has a new manifest, and then gets none. */
  @Test
  void aStoreWhoseLogIsCutWhileItsEndIsLookedForIsReadAsItIsThen() throws IOException {
    Path copy = leftByAKill(1);
    var full = new AtomicBoolean();
    Disk filling =
        new ForwardingDisk(new FolderDisk(copy)) {
          @Override
          public void rename(String from, String to) throws IOException {
            if (full.get() && to.equals("MANIFEST")) {
              throw new IOException("no space left on device");
            }
            super.rename(from, to);
          }
        };
    var head = new AtomicReference<Position>();
    Disk disk =
        doingWhenMapped(
            copy,
            () -> {
              EngineStore writer = EngineStore.open(filling, "store", small);
              writer.append("a-1", any(), Event.json("Last", "{}"));
              head.set(writer.head());
              full.set(true);
              writer.close(); // warns that the index was not written
            });
    try (EventStore reader = new ReadOnlyStore(Follower.open(disk, "store", small), small)) {
      assertThat(reader.head()).isEqualTo(head.get());
      assertThat(reader.read(Query.types("Last")).toList()).hasSize(1);
    }
  }

  @Test
  void whatAWriterHasNotSyncedIsNotSeenWhereItComesWhileTheEndIsLookedFor() throws IOException {
    Path copy = leftByAKill(1);
    EngineOptions daily = small.withDurability(Durability.interval(Duration.ofDays(1)));
    var writer = new AtomicReference<EngineStore>();
    var durable = new AtomicReference<Position>();
    Disk disk =
        doingWhenMapped(
            copy,
            () -> {
              writer.set(EngineStore.open(copy, daily));
              durable.set(writer.get().head());
              writer.get().append("a-1", any(), Event.json("Last", "{}"));
            });
    try (EventStore reader = new ReadOnlyStore(Follower.open(disk, "store", small), small)) {
      assertThat(reader.head()).isEqualTo(durable.get());
      writer.get().close();
      assertThat(reader.read(Query.types("Last")).toList()).hasSize(1);
    }
  }

  @Test
  void aBackupFindsTheEndOfAStoreThatIsOpenedAndClosedMeanwhile() throws IOException {
    Path copy = leftByAKill(1);
    Disk disk =
        doingWhenMapped(
            copy,
            () -> {
              try (EngineStore writer = EngineStore.open(copy, small)) {
                writer.append("a-1", any(), Event.json("Last", "{}"));
              }
            });
    var vault = new SimulatedDisk(1);
    BackupReport done =
        new Backup(disk, "store", vault, "vault", false, ProgressListener.none()).run();
    try (EventStore reader = new ReadOnlyStore(Follower.open(vault, "vault", small), small)) {
      assertThat(reader.head()).isEqualTo(done.head().position());
      assertThat(reader.read(Query.types("Last")).toList()).hasSize(1);
    }
  }

  @Test
  void aReadThatIsOpenKeepsItsFiles() {
    try (EngineStore writer = EngineStore.open(folder, small);
        EventStore reader = openReadOnly(folder)) {
      appendSome(writer, 60, 1);
      List<RecordedEvent> expected = writer.read(Query.category("account")).toList();
      try (ReadResult<RecordedEvent> read = reader.read(Query.category("account"))) {
        appendSome(writer, 300, 2);
        reader.head();
        assertThat(read.toList()).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatIsNotDurableIsNotSeen() {
    EngineOptions daily = small.withDurability(Durability.interval(Duration.ofDays(1)));
    EngineStore writer = EngineStore.open(folder, daily);
    try (EventStore reader = openReadOnly(folder)) {
      writer.append("a-1", any(), Event.json("First", "{}"));
      assertThat(writer.head()).isEqualTo(Position.FIRST);
      assertThat(reader.head()).isEqualTo(Position.BEFORE_FIRST);
      try (EventStore fresh = openReadOnly(folder)) {
        assertThat(fresh.head()).isEqualTo(Position.BEFORE_FIRST);
      }
      writer.close();
      assertThat(reader.head()).isEqualTo(Position.FIRST);
    }
  }

  @Test
  void whatIsSyncedInTheBackgroundIsSeenSoonAfter() throws InterruptedException {
    EngineOptions often =
        EngineOptions.defaults().withDurability(Durability.interval(Duration.ofMillis(1)));
    try (EngineStore writer = EngineStore.open(folder, often);
        EventStore reader = openReadOnly(folder);
        Subscription subscription = reader.subscribe(SubscriptionRequest.of(Query.everything()))) {
      writer.append("a-1", any(), Event.json("First", "{}"));
      assertThat(next(subscription).type()).isEqualTo("First");
    }
  }

  @Test
  void aSubscriptionFollows() throws InterruptedException {
    try (EngineStore writer = EngineStore.open(folder, small);
        EventStore reader = openReadOnly(folder);
        Subscription subscription = reader.subscribe(SubscriptionRequest.of(Query.everything()))) {
      Thread other =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 200; i++) {
                  writer.append("a-1", any(), Event.json("E" + i, "{}"));
                }
              });
      for (int i = 0; i < 200; i++) {
        assertThat(next(subscription).type()).isEqualTo("E" + i);
      }
      other.join();
      assertThat(subscription.checkpoint()).isEqualTo(writer.checkpointAt(writer.head()));
    }
  }

  private static RecordedEvent next(Subscription subscription) throws InterruptedException {
    while (true) {
      if (subscription.next() instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
        return event;
      }
    }
  }

  @Test
  void whatChangesAStoreIsRefused() {
    EngineStore.open(folder, small).close();
    try (EventStore reader = openReadOnly(folder)) {
      assertThatThrownBy(() -> reader.append("a-1", any(), Event.json("E", "{}")))
          .isInstanceOf(StoreReadOnlyException.class)
          .hasMessageContaining("EngineStore.open");
      assertThatThrownBy(() -> reader.delete("a-1", any()))
          .isInstanceOf(StoreReadOnlyException.class);
      assertThatThrownBy(() -> reader.tombstone("a-1", any()))
          .isInstanceOf(StoreReadOnlyException.class);
      assertThatThrownBy(() -> reader.changeSettings("a-1", any(), StreamSettings.none()))
          .isInstanceOf(StoreReadOnlyException.class);
      assertThat(reader.appendAsync(Append.to("a-1").events(Event.json("E", "{}"))))
          .isCompletedExceptionally();
    }
  }

  @Test
  void closingEndsEverything() {
    EngineStore.open(folder, small).close();
    EventStore reader = openReadOnly(folder);
    Subscription subscription = reader.subscribe(SubscriptionRequest.of(Query.everything()));
    reader.close();
    reader.close();
    assertThatThrownBy(subscription::next).isInstanceOf(EventStoreClosedException.class);
    assertThatThrownBy(reader::head).isInstanceOf(EventStoreClosedException.class);
    assertThatThrownBy(() -> reader.read(Query.everything()))
        .isInstanceOf(EventStoreClosedException.class);
  }

  @Test
  void aFolderWithoutAStoreIsRefused() {
    assertThatThrownBy(() -> openReadOnly(folder.resolve("none"))).hasMessageContaining("no store");
  }

  /**
   * As a killed process leaves it, on a system that was started anew: nobody says what is durable.
   */
  @Test
  void withoutAWriterItSeesWhatAnOpeningFindsAndChangesNothing() throws IOException {
    Path copy = leftByAKill(120);
    tear(lastLog(copy));
    List<String> before = listing(copy);
    List<RecordedEvent> seen;
    try (EventStore reader = openReadOnly(copy)) {
      seen = reader.read(Query.everything()).toList();
      assertThat(seen).isNotEmpty();
    }
    assertThat(listing(copy)).isEqualTo(before);
    try (EngineStore opened = EngineStore.open(copy, small);
        EventStore reader = openReadOnly(copy)) {
      assertThat(opened.read(Query.everything()).toList()).isEqualTo(seen);
      new StoreCheck(reader, opened).sameIndexes();
    }
  }

  @Test
  void indexFilesAreNotNeeded() throws IOException {
    try (EngineStore writer = EngineStore.open(folder, small)) {
      appendSome(writer, 200, 4);
    }
    try (Stream<Path> files = Files.list(folder.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (EventStore reader = openReadOnly(folder)) {
      reader.head();
      try (EngineStore writer = EngineStore.open(folder, small)) {
        new StoreCheck(reader, writer).sameIndexes();
        appendSome(writer, 100, 5);
        new StoreCheck(reader, writer).sameIndexes();
      }
    }
  }

  @Test
  void aDamagedIndexFileIsDoneWithout() throws IOException {
    try (EngineStore writer = EngineStore.open(folder, small)) {
      appendSome(writer, 200, 4);
    }
    List<RecordedEvent> expected;
    try (EventStore reader = openReadOnly(folder)) {
      expected = reader.read(Query.category("account")).toList();
    }
    try (Stream<Path> files = Files.list(folder.resolve("index"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".idx")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 64; i < bytes.length - 256; i++) {
          bytes[i] ^= 1;
        }
        Files.write(file, bytes);
      }
    }
    List<String> before = listing(folder);
    try (EventStore reader = openReadOnly(folder)) {
      assertThat(reader.read(Query.category("account")).toList()).isEqualTo(expected);
      assertThat(reader.find(expected.getFirst().id())).contains(expected.getFirst());
    }
    assertThat(listing(folder)).isEqualTo(before);
  }

  /**
   * What is damaged is come upon one after the other, and without a writer nobody tells the end.
   */
  @Test
  void whatIsDamagedWhileItIsOpenIsDoneWithoutAndNothingIsLostBehindIt() throws IOException {
    try (EngineStore writer = EngineStore.open(folder, small)) {
      appendSome(writer, 200, 4);
    }
    Files.delete(folder.resolve("DURABLE"));
    try (EventStore reader = openReadOnly(folder)) {
      List<RecordedEvent> expected = reader.read(Query.category("account")).toList();
      Position head = reader.head();
      try (Stream<Path> files = Files.list(folder.resolve("index"))) {
        for (Path file : files.toList()) {
          damageInPlace(file, 64, file.toString().endsWith(".idx") ? 256 : 0);
        }
      }
      assertThat(reader.read(Query.category("account")).toList()).isEqualTo(expected);
      assertThat(reader.head()).isEqualTo(head);
    }
  }

  private static void damageInPlace(Path file, int from, int keptAtEnd) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (long at = from; at < bytes.length() - keptAtEnd; at++) {
        bytes.seek(at);
        int value = bytes.read();
        bytes.seek(at);
        bytes.write(value ^ 1);
      }
    }
  }

  /** With hidden events reclaimed and files compressed beside it. */
  @Test
  void itGoesOnWhileFilesAreReplaced() {
    EngineOptions packing = small.compressed();
    try (EngineStore writer = EngineStore.open(folder, packing);
        EventStore reader = openReadOnly(folder)) {
      for (int round = 0; round < 6; round++) {
        appendSome(writer, 60, round);
        writer.changeSettings("account-1", any(), StreamSettings.none().withMaxCount(2));
        writer.delete("cart-1", any());
        writer.scavenge(ProgressListener.none());
        appendSome(writer, 1, 100 + round);
        new StoreCheck(reader, writer).sameEvents();
      }
      new StoreCheck(reader, writer).sameIndexes();
    }
  }

  private static Path lastLog(Path store) throws IOException {
    try (Stream<Path> logs = Files.list(store.resolve("log"))) {
      return logs.filter(file -> file.toString().endsWith(".log"))
          .max(java.util.Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  /** The last bytes that were written are not there. */
  private static void tear(Path log) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    java.util.Arrays.fill(bytes, end - 20, end, (byte) 0);
    Files.write(log, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static List<String> listing(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .sorted()
          .map(path -> path + " " + path.toFile().length() + " " + path.toFile().lastModified())
          .toList();
    }
  }
}
