package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static io.daybook.eventstore.ExpectedRevision.exactly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.StreamTombstonedException;
import io.daybook.tck.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scavenge takes what is hidden off the disk, and changes no answer. */
@ExtendWith(QuietEngine.class)
final class ScavengeTest {
  private final ScavengeFixture fixture = new ScavengeFixture();

  private EngineOptions options(boolean compressed) {
    return compressed ? fixture.plain.compressed() : fixture.plain;
  }

  private static ScavengeReport scavenge(EngineStore store) {
    return store.scavenge(ProgressListener.none());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsHiddenIsGoneAndNoAnswerChanges(boolean compressed) {
    try (EngineStore store = fixture.open(options(compressed))) {
      fixture.fill(store, 40);
      fixture.assertSame(store);
      ScavengeReport report = scavenge(store);
      assertThat(report.events()).isGreaterThan(100);
      assertThat(report.logFiles()).isGreaterThan(2);
      assertThat(report.indexFiles()).isPositive();
      assertThat(report.reclaimedBytes()).isPositive();
      fixture.assertForgotten();
      fixture.assertSame(store);
      assertThat(scavenge(store)).isEqualTo(new ScavengeReport(0, 0, 0, 0, 0));
    }
    fixture.assertIntact();
    fixture.assertForgotten();
    try (EngineStore store = fixture.open(options(compressed))) {
      fixture.assertSame(store);
    }
    fixture.disk.removeFolder("index");
    try (EngineStore store = fixture.open(options(compressed))) {
      fixture.assertSame(store);
    }
    fixture.assertIntact();
    fixture.assertForgotten();
  }

  @Test
  void theReportTellsWhatTheFilesLost() {
    try (EngineStore store = fixture.open(fixture.plain)) {
      fixture.fill(store, 40);
    }
    try (EngineStore store = fixture.open(fixture.plain)) {
      List<String> before = fixture.disk.files();
      var copy = fixture.disk.copy();
      ScavengeReport report = scavenge(store);
      List<String> after = new ArrayList<>(fixture.disk.files());
      after.removeAll(before);
      // the log went on in a new file, and that one's zeros are no part of it
      String active =
          after.stream().filter(file -> file.endsWith(".log")).max(String::compareTo).orElseThrow();
      after.remove(active);
      long bytesAfter = after.stream().mapToLong(f -> fixture.disk.contents(f).length).sum();
      before = new ArrayList<>(before);
      before.removeAll(fixture.disk.files());
      List<String> known = copy.files();
      long bytesBefore =
          before.stream().filter(known::contains).mapToLong(f -> copy.contents(f).length).sum();
      assertThat(report.bytesAfter()).isEqualTo(bytesAfter);
      assertThat(report.bytesBefore()).isBetween(bytesBefore, bytesBefore + 20_000);
    }
  }

  @Test
  void retriesNumbersAndIdsStay() {
    Event first = Event.of("Noted", Payload.json("{\"a\":1}")).withTags("x:1");
    Event second = Event.of("Noted", Payload.json("{\"b\":1}")).withTags("x:1");
    Event third = Event.of("Ended", Payload.json("{\"c\":1}")).withTags("x:1");
    try (EngineStore store = fixture.open(fixture.plain)) {
      Append append = Append.to("a-1").events(List.of(first, second)).and("b-1").events(third);
      var result = store.append(append);
      store.append("a-1", exactly(1), Event.json("Kept", "{}"));
      store.delete("b-1", any());
      store.changeSettings("a-1", any(), StreamSettings.none().withTruncateBefore(new Revision(2)));
      assertThat(scavenge(store).events()).isEqualTo(3);

      assertThat(store.append(append)).isEqualTo(result);
      assertThatThrownBy(() -> store.append("a-1", any(), second))
          .isInstanceOf(IdempotencyConflictException.class);
      assertThat(store.find(first.id())).isEmpty();
      assertThat(store.read(Query.tags("x:1")).toList()).isEmpty();
      assertThat(store.read(Query.types("Noted", "Ended")).toList()).isEmpty();
      assertThat(store.append("a-1", exactly(2), Event.json("Kept", "{}")).lastPosition().value())
          .isEqualTo(6);
      assertThat(store.append("b-1", exactly(0), Event.json("Kept", "{}")).lastPosition().value())
          .isEqualTo(7);
      store.tombstone("b-1", any());
      assertThat(scavenge(store).events()).isEqualTo(1);
      assertThatThrownBy(() -> store.append("b-1", any(), Event.json("Kept", "{}")))
          .isInstanceOf(StreamTombstonedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 13, 14, 15, 16, 40})
  void anyNumberOfTagsIsReadAsItWas(int count) {
    String[] tags = new String[count];
    for (int i = 0; i < count; i++) {
      tags[i] = "tag:" + i;
    }
    try (EngineStore store = fixture.open(fixture.plain)) {
      store.append("a-1", any(), Event.json("Noted", "{}").withTags(tags));
      store.append("b-1", any(), Event.json("Noted", "{}").withTags("hidden"));
      store.delete("b-1", any());
      assertThat(scavenge(store).events()).isEqualTo(1);
      assertThat(store.read(Query.everything()).toList().getFirst().tags()).containsExactly(tags);
    }
  }

  @Test
  void aClockThatGoesBackShowsNoStubs() {
    Event old = Event.json("Noted", "{}").withTags("x:1");
    try (EngineStore store = fixture.open(fixture.plain)) {
      store.append("a-1", any(), old);
      store.changeSettings("a-1", any(), StreamSettings.none().withMaxAge(Duration.ofHours(1)));
      fixture.clock.advance(Duration.ofHours(2));
      store.append("a-1", any(), Event.json("Kept", "{}"));
      assertThat(scavenge(store).events()).isEqualTo(1);
      fixture.clock.advance(Duration.ofHours(-2));
      assertThat(store.read(Query.stream("a-1")).toList())
          .extracting(RecordedEvent::type)
          .containsExactly("Kept");
      assertThat(store.read(Query.types("Noted")).toList()).isEmpty();
      assertThat(store.list(Dimension.TYPE, "").toList()).containsExactly("Kept");
      assertThat(store.find(old.id())).isEmpty();
      store.append(Append.to("b-1").events(Event.json("Kept", "{}")).unless(Query.types("Noted")));
    }
  }

  @Test
  void progressIsTold() {
    List<String> told = new ArrayList<>();
    ScavengeReport report;
    try (EngineStore store = fixture.open(fixture.plain)) {
      fixture.fill(store, 20);
      report = store.scavenge((task, done, total) -> told.add(task + " " + done + " of " + total));
    }
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= report.logFiles(); i++) {
      expected.add("scavenge: log files " + i + " of " + report.logFiles());
    }
    for (int i = 1; i <= report.indexFiles(); i++) {
      expected.add("scavenge: index files " + i + " of " + report.indexFiles());
    }
    assertThat(report.indexFiles()).isPositive();
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void whatIsNotHiddenIsLeftAlone() {
    try (EngineStore store = fixture.open(fixture.plain)) {
      store.append("a-1", any(), Event.json("Noted", "{}"));
      store.changeSettings("a-1", any(), StreamSettings.none().withMaxCount(1));
      List<String> files = fixture.disk.files();
      assertThat(scavenge(store).logFiles()).isZero();
      assertThat(fixture.disk.files()).isEqualTo(files);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void answersStayThroughRandomHistories(long seed) {
    var random = new Random(seed);
    TestClock clock = fixture.clock;
    var workload = new StoreWorkload(random, fixture.model, clock, true);
    try (EngineStore store = fixture.open(options(random.nextBoolean()))) {
      for (int i = 0; i < 400; i++) {
        workload.passTime();
        fixture.both(store, workload.request());
        if (random.nextInt(60) == 0) {
          scavenge(store);
          new StoreCheck(store, fixture.model.store()).sameIndexes();
        }
        new StoreCheck(store, fixture.model.store()).sameRead(workload.read());
      }
      scavenge(store);
    }
    fixture.assertIntact();
  }

  @Test
  void aScavengeThatWasCutShortIsSeenAndDoneAgain() {
    try (EngineStore store = fixture.open(fixture.plain)) {
      fixture.fill(store, 40);
      scavengeUntilTheFirstIndexFile(store);
      fixture.assertSame(store);
    }
    VerifyReport report = EngineStore.verify(fixture.disk, "simulated", ProgressListener.none());
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.contains("scavenge"));
    try (EngineStore store = fixture.open(fixture.plain)) {
      ScavengeReport rest = scavenge(store);
      assertThat(rest.events()).isZero();
      assertThat(rest.indexFiles()).isPositive();
    }
    fixture.assertForgotten();
    fixture.assertIntact();
  }

  private void scavengeUntilTheFirstIndexFile(EngineStore store) {
    ProgressListener full =
        (task, done, total) -> {
          if (task.endsWith("log files") && done == total) {
            fixture.disk.failWithProbability(DiskOperation.CREATE, 1);
          }
        };
    assertThatThrownBy(() -> store.scavenge(full))
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContaining("try again");
    fixture.disk.failWithProbability(DiskOperation.CREATE, 0);
  }

  @Test
  void aClosedStoreEndsIt() {
    EngineStore store = fixture.open(fixture.plain);
    fixture.fill(store, 40);
    ProgressListener closing =
        (task, done, _) -> {
          if (task.endsWith("log files") && done == 1) {
            store.close();
          }
        };
    assertThatThrownBy(() -> store.scavenge(closing)).isInstanceOf(EventStoreClosedException.class);
    try (EngineStore again = fixture.open(fixture.plain)) {
      fixture.assertSame(again);
      scavenge(again);
      fixture.assertSame(again);
    }
    fixture.assertForgotten();
    fixture.assertIntact();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("long")
  void readersAndWritersGoOnMeanwhile(boolean compressed, @TempDir Path folder) throws Exception {
    EngineOptions options =
        EngineOptions.defaults()
            .withSizes(
                new LogSizes(64 << 10, 8 << 10, 8 << 10),
                new IndexLimits(500, 10_000, 1 << 20, 0, 4));
    var done = new AtomicBoolean();
    try (EngineStore store =
        EngineStore.open(folder, compressed ? options.compressed() : options)) {
      store.changeSettings("short-1", any(), StreamSettings.none().withMaxCount(5));
      List<CompletableFuture<Void>> others = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int writer = i;
        others.add(CompletableFuture.runAsync(() -> write(store, writer, done)));
        others.add(CompletableFuture.runAsync(() -> readAgain(store, done)));
      }
      try {
        long events = 0;
        while (events < 4_000) {
          events += scavenge(store).events();
          others.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
        }
      } finally {
        done.set(true);
      }
      for (CompletableFuture<Void> other : others) {
        other.join();
      }
      scavenge(store);
      assertThat(store.read(Query.stream("short-1")).toList()).hasSize(5);
      assertKept(store);
    }
    VerifyReport report = EngineStore.verify(folder, ProgressListener.none());
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).isEmpty();
  }

  private static void write(EngineStore store, int writer, AtomicBoolean done) {
    for (int i = 0; !done.get(); i++) {
      store.append(
          Append.to("short-1")
              .events(Event.json("Noted", "{\"n\":" + i + "}").withTags("short"))
              .and("kept-" + writer)
              .events(Event.json("Kept", "{\"n\":" + i + "}").withTags("kept:" + writer)));
    }
  }

  private static void readAgain(EngineStore store, AtomicBoolean done) {
    while (!done.get()) {
      assertKept(store);
    }
  }

  /** What is kept is there without a gap, by stream and by tag. */
  private static void assertKept(EngineStore store) {
    for (int writer = 0; writer < 2; writer++) {
      for (Query query : List.of(Query.stream("kept-" + writer), Query.tags("kept:" + writer))) {
        long next = 0;
        try (var read = store.read(query)) {
          for (RecordedEvent event : read) {
            assertThat(event.data().text()).isEqualTo("{\"n\":" + next + "}");
            assertThat(event.revision().value()).isEqualTo(next);
            next++;
          }
        }
      }
    }
  }
}
