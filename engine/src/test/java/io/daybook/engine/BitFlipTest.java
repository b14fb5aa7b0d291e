package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.proof.Hash;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flips every single bit of every file of a small store, of one that is compressed and of one that
 * is encrypted, of leaves and of sealed packs, and every third of others. Whatever the bit is, the
 * store is refused, or refuses to answer, or answers as if nothing had happened; and it goes on as
 * if nothing had happened.
 */
@Tag("long")
@ExtendWith(QuietEngine.class)
final class BitFlipTest {
  /** Of so many bits one is flipped in stores that were not closed. */
  private static final int OTHERS = 3;

  /** So many times seldomer in an encrypted store: its files are larger, and keys are work. */
  private static final int ENCRYPTED = 61;

  /** Of so many bits one is flipped in the zeros of a file of keys. */
  private static final int UNUSED = 61;

  /** How many requests make a store of which each bit can be flipped, whatever an opening takes. */
  private static final int FEW = 7;

  /** The same where keys are work. */
  private static final int FEWER = 5;

  private static final int KEYS_COPY_BYTES = 4_096;
  private static final int KEYS_USED_BYTES = 160;
  private static final KeyPair KEY = ProofKeys.newPair();

  private static final Append PROBE =
      Append.to("probe-1").expecting(ExpectedRevision.noStream()).events(event(1_000));

  private final TestClock clock = new TestClock();
  private EngineOptions options = options(5);
  private int step = 1;
  private @Nullable Hash root;

  private EngineOptions options(int eventsOfAnIndex) {
    return EngineOptions.defaults()
        .withClock(clock)
        .withoutThreads()
        .withSizes(
            new LogSizes(1_024, 128, 128, 200),
            new IndexLimits(eventsOfAnIndex, 10_000, 4_096, 1 << 20, 4));
  }

  /** What a store must answer: first to one more append, then to all that can be asked. */
  private record Expected(long head, AppendResult probe, List<Object> answers) {}

