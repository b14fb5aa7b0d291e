package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is compared of the index when a file of the log is damaged. */
final class VerifyAfterDamageTest {
  private static final int EVENTS = 240;

  private final EngineOptions small =
      EngineOptions.defaults()
          .withSizes(
              new LogSizes(8 << 10, 2 << 10, 4 << 10), new IndexLimits(40, 1 << 20, 1 << 20, 0, 9))
          .withoutThreads();
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private Manifest manifest;

  /** Of a store with the same id and files, and other streams in it. */
  private SimulatedDisk other;

  @BeforeEach
  void fill() throws IOException {
    EngineStore.open(disk, "simulated", small).close();
    other = disk.copy();
    fill(disk, "one-");
    fill(other, "two-");
    manifest = Manifest.read(disk);
    assertThat(manifest.indexes()).hasSizeGreaterThan(2);
    assertThat(Manifest.read(other).indexes()).isEqualTo(manifest.indexes());
    assertThat(verify().damages()).isEmpty();
  }

  private void fill(SimulatedDisk target, String streams) {
    try (EngineStore store = EngineStore.open(target, "simulated", small)) {
      for (int i = 0; i < EVENTS; i++) {
        store.append(streams + i % 7, any(), Event.json("T", "{}"));
      }
    }
  }

  private VerifyReport verify() {
    return EngineStore.verify(disk, "simulated", ProgressListener.none());
  }

  /** Puts an index file in its place that is whole, and tells of other events. */
  private String exchange(Manifest.IndexEntry entry) {
    disk.put(entry.name(), other.contents(entry.name()));
    return entry.name();
  }

  private static List<String> files(VerifyReport report) {
    return report.damages().stream().map(StoreDamagedException::file).toList();
  }

  @Test
  void indexFilesOfOtherPositionsAreCompared() {
    Manifest.LogEntry log = manifest.logs().getFirst();
    String wrong = exchange(manifest.indexes().getLast());
    assertThat(files(verify())).as("of a whole log").containsExactly(wrong);
    assertThat(manifest.indexes().getLast().from()).isGreaterThan(log.lastPosition());

    disk.flipBit(log.name(), 1_000, 3);
    VerifyReport report = verify();

    assertThat(files(report)).containsExactly(log.name(), wrong);
    assertThat(report.notes())
        .hasSize(
            (int)
                manifest.indexes().stream()
                    .filter(index -> index.from() <= log.lastPosition())
                    .count())
        .first()
        .isEqualTo(
            manifest.indexes().getFirst().name()
                + " was not compared with the log, in which events that it tells of are damaged");
  }

  @Test
  void anIndexFileOfEventsThatCannotBeReadIsNotBlamed() {
    Manifest.LogEntry log = manifest.logs().get(1);
    for (Manifest.IndexEntry index : manifest.indexes()) {
      if (index.to() >= log.base() && index.from() <= log.lastPosition()) {
        exchange(index);
      }
    }
    disk.remove(log.name());
    // but for events that are read before
    assertThat(files(verify())).contains(log.name());
    assertThat(files(verify()))
        .filteredOn(file -> file.startsWith("index/"))
        .allMatch(file -> file.equals(indexAt(log.base() - 1)));
  }

  @Test
  void damageInTheActiveFileReachesToTheEnd() {
    Manifest.LogEntry active = manifest.logs().getLast();
    disk.remove(active.name());
    assertThat(files(verify())).containsExactly(active.name());
  }

  private String indexAt(long position) {
    return manifest.indexes().stream()
        .filter(index -> index.from() <= position && position <= index.to())
        .map(Manifest.IndexEntry::name)
        .findFirst()
        .orElseThrow();
  }
}
