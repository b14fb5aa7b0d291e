package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.FolderDisk;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads on a disk that says that nothing is in memory, and notes what is fetched. */
class ReadAheadTest {
  private static final int STREAMS = 200;
  private static final int ROUNDS = 40;

  /** So many fetch at once what one read wants, each an event. */
  private static final int HELPERS = 20;

  private static final ReadRequest FIRST_ONES =
      ReadRequest.of(Query.stream("account-7")).limit(HELPERS);

  @TempDir private static Path folder;

  private ColdDisk disk;
  private EngineStore store;

  @BeforeAll
  static void fill() {
    var options =
        EngineOptions.defaults().withDurability(Durability.interval(Duration.ofSeconds(5)));
    try (EngineStore store = EngineStore.open(folder, options)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int stream = 0; stream < STREAMS; stream++) {
          store.append(
              "account-" + stream,
              ExpectedRevision.any(),
              Event.json("Deposited", "{}").withTags(stream % 2 == 0 ? "even:yes" : "odd:yes"));
        }
      }
    }
  }

  @BeforeEach
  void open() {
    disk = new ColdDisk(new FolderDisk(folder));
    store = EngineStore.open(disk, "cold", EngineOptions.defaults().withIndexPreload(0));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void eventsThatAreFarApartAreFetchedTogether() {
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
    assertThat(disk.fetches()).hasSize(ROUNDS);

    disk.fetches().clear();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")).inReverse()))
        .isEqualTo(ascending().reversed());
    assertThat(disk.fetches()).hasSize(ROUNDS);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void whoFindsNoHelperFetchesItself() throws Exception {
    for (ThreadFactory threads :
        List.of(Thread.ofVirtual().factory(), Thread.ofPlatform().factory())) {
      disk.fetches().clear();
      disk.holdUntil(ColdReads.AT_ONCE + 1);
      try (var readers = Executors.newThreadPerTaskExecutor(threads)) {
        List<Future<List<Long>>> reads = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
          ReadRequest request = ReadRequest.of(Query.stream("account-" + i));
          reads.add(readers.submit(() -> revisions(request)));
        }
        for (Future<List<Long>> read : reads) {
          assertThat(read.get()).isEqualTo(ascending());
        }
      }
      assertThat(disk.fetches()).hasSize(STREAMS * ROUNDS);
    }
  }

  /** What is read for it has a flipped bit, which it finds: so it has waited for that. */
  @Test
  void whoIsHelpedWaitsForAllThatIsFetched() {
    disk.flip();
    FutureTask<List<Long>> read = new FutureTask<>(() -> revisions(FIRST_ONES));
    var _ = startHeld(read);
    disk.letGo();
    assertThatThrownBy(read::get).hasCauseInstanceOf(StoreDamagedException.class);
  }

  @Test
  void anInterruptIsKeptForWhoWaitsForHelpers() throws Exception {
    FutureTask<Boolean> read =
        new FutureTask<>(() -> {
          assertThat(revisions(FIRST_ONES)).hasSize(HELPERS);
          return Thread.interrupted();
        });
    startHeld(read).interrupt();
    disk.letGo();
    assertThat(read.get()).isTrue();
  }

  /** A virtual thread that waits, or is done, and all its helpers wait in turn. */
  private Thread startHeld(FutureTask<?> read) {
    disk.holdUntil(HELPERS + 1);
    Thread thread = Thread.ofVirtual().start(read);
    while (!read.isDone()
        && !(disk.fetches().size() == HELPERS && thread.getState() == Thread.State.WAITING)) {
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void noMoreIsFetchedThanIsWanted() {
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")).limit(3)))
        .isEqualTo(ascending().subList(0, 3));
    assertThat(disk.fetches()).hasSize(3);

    disk.fetches().clear();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")).inReverse().limit(1)))
        .isEqualTo(ascending().reversed().subList(0, 1));
    assertThat(disk.fetches()).hasSize(1);
  }

  @Test
  void whatStandsCloseTogetherIsLeftToTheSystem() {
    assertThat(revisions(ReadRequest.of(Query.everything()))).hasSize(STREAMS * ROUNDS);
    assertThat(revisions(ReadRequest.of(Query.tags("even:yes")))).hasSize(STREAMS * ROUNDS / 2);
    assertThat(disk.fetches()).isEmpty();
  }

  @Test
  void whatIsInMemoryIsNotFetched() {
    disk.warmUp();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
    assertThat(disk.fetches()).isEmpty();
  }

  @Test
  void aFetchThatFailsCostsNobodyAnything() {
    disk.fail();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
  }

  @Test
  void whatIsNotThereAsAWholeIsReadWhereItIsMapped() {
    disk.shrink();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
    assertThat(disk.fetches()).hasSize(ROUNDS);
  }

  @Test
  void aBitThatFlipsWhileItIsReadIsFound() {
    disk.flip();
    ReadRequest request = ReadRequest.of(Query.stream("account-7"));
    assertThatThrownBy(() -> revisions(request))
        .isInstanceOfSatisfying(
            StoreDamagedException.class,
            e -> assertThat(e.offsetBytes()).isEqualTo(disk.fetches().peek().offsetBytes()))
        .hasMessageContaining("check");
  }

  private static List<Long> ascending() {
    return java.util.stream.LongStream.range(0, ROUNDS).boxed().toList();
  }

  private List<Long> revisions(ReadRequest request) {
    try (var read = store.read(request)) {
      return read.stream().map(RecordedEvent::revision).map(revision -> revision.value()).toList();
    }
  }
}
