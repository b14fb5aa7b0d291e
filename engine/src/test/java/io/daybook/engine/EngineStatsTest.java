package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.eventstore.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a store tells of itself, to its writer and beside it. */
@Timeout(60)
final class EngineStatsTest {
  private final EngineOptions small =
      EngineOptions.defaults()
          .withSizes(
              new LogSizes(8 << 10, 2 << 10, 4 << 10), new IndexLimits(40, 1 << 20, 1 << 20, 0, 4))
          .withoutThreads();

  @TempDir private Path folder;

  /** The stream s-N gets N events, and the shorter ones end early. */
  private static void fill(EngineStore store) {
    for (int round = 0; round < 20; round++) {
      for (int stream = round + 1; stream <= 20; stream++) {
        store.append("s-" + stream, any(), Event.json("T", "{}"));
      }
    }
  }

  @Test
  void indexFilesCoverWhatIsNotInMemory() {
    try (EngineStore store = EngineStore.open(folder, small);
        ReadOnlyStore reader = EngineStore.openReadOnly(folder, small)) {
      fill(store);
      EngineStats stats = store.stats();
      assertThat(stats.events()).isEqualTo(210);
      assertThat(stats.logFiles()).isGreaterThan(2);
      assertThat(stats.packedLogFiles()).isZero();
      assertThat(stats.indexFiles()).isPositive();
      long next = 0;
      for (EngineStats.IndexRange range : stats.index()) {
        assertThat(range.first()).isEqualTo(next);
        assertThat(folder.resolve(range.file())).hasSize(range.bytes());
        next = range.last() + 1;
      }
      assertThat(next + stats.unindexedEvents()).isEqualTo(210);
      assertThat(reader.stats().events()).isEqualTo(210);
      assertThat(reader.stats().index()).isEqualTo(stats.index());
      assertThat(reader.stats().unindexedEvents()).isEqualTo(stats.unindexedEvents());
    }
  }

  @Test
  void theLargestStreamsAreThoseWithTheMostEvents() {
    try (EngineStore store = EngineStore.open(folder, small);
        ReadOnlyStore reader = EngineStore.openReadOnly(folder, small)) {
      assertThat(store.largestStreams(3)).isEmpty();
      fill(store);
      store.append("s-19", any(), Event.json("T", "{}"));
      store.delete("s-18", any());
      store.changeSettings("s-17", any(), StreamSettings.none().withMaxCount(1));
      List<StreamSize> largest = store.largestStreams(4);
      assertThat(largest)
          .containsExactly(
              new StreamSize("s-19", 20),
              new StreamSize("s-20", 20),
              new StreamSize("s-17", 17),
              new StreamSize("s-16", 16));
      assertThat(reader.largestStreams(4)).isEqualTo(largest);
      assertThat(store.largestStreams(100)).hasSize(19);
      assertThat(store.largestStreams(0)).isEmpty();
      assertThatThrownBy(() -> store.largestStreams(-1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aVerificationTellsHowMuchThereIs() throws IOException {
    try (EngineStore store = EngineStore.open(folder, small)) {
      fill(store);
    }
    List<String> told = new ArrayList<>();
    long events =
        EngineStore.verify(folder, (task, done, total) -> told.add(done + " of " + total)).events();
    assertThat(told).last().isEqualTo(events + " of " + events);
    byte[] manifest = Files.readAllBytes(folder.resolve("MANIFEST"));
    manifest[manifest.length - 1] ^= 1;
    Files.write(folder.resolve("MANIFEST"), manifest);
    told.clear();
    assertThat(
            EngineStore.verify(folder, (task, done, total) -> told.add(done + " of " + total))
                .isIntact())
        .isFalse();
    assertThat(told).last().isEqualTo("0 of 0");
  }

  @Test
  void aSnapshotIsMadeBesideTheWriter() {
    Path original = folder.resolve("store");
    Path copy = folder.resolve("copy");
    try (EngineStore store = EngineStore.open(original, small)) {
      fill(store);
      BackupReport report = EngineStore.snapshot(original, copy);
      assertThat(report.head()).isEqualTo(store.checkpointAt(store.head()));
      assertThat(report.copiedFiles()).isLessThan(report.files());
    }
    assertThat(EngineStore.verify(copy, ProgressListener.none()).isIntact()).isTrue();
  }

  @Test
  void aLostManifestIsNoMissingStore() throws IOException {
    try (EngineStore store = EngineStore.open(folder, small)) {
      fill(store);
    }
    Files.delete(folder.resolve("MANIFEST"));
    for (Runnable look :
        List.<Runnable>of(
            () -> EngineStore.openReadOnly(folder, small).close(),
            () -> EngineStore.open(folder, small).close(),
            () -> EngineStore.verify(folder, ProgressListener.none()),
            () -> EngineStore.backup(folder, folder.resolve("b"), ProgressListener.none()))) {
      assertThatThrownBy(look::run)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("MANIFEST")
          .hasMessageContaining("it is missing, but there are log files");
    }
  }
}
