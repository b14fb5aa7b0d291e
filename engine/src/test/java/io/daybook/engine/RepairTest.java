package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.RepairPlan.Action;
import io.daybook.engine.RepairPlan.Step;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import io.daybook.tck.TestClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a repair keeps of a damaged store, and that it does what it said before. */
@Tag("long")
@ExtendWith(QuietEngine.class)
final class RepairTest {
  private static final ProgressListener SILENT = ProgressListener.none();
  private static final int EVENTS = 240;

  private final EngineOptions small =
      EngineOptions.defaults()
          .withClock(new TestClock())
          .withSizes(
              new LogSizes(8 << 10, 2 << 10, 4 << 10), new IndexLimits(40, 1 << 20, 1 << 20, 0, 4))
          .withoutThreads();

  @TempDir private Path folder;
  private Path store;
  private List<RecordedEvent> events;
  private long epoch;

  @BeforeEach
  void fill() {
    store = folder.resolve("store");
    try (EngineStore opened = EngineStore.open(store, small)) {
      fill(opened);
      events = all(opened);
      epoch = opened.checkpointAt(Position.FIRST).epoch();
    }
  }

  private static void fill(EngineStore opened) {
    for (int i = 0; i < EVENTS; i += 2) {
      Event one = Event.json("T" + i % 3, "{\"n\":" + i + "}").withTags("k:" + i % 5);
      opened.append("s-" + i % 7, any(), one, Event.json("Second", "{}"));
    }
  }

  private static List<RecordedEvent> all(EngineStore opened) {
    return opened.read(Query.everything()).toList();
  }

