package io.daybook.engine;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexPreloadTest {
  private static final EngineOptions SMALL =
      EngineOptions.defaults()
          .withSizes(new LogSizes(4_096, 128, 128), new IndexLimits(20, 10_000, 4_096, 1 << 20, 4))
          .withoutThreads();

  @TempDir private Path folder;
  private ColdDisk disk;

  @BeforeEach
  void fill() {
    try (EngineStore store = EngineStore.open(folder, SMALL)) {
      for (int i = 0; i < 130; i++) {
        store.append("account-" + i, ExpectedRevision.any(), Event.json("Opened", "{}"));
      }
    }
    disk = new ColdDisk(new FolderDisk(folder));
  }

  private EngineStore open(EngineOptions options) {
    return EngineStore.open(disk, "cold", options);
  }

  private List<String> files(String end) {
    return disk.fetches().stream()
        .map(ColdDisk.Fetch::file)
        .filter(file -> file.endsWith(end))
        .collect(toList());
  }

  @Test
  void columnsAreReadFirstThenIndexFilesFromTheNewestOn() {
    try (EngineStore store = open(SMALL)) {
      List<String> newestFirst =
          store.stats().index().reversed().stream().map(EngineStats.IndexRange::file).toList();
      assertThat(newestFirst).hasSizeGreaterThan(1);
      assertThat(files(".idx")).isEqualTo(newestFirst);
      assertThat(files(".loc")).hasSize(store.stats().logFiles() - 1).isSorted();
      assertThat(disk.fetches().peek().file()).endsWith(".loc");
      assertThat(disk.fetches()).allMatch(fetch -> fetch.offsetBytes() == 0);
      assertThat(bytes(files(".idx"))).isEqualTo(store.stats().indexBytes());
    }
  }

  @Test
  void noMoreIsReadThanIsAllowedAndThatFromTheEndOfAFile() {
    open(SMALL).close();
    long columns = bytes(files(".loc"));
    ColdDisk.Fetch newest =
        disk.fetches().stream().filter(fetch -> fetch.file().endsWith(".idx")).findFirst().get();
    disk.fetches().clear();

    open(SMALL.withIndexPreload(columns + 100)).close();
    assertThat(disk.fetches().stream().filter(fetch -> fetch.file().endsWith(".idx")))
        .containsExactly(new ColdDisk.Fetch(newest.file(), newest.length() - 100, 100));
  }

  private long bytes(List<String> files) {
    return disk.fetches().stream()
        .filter(fetch -> files.contains(fetch.file()))
        .mapToLong(ColdDisk.Fetch::length)
        .sum();
  }

  @Test
  void nothingIsReadWhereNothingIsAllowed() {
    open(SMALL.withIndexPreload(0)).close();
    assertThat(disk.fetches()).isEmpty();
    assertThatThrownBy(() -> SMALL.withIndexPreload(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPreloadThatFailsCostsNobodyAnything() {
    disk.fail();
    try (EngineStore store = open(SMALL);
        var read = store.read(Query.stream("account-7"))) {
      assertThat(read.stream()).hasSize(1);
    }
  }
}
