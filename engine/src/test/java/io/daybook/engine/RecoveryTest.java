package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.eventstore.StreamSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an opening finds after a clean close, a crash, and damage. */
class RecoveryTest {
  private static final EngineOptions SMALL =
      EngineOptions.defaults()
          .withSizes(
              new LogSizes(16 << 10, 4 << 10, 8 << 10),
              new IndexLimits(50, 10_000, 1 << 20, 1 << 20, 4))
          .withoutThreads();

  @TempDir private Path folder;

  @Test
  void everythingIsThereAfterAClose() {
    List<RecordedEvent> before = fill(folder, 300, 1);

    assertEquals(before, readAll(folder));
    assertEquals(before, readAll(folder));
    assertIntact(folder);
  }

  @Test
  void openingAndClosingLeavesTheFilesAsTheyWere() throws IOException {
    fill(folder, 10, 1);
    List<String> before = listing(folder);

    EngineStore.open(folder).close();

    assertEquals(before, listing(folder));
  }

  @Test
  void indexFilesAreMadeAnew() throws IOException {
    List<RecordedEvent> before = fill(folder, 300, 2);
    assertFalse(listing(folder.resolve("index")).isEmpty());
    deleteAll(folder.resolve("index"));

    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      assertEquals(before, all(store));
      for (RecordedEvent event : before) {
        assertEquals(event, store.find(event.id()).orElseThrow());
      }
      assertFindsAsAScanDoes(store, before);
    }
    assertIntact(folder);
  }

  @Test
  void rulesOfStreamsAreKept() {
    fill(folder, 60, 3);
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      store.changeSettings("s-1", any(), StreamSettings.none().withMaxCount(2));
      store.delete("s-2", any());
      store.tombstone("s-3", any());
    }
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      assertEquals(2, store.read(Query.stream("s-1")).toList().size());
      assertEquals(0, store.read(Query.stream("s-2")).toList().size());
      assertThrows(
          io.daybook.eventstore.StreamTombstonedException.class,
          () -> store.append("s-3", any(), Event.json("A", "{}")));
    }
  }

  @Test
  void aTornGroupIsRolledBackAndTheStoreGoesOn() throws IOException {
    List<RecordedEvent> before = fill(folder, 20, 4);
    Path copy = copyWhileOpen(20, 4);
    Path log = lastLog(copy);
    // half of the last frame never reached the disk
    long end = endOfFrames(log);
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.seek(end - 40);
      file.write(new byte[40]);
    }
    try (EngineStore store = EngineStore.open(copy, SMALL)) {
      List<RecordedEvent> after = all(store);
      assertTrue(after.size() < before.size());
      store.append("s-1", any(), Event.json("Next", "{}"));
      assertEquals(after.size() + 1, all(store).size());
    }
    assertIntact(copy);
  }

  @Test
  void damageBeforeACloseRecordIsRefused() throws IOException {
    fill(folder, 20, 5);
    Path log = lastLog(folder);
    flip(log, 200, 3);

    var e =
        assertThrows(StoreDamagedException.class, () -> EngineStore.open(folder, SMALL).close());

    assertTrue(e.file().startsWith("log/"), e.getMessage());
    VerifyReport report = EngineStore.verify(folder, ProgressListener.none());
    assertFalse(report.isIntact());
    assertEquals(e.file(), report.damages().getFirst().file());
  }

  @Test
  void aSecondOpeningIsRefused() {
    try (EngineStore _ = EngineStore.open(folder)) {
      var e = assertThrows(EventStoreFailedException.class, () -> EngineStore.open(folder));
      assertTrue(e.getMessage().contains("in use"), e.getMessage());
    }
    EngineStore.open(folder).close();
  }

  @Test
  void aStoreThatMustExistIsNotCreated() throws IOException {
    var e =
        assertThrows(
            EventStoreFailedException.class,
            () -> EngineStore.open(folder.resolve("none"), EngineOptions.defaults().mustExist()));
    assertTrue(e.getMessage().contains("no store"), e.getMessage());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void itIsKnownWhetherThereIsAStore() throws IOException {
    assertFalse(EngineStore.exists(folder.resolve("none")));
    Path other = Files.createDirectories(folder.resolve("other/log")).getParent();
    Files.writeString(other.resolve("log/readme.txt"), "no log of a store");
    assertFalse(EngineStore.exists(other));
    Path store = folder.resolve("store");
    try (var open = EngineStore.open(store)) {
      assertTrue(EngineStore.exists(store), open::toString);
    }
    Files.delete(store.resolve("MANIFEST"));
    assertTrue(EngineStore.exists(store), "a damaged store is one");
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void aNewerFormatIsRefusedByName() throws IOException {
    fill(folder, 3, 7);
    Path manifest = folder.resolve("MANIFEST");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[8] = 9;
    var crc = new java.util.zip.CRC32C();
    crc.update(bytes, 0, 60);
    for (int i = 0; i < 4; i++) {
      bytes[60 + i] = (byte) (crc.getValue() >>> (8 * i));
    }
    Files.write(manifest, bytes);

    var e = assertThrows(EventStoreFailedException.class, () -> EngineStore.open(folder, SMALL));

    assertTrue(e.getMessage().contains("format version 9"), e.getMessage());
  }

  @Test
  void anInterruptHurtsNobody() throws InterruptedException {
    try (EngineStore store = EngineStore.open(folder)) {
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 8; t++) {
        int number = t;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 50; i++) {
                    store.append("t-" + number, any(), Event.json("A", "{}"));
                  }
                }));
      }
      for (int i = 0; i < 200; i++) {
        threads.get(i % threads.size()).interrupt();
        Thread.onSpinWait();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(399, store.head().value());
    }
  }

  @Test
  void aRetryAfterReopeningReturnsTheFirstResult() {
    var first = Append.to("a-1").events(Event.json("A", "{}"), Event.json("B", "{}")).and("b-1");
    Append append = first.events(Event.json("C", "{}"));
    io.daybook.eventstore.AppendResult result;
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      result = store.append(append);
    }
    fill(folder, 200, 8);
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      long head = store.head().value();
      assertEquals(result, store.append(append));
      assertEquals(head, store.head().value());
    }
  }

  private static List<RecordedEvent> fill(Path folder, int appends, long seed) {
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      appendRandomly(store, appends, seed);
      return all(store);
    }
  }

  private static void appendRandomly(EngineStore store, int appends, long seed) {
    var random = new Random(seed);
    for (int i = 0; i < appends; i++) {
      Append append = null;
      for (int w = random.nextInt(3); w >= 0; w--) {
        String stream = "s-" + random.nextInt(8);
        var target = append == null ? Append.to(stream) : append.and(stream);
        append = target.events(event(random), event(random));
      }
      store.append(append);
    }
  }

  private static Event event(Random random) {
    byte[] data = new byte[random.nextInt(60)];
    random.nextBytes(data);
    Payload payload =
        random.nextBoolean()
            ? Payload.json("{\"n\":" + random.nextInt() + "}")
            : Payload.of(data, "x/y");
    Event event = Event.of("Type" + random.nextInt(4), payload);
    if (random.nextBoolean()) {
      event = event.withTags("k:" + random.nextInt(9), "ü:" + random.nextInt(3));
    }
    if (random.nextBoolean()) {
      event = event.withId(new java.util.UUID(random.nextLong(), random.nextLong()));
    }
    return random.nextBoolean() ? event.withMetadata(Payload.json("{\"actor\":\"a\"}")) : event;
  }

  /** A copy of a store that was filled and not closed. */
  private Path copyWhileOpen(int appends, long seed) throws IOException {
    Path open = folder.resolve("open");
    Path copy = folder.resolve("copy");
    try (EngineStore store = EngineStore.open(open, SMALL)) {
      appendRandomly(store, appends, seed);
      copy(open, copy);
    }
    return copy;
  }

  private static List<RecordedEvent> readAll(Path folder) {
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      return all(store);
    }
  }

  private static List<RecordedEvent> all(EngineStore store) {
    return store.read(ReadRequest.of(Query.everything()).withSystemEvents()).toList();
  }

  private static void assertFindsAsAScanDoes(EngineStore store, List<RecordedEvent> events) {
    for (int i = 0; i < 9; i++) {
      for (Query query :
          List.of(
              Query.stream("s-" + i),
              Query.tags("k:" + i),
              Query.types("Type" + i),
              Query.category("s"),
              Query.item().withTypes("Type1").withTags("ü:" + i).asQuery())) {
        assertEquals(
            events.stream().filter(query::matches).map(RecordedEvent::position).toList(),
            store.read(query).toList().stream().map(RecordedEvent::position).toList(),
            query.toString());
      }
    }
  }

  private static void assertIntact(Path folder) {
    VerifyReport report = EngineStore.verify(folder, ProgressListener.none());
    assertEquals(List.of(), report.damages());
    assertTrue(report.isIntact());
  }

  private static Path lastLog(Path store) throws IOException {
    try (Stream<Path> logs = Files.list(store.resolve("log"))) {
      return logs.filter(f -> f.toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static long endOfFrames(Path log) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static void flip(Path file, long offset, int bit) throws IOException {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int value = access.read();
      access.seek(offset);
      access.write(value ^ (1 << bit));
    }
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

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static List<String> listing(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<String> names = new ArrayList<>();
      for (Path path : walk.sorted().toList()) {
        if (Files.isRegularFile(path)) {
          names.add(folder.relativize(path) + " " + Files.size(path));
        }
      }
      return names;
    }
  }
}
