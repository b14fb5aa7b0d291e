package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a disk is asked for in advance is what a read gets, whatever the files look like. */
final class ColdFramesTest {
  private static final int STREAMS = 7;
  private static final long FIRST_FRAME = 128;
  private static final int[] SIZES = {0, 300, 20_000, 60_000, 100_000};

  @TempDir private Path folder;

  static Stream<Arguments> options() {
    EngineOptions plain =
        EngineOptions.defaults()
            .withDurability(Durability.interval(Duration.ofSeconds(5)))
            .withSizes(
                new LogSizes(2 << 20, 1 << 16, 1 << 16), EngineOptions.defaults().indexLimits())
            .withIndexPreload(0);
    return Stream.of(
        Arguments.of("plain", plain, ".log"),
        Arguments.of("compressed", plain.compressed(), ".pack"),
        Arguments.of("encrypted", plain.encrypted(TestKeys.key(1)), ".log"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("options")
  void whatIsFetchedIsWhatWasAppended(String name, EngineOptions options, String form) {
    Map<String, List<Event>> appended;
    try (EngineStore store = EngineStore.open(folder, options)) {
      appended = fill(store);
    }
    var disk = new ColdDisk(new FolderDisk(folder));
    try (EngineStore store = EngineStore.open(disk, "cold", options)) {
      disk.fetches().clear();
      for (int i = 0; i < STREAMS; i++) {
        String stream = "s-" + i;
        assertThat(events(store, ReadRequest.of(Query.stream(stream))))
            .isEqualTo(appended.get(stream));
        assertThat(events(store, ReadRequest.of(Query.stream(stream)).inReverse()))
            .isEqualTo(appended.get(stream).reversed());
        // of the last frame nobody knows where it ends
        Event last = Event.of("Last", Payload.of(new byte[SIZES[i % SIZES.length]], "x/y"));
        store.append(stream, ExpectedRevision.any(), last);
        assertThat(events(store, ReadRequest.of(Query.stream(stream)).inReverse().limit(1)))
            .containsExactly(last);
      }
      assertThat(disk.fetches()).anyMatch(fetch -> fetch.file().endsWith(form));
      assertThat(disk.copies().isEmpty()).isEqualTo(name.equals("encrypted"));
      assertThat(disk.copies()).allMatch(fetch -> fetch.length() <= 64 << 10);
      assertThat(disk.fetches().stream().max(Comparator.comparingInt(ColdDisk.Fetch::length)))
          .hasValueSatisfying(fetch -> assertThat(fetch.length()).isGreaterThan(100_000));
    }
  }

  /** An append that is larger than a file has one of its own, so that its frame is the first. */
  private static EngineOptions small() {
    return small(4_096);
  }

  private static EngineOptions small(int fileBytes) {
    return EngineOptions.defaults()
        .withDurability(Durability.interval(Duration.ofSeconds(5)))
        .withSizes(new LogSizes(fileBytes, 128, 128), new IndexLimits(64, 10_000, 1 << 20, 0, 4))
        .withIndexPreload(0)
        .withoutThreads();
  }

  private static EngineOptions packs(int fileBytes) {
    return small(fileBytes).compressed();
  }

  /** Appends of so many events of so many bytes, each far away from the next. */
  private List<Event> fillSparsely(EngineOptions options, int appends, int count, int bytes) {
    var random = new Random(2);
    List<Event> events = new ArrayList<>();
    try (EngineStore store = EngineStore.open(folder, options)) {
      for (int i = 0; i < appends; i++) {
        store.append(
            "other",
            ExpectedRevision.any(),
            Stream.generate(ColdFramesTest::other).limit(90L * count).toList());
        List<Event> wanted = new ArrayList<>();
        for (int j = 0; j < count; j++) {
          byte[] data = new byte[bytes];
          random.nextBytes(data);
          wanted.add(Event.of("T", Payload.of(data, "x/y")));
        }
        store.append("sparse", ExpectedRevision.any(), wanted);
        events.addAll(wanted);
      }
      store.append("other", ExpectedRevision.any(), other());
    }
    return events;
  }

  private static Event other() {
    return Event.of("Other", Payload.of(new byte[60], "x/y"));
  }

  @Test
  void aFrameIsFetchedOnceAndIsThatOfItsFile() {
    List<Event> events = fillSparsely(small(), 5, 3, 2_000);
    var disk = new ColdDisk(new FolderDisk(folder));
    try (EngineStore store = EngineStore.open(disk, "cold", small())) {
      for (boolean backwards : new boolean[] {false, true}) {
        disk.fetches().clear();
        ReadRequest request = ReadRequest.of(Query.stream("sparse"));
        assertThat(events(store, backwards ? request.inReverse() : request))
            .isEqualTo(backwards ? events.reversed() : events);
        assertThat(disk.fetches().stream().filter(fetch -> fetch.file().endsWith(".log")))
            .hasSize(5)
            .doesNotHaveDuplicates()
            .allMatch(fetch -> fetch.offsetBytes() == FIRST_FRAME)
            .allMatch(fetch -> fetch.length() > 6_000 && fetch.length() <= 16 << 10);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noMoreThanAMebibyteIsCopiedForOneRead(boolean packed) {
    EngineOptions options = packed ? packs(1_900_000) : small(4 << 20);
    List<Event> events = fillSparsely(options, 30, 1, 60_000);
    var disk = new ColdDisk(new FolderDisk(folder));
    try (EngineStore store = EngineStore.open(disk, "cold", options)) {
      assertThat(store.stats().packedLogFiles()).isEqualTo(packed ? 1 : 0);
      disk.fetches().clear();
      disk.copies().clear();
      assertThat(events(store, ReadRequest.of(Query.stream("sparse")))).isEqualTo(events);
      assertThat(disk.fetches().stream().map(ColdDisk.Fetch::length).filter(l -> l > 1_000))
          .hasSize(packed ? 29 : 30) // the last block of a pack is read when the store is opened
          .allMatch(length -> length > 60_000 && length < 60_500);
      assertThat(disk.copies().stream().mapToLong(ColdDisk.Fetch::length).sum())
          .isBetween(1L << 20, (1L << 20) + 60_500);
    }
  }

  /** A place in a pack is that in the log file for which it stands, which is larger. */
  @Test
  void aPackIsFetchedToItsEnd() {
    EngineOptions options = packs(200_000);
    fillSparsely(options, 30, 1, 0);
    var disk = new ColdDisk(new FolderDisk(folder));
    try (EngineStore store = EngineStore.open(disk, "cold", options)) {
      disk.copies().clear();
      ReadRequest late = ReadRequest.of(Query.stream("sparse")).from(new Revision(12)).limit(1);
      assertThat(events(store, late)).hasSize(1);
      assertThat(disk.copies()).hasSize(1).allMatch(copy -> copy.file().endsWith(".pack"));
      disk.warmUp();
      disk.fetches().clear();
      assertThat(events(store, late.from(new Revision(3)))).hasSize(1);
      assertThat(disk.fetches()).isEmpty();
    }
  }

  /** Appends of a few events and of many, of all sizes, in turns. */
  private static Map<String, List<Event>> fill(EngineStore store) {
    var random = new Random(1);
    Map<String, List<Event>> appended = new HashMap<>();
    for (int round = 0; round < 15; round++) {
      for (int i = 0; i < STREAMS; i++) {
        int count = random.nextInt(10) == 0 ? 150 : 1 + random.nextInt(3);
        List<Event> events = new ArrayList<>();
        for (int j = 0; j < count; j++) {
          byte[] data = new byte[count > 3 ? 200 : SIZES[random.nextInt(SIZES.length)]];
          random.nextBytes(data);
          events.add(Event.of("T" + j, Payload.of(data, "x/y")).withTags("round:" + round));
        }
        store.append("s-" + i, ExpectedRevision.any(), events);
        appended.computeIfAbsent("s-" + i, _ -> new ArrayList<>()).addAll(events);
      }
    }
    return appended;
  }

  private static List<Event> events(EngineStore store, ReadRequest request) {
    try (var read = store.read(request)) {
      return read.stream().map(RecordedEvent::event).toList();
    }
  }
}
