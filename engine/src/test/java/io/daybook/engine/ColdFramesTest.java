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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a disk is asked for in advance is what a read gets, whatever the files look like. */
final class ColdFramesTest {
  private static final int STREAMS = 7;
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
      assertThat(disk.fetches().stream().max(Comparator.comparingInt(ColdDisk.Fetch::length)))
          .hasValueSatisfying(fetch -> assertThat(fetch.length()).isGreaterThan(100_000));
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