  private List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static void flip(Path file, long offset) throws IOException {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int value = access.read();
      access.seek(offset);
      access.write(value ^ 16);
    }
  }

  @Test
  void aLogThatLostItsEndIsRefusedAndCutWhereItEnds() throws IOException {
    Path last = logs().getLast();
    erase(last, Files.size(last) - 600);

    assertThatThrownBy(() -> EngineStore.open(store, small))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(last.getFileName().toString())
        .hasMessageContaining("before position " + (EVENTS - 1) + ", which an index file covers");

    assertThat(EngineStore.verify(store, SILENT).isIntact()).isFalse();

    RepairPlan plan = plan();
    EngineStore.repair(plan, SILENT);
    assertThat(EngineStore.verify(store, SILENT).isIntact()).isTrue();
    try (EngineStore opened = EngineStore.open(store, small)) {
      List<RecordedEvent> kept = all(opened);
      assertThat(kept)
          .isNotEmpty()
          .hasSizeLessThan(EVENTS)
          .isEqualTo(events.subList(0, kept.size()));
      assertThat(plan.droppedEvents()).isEqualTo(EVENTS - kept.size());
      assertThat(opened.checkpointAt(Position.FIRST).epoch()).isGreaterThan(epoch);
    }
  }

  private static void erase(Path file, long from) throws IOException {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(from);
      access.write(new byte[(int) (access.length() - from)]);
    }
  }

  private RepairPlan plan() throws IOException {
    List<String> before = listing();
    RepairPlan plan = EngineStore.planRepair(store, SILENT);
    assertThat(listing()).as("planning changes nothing").isEqualTo(before);
    return plan;
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> walk = Files.walk(store)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("LOCK"))
          .sorted()
          .map(file -> file + " " + file.toFile().length() + " " + file.toFile().lastModified())
          .toList();
    }
  }

  /** Repairs as planned, and checks that all is there that was said to be kept. */
  private void repair(RepairPlan plan) {
    EngineStore.repair(plan, SILENT);
    assertThat(EngineStore.verify(store, SILENT).damages()).isEmpty();
    try (EngineStore opened = EngineStore.open(store, small)) {
      assertThat(all(opened)).isEqualTo(events.subList(0, (int) plan.keptEvents()));
      for (int i = 0; i < 5; i++) {
        Query query = Query.tags("k:" + i);
        assertThat(opened.read(query).toList())
            .isEqualTo(all(opened).stream().filter(query::matches).toList());
      }
      long now = opened.checkpointAt(Position.FIRST).epoch();
      assertThat(now > epoch).isEqualTo(plan.newEpoch());
      fill(opened);
      assertThat(opened.head().value()).isEqualTo(plan.keptEvents() + EVENTS - 1);
    }
    assertThat(EngineStore.verify(store, SILENT).damages()).isEmpty();
    assertThat(EngineStore.planRepair(store, SILENT).isEmpty()).isTrue();
  }

  @Test
  void thereIsNothingToRepairInAWholeStore() throws IOException {
    RepairPlan plan = plan();
    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.keptEvents()).isEqualTo(EVENTS);
    repair(plan);
  }

  @Test
  void aDamagedFrameCutsTheLogThere() throws IOException {
    List<Path> logs = logs();
    Path damaged = logs.get(logs.size() / 2);
    // in an event's data: some of what a frame says, only who reads all of the frame would notice
    flip(damaged, text(damaged).lastIndexOf("{\"n\":", (int) Files.size(damaged) / 2));
    byte[] bytes = Files.readAllBytes(damaged);

    RepairPlan plan = plan();

    Step cut = plan.steps().getFirst();
    assertThat(cut.action()).isEqualTo(Action.CUT);
    assertThat(cut.file()).endsWith(damaged.getFileName().toString());
    assertThat(cut.offsetBytes()).isBetween(Files.size(damaged) / 4, Files.size(damaged) / 2);
    assertThat(cut.bytes()).isEqualTo(Files.size(damaged) - cut.offsetBytes());
    assertThat(plan.steps()).extracting(Step::action).contains(Action.MOVE_ASIDE, Action.MAKE_ANEW);
    assertThat(plan.keptEvents()).isBetween(EVENTS / 4L, 3L * EVENTS / 4);
    assertThat(plan.keptEvents() + plan.droppedEvents()).isEqualTo(EVENTS);
    assertThat(plan.readableEvents()).isEqualTo(plan.droppedEvents() - 2);
    assertThat(plan.newEpoch()).isTrue();
    try (EventStore reader = EngineStore.openReadOnly(store, small)) {
      assertThatThrownBy(() -> reader.read(Query.everything()).toList())
          .isInstanceOf(StoreDamagedException.class);
    }
    repair(plan);
    assertThat(store.resolve("damaged").resolve(damaged.getFileName())).hasBinaryContent(bytes);
    assertThat(store.resolve("damaged").resolve(logs.getLast().getFileName())).exists();
  }

  @Test
  void damageInTheActiveFileCutsItToo() throws IOException {
    Path damaged = logs().getLast();
    flip(damaged, 128 + 70);
    RepairPlan plan = plan();
    assertThat(plan.steps()).extracting(Step::action).containsOnlyOnce(Action.CUT);
    assertThat(plan.readableEvents()).isEqualTo(plan.droppedEvents() - 2);
    repair(plan);
  }

  @Test
  void aMissingFileEndsTheLogBeforeIt() throws IOException {
    List<Path> logs = logs();
    Files.delete(logs.get(1));
    RepairPlan plan = plan();
    assertThat(plan.steps().getFirst().why()).contains("missing");
    assertThat(plan.keptEvents()).isPositive();
    assertThat(plan.readableEvents()).isPositive();
    repair(plan);
  }

  @Test
  void withoutItsFirstFileNothingIsKept() throws IOException {
    flip(logs().getFirst(), 5);
    RepairPlan plan = plan();
    assertThat(plan.keptEvents()).isZero();
    assertThat(plan.droppedEvents()).isEqualTo(EVENTS);
    repair(plan);
  }

  @Test
  void whatIsDerivedIsMadeAnewAndNothingIsLost() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(store.resolve("index"))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      flip(file, Files.size(file) * 2 / 3);
    }
    RepairPlan plan = plan();
    assertThat(plan.steps()).hasSize(files.size());
    assertThat(plan.steps()).extracting(Step::action).containsOnly(Action.MAKE_ANEW);
    assertThat(plan.keptEvents()).isEqualTo(EVENTS);
    assertThat(plan.newEpoch()).isFalse();
    repair(plan);
  }

  @Test
  void aLostManifestIsMadeAnewWhereTheFilesLeaveNoDoubt() throws IOException {
    flip(store.resolve("MANIFEST"), 100);
    RepairPlan plan = plan();
    assertThat(plan.steps().getFirst().file()).isEqualTo("MANIFEST");
    assertThat(plan.keptEvents()).isEqualTo(EVENTS);
    assertThat(plan.newEpoch()).isTrue();
    repair(plan);
  }

  @Test
  void aMissingManifestAndADamagedFileAreBothRepaired() throws IOException {
    Files.delete(store.resolve("MANIFEST"));
    Path damaged = logs().get(2);
    flip(damaged, Files.size(damaged) / 2);
    RepairPlan plan = plan();
    assertThat(plan.keptEvents()).isBetween(1L, EVENTS - 2L);
    repair(plan);
  }

  @Test
  void twoFilesOfTheSamePositionsAreADoubt() throws IOException {
    Path second = logs().get(1);
    String name = second.getFileName().toString();
    Files.copy(second, second.resolveSibling(name.substring(0, 21) + "77.log"));
    Files.delete(store.resolve("MANIFEST"));
    assertThatThrownBy(() -> EngineStore.planRepair(store, SILENT))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContaining("two log files")
        .hasMessageContaining("backup");
  }

  @Test
  void aPlanOfAnotherStateIsRefused() throws IOException {
    flip(logs().getFirst(), 300);
    RepairPlan plan = plan();
    flip(logs().getFirst(), 200);
    assertThatThrownBy(() -> EngineStore.repair(plan, SILENT))
        .hasMessageContaining("plan it again");
  }

  @Test
  void itIsToldHowManyEventsThereAre() throws IOException {
    assertThat(toldOfPlanning()).as("of a whole store").last().isEqualTo(EVENTS + " of " + EVENTS);
    Path damaged = logs().get(1);
    flip(damaged, Files.size(damaged) / 2);
    assertThat(toldOfPlanning())
        .as("the files behind count, too")
        .last()
        .isEqualTo(EVENTS + " of " + EVENTS);
    Path active = logs().getLast();
    long first = Long.parseLong(active.getFileName().toString().substring(0, 18));
    flip(active, 5);
    assertThat(toldOfPlanning()).as("what is known").allMatch(told -> ofAtLeast(told, first));
  }

  private static boolean ofAtLeast(String told, long events) {
    int of = told.indexOf(" of ");
    long done = Long.parseLong(told.substring(0, of));
    return Long.parseLong(told.substring(of + 4)) >= Math.max(events, done);
  }

  private List<String> toldOfPlanning() {
    List<String> told = new ArrayList<>();
    EngineStore.planRepair(store, (_, done, total) -> told.add(done + " of " + total));
    return told;
  }

  @Test
  void aFolderWithoutAStoreIsRefused() {
    assertThatThrownBy(() -> EngineStore.planRepair(folder.resolve("none"), SILENT))
        .hasMessageContaining("no store");
  }

  @Test
  void whateverBitIsFlippedAStoreComesOut() throws IOException {
    var random = new Random(3);
    Path original = folder.resolve("original");
    copy(store, original);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(store)) {
      files =
          walk.filter(Files::isRegularFile).filter(file -> Files.exists(file)).sorted().toList();
    }
    for (int i = 0; i < 16; i++) {
      Path file = files.get(random.nextInt(files.size()));
      if (file.toFile().length() == 0 || file.endsWith("LOCK")) {
        continue;
      }
      flip(file, random.nextLong(Files.size(file)));
      repair(plan());
      delete(store);
      copy(original, store);
    }
  }

  /** At each step: afterwards the store is as it was, and can be repaired, or it is repaired. */
  @Test
  void aCrashInARepairLosesNothingMore() {
    for (int step = 1; step < 40; step++) {
      SimulatedDisk disk = new SimulatedDisk(step);
      List<RecordedEvent> before;
      try (EngineStore opened = EngineStore.open(disk, "simulated", small)) {
        fill(opened);
        before = all(opened);
      }
      String damaged =
          disk.files().stream().filter(name -> name.endsWith(".log")).sorted().toList().get(2);
      disk.flipBit(damaged, 3_000, 3);
      RepairPlan plan = repairOf(disk).plan();
      disk.crashIn(step);
      try {
        repairOf(disk).execute(plan);
      } catch (SimulatedCrash e) {
        assertThat(disk.isDead()).isTrue();
      }
      disk = disk.powerLoss();
      repairOf(disk).execute(repairOf(disk).plan());
      try (EngineStore opened = EngineStore.open(disk, "simulated", small)) {
        assertThat(all(opened)).isEqualTo(before.subList(0, (int) plan.keptEvents()));
      }
      assertThat(disk.files()).contains("damaged/" + damaged.substring(4));
    }
  }

  private Repair repairOf(SimulatedDisk disk) {
    return new Repair(
        disk, Path.of("simulated"), new TestClock(), EngineOptions.defaults(), SILENT);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