  private void encrypt(boolean encrypted) {
    if (encrypted) {
      options = options.encrypted(TestKeys.key(1));
      step = ENCRYPTED;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyBitOfAClosedStoreIsNoticedOrHarmless(boolean encrypted) {
    encrypt(encrypted);
    var disk = new MemoryDisk();
    EngineStore store = EngineStore.open(disk, "small", options);
    List<StoreRequest> requests = requests();
    requests.forEach(request -> request.on(store));
    store.close();
    assertThat(disk.contents().keySet())
        .as("files of each kind")
        .anyMatch(name -> name.endsWith(".log"))
        .anyMatch(name -> name.endsWith(".loc"))
        .anyMatch(name -> name.endsWith(".idx"));
    flipAll(disk.contents(), step, List.of(expected(requests)));
  }

  /** What a store is besides. */
  enum Kind {
    COMPRESSED,
    SIGNED,
    ENCRYPTED,
    ENCRYPTED_AND_COMPRESSED
  }

  @ParameterizedTest
  @EnumSource
  void everyBitOfAFewEventsIsNoticedOrHarmless(Kind kind) {
    options =
        switch (kind) {
          case COMPRESSED -> options.compressed();
          case SIGNED -> options;
          case ENCRYPTED -> options.encrypted(TestKeys.key(1));
          case ENCRYPTED_AND_COMPRESSED -> options.encrypted(TestKeys.key(1)).compressed();
        };
    var disk = new MemoryDisk();
    int few = kind == Kind.ENCRYPTED || kind == Kind.ENCRYPTED_AND_COMPRESSED ? FEWER : FEW;
    List<StoreRequest> requests = requests().subList(0, few);
    try (EngineStore store = EngineStore.open(disk, "small", options)) {
      requests.forEach(request -> request.on(store));
      if (kind == Kind.SIGNED) {
        root = store.signHead(KEY, ProgressListener.none()).root();
      }
    }
    String ending =
        switch (kind) {
          case COMPRESSED, ENCRYPTED_AND_COMPRESSED -> ".pack";
          case SIGNED -> ".leaves";
          case ENCRYPTED -> ".keys";
        };
    assertThat(disk.contents().keySet()).anyMatch(name -> name.endsWith(ending));
    boolean all = kind == Kind.COMPRESSED || kind == Kind.ENCRYPTED;
    flipAll(
        disk.contents(),
        name -> all || name.endsWith(ending) || name.equals(Manifest.NAME),
        1,
        List.of(expected(requests)));
  }

  /** The marker of a backup says of which store it is: none other may be copied over it. */
  @Test
  void everyBitOfTheMarkerOfABackupIsNoticedByTheNextBackup() {
    var disk = new MemoryDisk();
    var backup = new MemoryDisk();
    List<StoreRequest> requests = requests().subList(0, FEW);
    try (EngineStore store = EngineStore.open(disk, "small", options)) {
      requests.forEach(request -> request.on(store));
    }
    ProgressListener none = ProgressListener.none();
    new Backup(disk, "small", backup, "backup", false, none).run();
    Map<String, byte[]> original = backup.contents();
    int bits = original.get(Backup.MARKER).length * Byte.SIZE;
    assertThat(bits).isPositive();
    List<Expected> expected = List.of(expected(requests));
    for (int bit = 0; bit < bits; bit++) {
      assertThat(isNoticed(original, Backup.MARKER, bit, expected)).as("by an opening").isFalse();
      MemoryDisk flipped = flipped(original, Backup.MARKER, bit);
      var next = new Backup(disk, "small", flipped, "backup", false, none);
      assertThatThrownBy(next::run)
          .as("bit %s", bit)
          .isInstanceOf(EventStoreFailedException.class)
          .hasMessageContaining("name another folder");
    }
  }

  /**
   * Where the machine stopped, the last append may be taken for one that was torn: it is rolled
   * back whole, and the opening says so.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyBitOfAStoreThatWasNotClosedIsNoticedOrHarmless(boolean encrypted) {
    encrypt(encrypted);
    var disk = new MemoryDisk();
    EngineStore store = EngineStore.open(disk, "small", options);
    List<StoreRequest> requests = requests();
    requests.forEach(request -> request.on(store));
    List<StoreRequest> withoutLast = requests.subList(0, requests.size() - 1);
    flipAll(disk.contents(), OTHERS * step, List.of(expected(requests), expected(withoutLast)));
  }

  /**
   * What the next append builds on is then the last frame of a file that is full; and since the
   * index holds all events, and the columns are there, the opening looks at it for no other reason.
   */
  @Test
  void everyBitOfAStoreWhoseNewestFileIsEmptyIsNoticedOrHarmless() {
    EngineOptions indexed = options(1);
    List<StoreRequest> requests = requests();
    requests.removeIf(request -> !(request instanceof StoreRequest.Events)); // always looked at
    for (int steps = 1; steps < 1_000; steps++) {
      var disk = new SimulatedDisk(3);
      List<StoreRequest> stored = new ArrayList<>();
      try {
        EngineStore store = EngineStore.open(disk, "small", indexed);
        disk.crashIn(steps);
        for (StoreRequest request : requests) {
          request.on(store);
          stored.add(request);
        }
      } catch (SimulatedCrash | EventStoreFailedException _) {
        SimulatedDisk after = disk.kill();
        Expected expected = expected(stored);
        if (endsBehindARoll(after, expected.head())) {
          var found = new MemoryDisk();
          after.files().forEach(name -> found.put(name, after.contents(name)));
          EngineStore.open(found, "small", indexed); // makes columns, and is killed
          flipAll(found.contents(), OTHERS * step, List.of(expected));
          return;
        }
      }
    }
    fail("no crash came behind a roll");
  }

  private static boolean endsBehindARoll(SimulatedDisk disk, long head) {
    try {
      Manifest manifest = Manifest.read(disk);
      return manifest.logs().size() > 1
          && manifest.logs().getLast().base() == head + 1
          && !manifest.indexes().isEmpty()
          && manifest.indexes().getLast().to() == head;
    } catch (IOException | EventStoreFailedException _) {
      return false; // not even a store yet
    }
  }

  private void flipAll(Map<String, byte[]> original, int step, List<Expected> expected) {
    flipAll(original, _ -> true, step, expected);
  }

  private void flipAll(
      Map<String, byte[]> original, Predicate<String> files, int step, List<Expected> expected) {
    var noticed = new TreeMap<String, Long>();
    original.forEach((file, bytes) -> {
      if (files.test(file) && !file.equals("LOCK") && !file.equals("log/spare")) {
        long found =
            IntStream.range(0, bytes.length * Byte.SIZE / step)
                .filter(i -> !isUnused(file, i * step) || i % UNUSED == 0)
                .parallel()
                .filter(i -> isNoticed(original, file, i * step, expected))
                .count();
        noticed.put(file, found);
      }
    });
    assertThat(noticed.get(Manifest.NAME))
        .as("each of its bits is covered by a check")
        .isEqualTo(original.get(Manifest.NAME).length * Byte.SIZE / step);
  }

  /** Whether it is one of the zeros behind the keys, in either copy, and not of the check. */
  private static boolean isUnused(String file, int bit) {
    int at = bit / Byte.SIZE % KEYS_COPY_BYTES;
    return file.endsWith(".keys") && at >= KEYS_USED_BYTES && at < KEYS_COPY_BYTES - Integer.BYTES;
  }

  private static MemoryDisk flipped(Map<String, byte[]> original, String file, int bit) {
    var disk = new MemoryDisk(original);
    byte[] flipped = original.get(file).clone();
    flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    disk.put(file, flipped);
    return disk;
  }

  /**
   * Whether a flipped bit makes the store refuse.
   *
   * @throws AssertionError if it makes it answer wrong
   */
  private boolean isNoticed(
      Map<String, byte[]> original, String file, int bit, List<Expected> expected) {
    MemoryDisk disk = flipped(original, file, bit);
    try (EngineStore store = EngineStore.open(disk, "small", options)) {
      long head = store.head().value();
      Expected fitting =
          expected.stream()
              .filter(one -> one.head() == head)
              .findFirst()
              .orElseThrow(() -> new AssertionError("the store ends with " + head));
      if (root != null && !root.equals(store.signHead(KEY, ProgressListener.none()).root())) {
        throw new AssertionError("the events have another root");
      }
      if (!store.append(PROBE).equals(fitting.probe())) {
        throw new AssertionError("the next append gets another result");
      }
      if (!answers(store).equals(fitting.answers())) {
        throw new AssertionError(answers(store) + " instead of " + fitting.answers());
      }
      return false;
    } catch (EventStoreFailedException e) {
      return true;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "bit " + bit % 8 + " of byte " + bit / 8 + " of " + file + ": " + e, e);
    }
  }

  private Expected expected(List<StoreRequest> requests) {
    InMemoryStore model = InMemoryStore.with(clock);
    requests.forEach(request -> request.on(model));
    long head = model.head().value();
    return new Expected(head, model.append(PROBE), answers(model));
  }

  /** The answers to all that can be asked. */
  private static List<Object> answers(EventStore store) {
    List<Object> answers = new ArrayList<>();
    ReadRequest everything = ReadRequest.of(Query.everything()).withSystemEvents();
    for (RecordedEvent event : store.read(everything).toList()) {
      // the id of a system event is the store's own
      answers.add(event.isSystem() ? event.data() : event);
      if (!event.isSystem()) {
        answers.add(store.find(event.id()).map(RecordedEvent::position));
      }
    }
    for (Dimension dimension : Dimension.values()) {
      for (String name : store.list(dimension, "").toList()) {
        answers.add(name);
        store
            .read(StoreCheck.queryOf(dimension, name))
            .forEach(event -> answers.add(event.position()));
      }
    }
    store.list(Dimension.STREAM, "").forEach(stream -> answers.add(store.streamInfo(stream)));
    Query both = Query.item().withTypes("T1").withTags("x:1").asQuery();
    store.read(both).forEach(event -> answers.add(event.position()));
    return answers;
  }

  /** All that a store has: several streams, tags, metadata, settings, a delete. */
  private List<StoreRequest> requests() {
    List<StoreRequest> requests = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      requests.add(
          new StoreRequest.Events(
              i % 3 == 0
                  ? Append.to("a-" + i % 2)
                      .events(event(i), event(100 + i))
                      .and("b")
                      .events(event(200 + i))
                  : Append.to("a-" + i % 2).events(event(i))));
    }
    var settings = StreamSettings.none().withMaxCount(5).withMaxAge(Duration.ofDays(1));
    requests.add(3, new StoreRequest.Settings("a-0", ExpectedRevision.any(), settings));
    requests.add(6, new StoreRequest.Delete("b", ExpectedRevision.any()));
    return requests;
  }

  private static Event event(int number) {
    Event event =
        Event.json("T" + number % 2, "{\"n\":" + number + "}")
            .withId(new UUID(0x7000_0000L + number, number * 31L))
            .withTags("x:" + number % 3);
    return number % 4 == 0 ? event.withTags(List.of()) : event.withMetadata(event.data());
  }
}
