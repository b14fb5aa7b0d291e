package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.InMemorySnapshots;
import io.daybook.eventsourcing.subscription.DeadLetter;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two views of one read model, the one that is read and the one that is built beside it, and a
 * handler that fails in one of them only: each event counts once, or is parked.
 */
@Timeout(60)
final class ParkedRebuildTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int POISON = 13;
  private static final int STALL = 99;

  private final EventStore store = new InMemoryStore();
  private final Codec<Counted> codec = JsonCodec.of(Counted.class);
  private final InMemorySnapshots snapshots = new InMemorySnapshots();
  private final AtomicInteger builds = new AtomicInteger();
  private final AtomicReference<CountDownLatch> parked =
      new AtomicReference<>(new CountDownLatch(1));

  /** The thread that leads the view that is read at first. */
  private final AtomicReference<Thread> oldThread = new AtomicReference<>();

  private volatile Poison poison = _ -> {};
  private volatile Runnable stall = () -> {};

  record Counted(int number) {}

  /** All numbers, in the order in which they were handled. */
  record Seen(List<Integer> numbers) {
    Seen plus(int number) {
      var all = new ArrayList<>(numbers);
      all.add(number);
      return new Seen(List.copyOf(all));
    }
  }

  /** What happens at the poison. */
  private interface Poison {
    void in(boolean oldView);
  }

  private final Projection<Seen> seen =
      Projection.named(
              "seen",
              () -> {
                builds.incrementAndGet();
                return new Seen(List.of());
              })
          .reading(codec)
          .on(Counted.class, (view, e) -> view.plus(handled(e.event().number())))
          .onFailure(FailurePolicy.park().withAttempts(1))
          .watchedBy(
              new ProjectionListener() {
                @Override
                public void parked(String projection, RecordedEvent event, Throwable cause) {
                  parked.get().countDown();
                }
              })
          .snapshots(1, JsonState.of(Seen.class), snapshots);

  private int handled(int number) {
    Thread current = Thread.currentThread();
    oldThread.compareAndSet(null, current);
    boolean old = current.equals(oldThread.get());
    if (number == POISON) {
      poison.in(old);
    }
    if (number == STALL && !old) {
      stall.run();
    }
    return number;
  }

  private static void fails() {
    throw new IllegalStateException("poison");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private Position count(int... numbers) {
    return count("counter-1", numbers);
  }

  private Position count(String stream, int... numbers) {
    Position last = store.head();
    for (int number : numbers) {
      Event event = codec.encode(Event.newId(), new Counted(number), Audit.none());
      last = store.append(stream, ExpectedRevision.any(), event).lastPosition();
    }
    return last;
  }

  private static List<Integer> numbers(ReadModel<Seen> model) {
    model.awaitHead(SOON);
    return model.current().numbers();
  }

  /** The same after a restart, from the snapshot and from the first event. */
  private void assertKept(List<Integer> sorted) {
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactlyInAnyOrderElementsOf(sorted);
    }
    snapshots.delete("projection:seen");
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactlyInAnyOrderElementsOf(sorted);
    }
  }

  private ReadModel<Seen> following() {
    count(1);
    var model = seen.follow(store);
    model.awaitHead(SOON);
    return model;
  }

  @Test
  void anEventThatFailsInTheOldViewOnlyCountsOnce() {
    var reachedByOld = new CountDownLatch(1);
    var handledByNew = new CountDownLatch(1);
    poison =
        old -> {
          if (old) {
            reachedByOld.countDown();
            await(handledByNew);
            fails();
          }
          handledByNew.countDown();
        };
    try (var model = following()) {
      count(POISON, 2);
      await(reachedByOld);
      model.rebuild();
      assertThat(numbers(model)).containsExactly(1);
      assertThat(model.deadLetters().list()).hasSize(2);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
      assertThat(model.deadLetters().list()).isEmpty();
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
    }
    assertThat(builds).as("one at first, one for nothing, one in its place").hasValue(3);
    assertKept(List.of(1, POISON, 2));
  }

  @Test
  void aBuildThatIsGivenUpLeavesNothingParked() throws Exception {
    poison =
        old -> {
          if (!old) {
            fails();
          }
        };
    var stalls = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    stall =
        () -> {
          stalls.countDown();
          await(goOn);
        };
    try (var model = following()) {
      count(POISON);
      count("counter-2", STALL);
      model.awaitHead(SOON);
      var interrupted = new FutureTask<>(model::rebuild, true);
      Thread rebuilding = Thread.ofVirtual().start(interrupted);
      await(stalls); // after the poison is parked
      rebuilding.interrupt();
      assertThatThrownBy(() -> interrupted.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancellationException.class);
      goOn.countDown();

      count(2);
      assertThat(numbers(model)).containsExactly(1, POISON, STALL, 2);
      assertThat(model.deadLetters().list()).isEmpty();
    }
    poison = _ -> {};
    assertKept(List.of(1, POISON, STALL, 2));
  }

  @Test
  void whatTheNewViewParkedIsListedWhenItIsRead() {
    var broken = new AtomicBoolean(true);
    poison =
        old -> {
          if (!old && broken.get()) {
            fails();
          }
        };
    try (var model = following()) {
      count(POISON, 2);
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
      model.rebuild();
      assertThat(numbers(model)).containsExactly(1);
      assertThat(model.deadLetters().list())
          .extracting(DeadLetter::waits)
          .containsExactly(false, true);
      count(3);
      assertThat(numbers(model)).containsExactly(1);
    }
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactly(1);
      broken.set(false);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, POISON, 2, 3);
      assertThat(model.deadLetters().list()).isEmpty();
    }
    assertKept(List.of(1, POISON, 2, 3));
  }

  /** A replay that is asked for meanwhile is carried out by both views, each for itself. */
  @Test
  void aReplayThatSucceedsInTheNewViewOnlyCountsOnce() throws Exception {
    var broken = new AtomicBoolean(true);
    poison =
        old -> {
          if (old || broken.get()) {
            fails();
          }
        };
    try (var model = following()) {
      count(POISON, 2);
      count("counter-2", STALL);
      replayWhileItIsRebuilt(model, () -> broken.set(false));
      assertThat(numbers(model)).containsExactly(1, STALL, POISON, 2);
      assertThat(model.deadLetters().list()).isEmpty();
    }
    assertKept(List.of(1, STALL, POISON, 2));
  }

  @Test
  void aReplayThatFailsInTheNewViewOnlyIsParkedStill() throws Exception {
    var broken = new AtomicBoolean(true);
    var mended = new AtomicBoolean();
    poison =
        old -> {
          if (old ? broken.get() : !mended.get()) {
            fails();
          }
        };
    try (var model = following()) {
      count(POISON, 2);
      count("counter-2", STALL);
      replayWhileItIsRebuilt(model, () -> broken.set(false));
      assertThat(numbers(model)).containsExactly(1, STALL);
      assertThat(model.deadLetters().list()).hasSize(2);
      mended.set(true);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, STALL, POISON, 2);
      assertThat(model.deadLetters().list()).isEmpty();
    }
    assertKept(List.of(1, STALL, POISON, 2));
  }

  /** The new view is built up to the stalling event, and the old one replays before it goes on. */
  private void replayWhileItIsRebuilt(ReadModel<Seen> model, Runnable before) throws Exception {
    assertThat(numbers(model)).containsExactly(1, STALL);
    var stalls = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    stall =
        () -> {
          stalls.countDown();
          await(goOn);
        };
    var rebuild = new FutureTask<>(model::rebuild, true);
    Thread.ofVirtual().start(rebuild);
    await(stalls);
    before.run();
    model.await(model.deadLetters().replayAll(), SOON);
    goOn.countDown();
    assertThat(rebuild.get(30, TimeUnit.SECONDS)).isTrue();
    model.awaitHead(SOON);
  }

  @Test
  void whatIsDiscardedMeanwhileIsNotInTheNewView() throws Exception {
    var handledByNew = new CountDownLatch(1);
    poison =
        old -> {
          if (old) {
            await(handledByNew);
            fails();
          }
          handledByNew.countDown();
        };
    var goOn = new CountDownLatch(1);
    stall = () -> await(goOn);
    try (var model = following()) {
      count(POISON, 2);
      count("counter-2", STALL);
      var rebuild = new FutureTask<>(model::rebuild, true);
      Thread.ofVirtual().start(rebuild);
      await(parked.get());
      model.deadLetters().discard(model.deadLetters().list().getFirst().eventId());
      goOn.countDown();
      assertThat(rebuild.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(numbers(model)).containsExactlyInAnyOrder(1, 2, STALL);
      assertThat(model.deadLetters().list()).isEmpty();
    }
    assertKept(List.of(1, 2, STALL));
  }

  /** Events of other partitions are parked in the same stream, and are no concern of this one. */
  @Test
  void whatOtherPartitionsParkDisturbsNoBuild() throws Exception {
    String mine = "counter-" + streamOfPartition(0);
    String other = "counter-" + streamOfPartition(1);
    poison = _ -> fails();
    try (var model = seen.follow(store, 2)) {
      count(mine, STALL, 2);
      model.awaitHead(SOON);
      oldThread.set(Thread.currentThread()); // all views stall
      var stalls = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      stall =
          () -> {
            stalls.countDown();
            await(goOn);
          };
      int before = builds.get();
      var rebuild = new FutureTask<>(model.partitions().getFirst()::rebuild, true);
      Thread.ofVirtual().start(rebuild);
      await(stalls);
      count(other, POISON);
      await(parked.get());
      goOn.countDown();
      assertThat(rebuild.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(builds.get() - before).isOne();
    }
  }

  private static int streamOfPartition(int partition) {
    int number = 0;
    while (Projection.partitionOf("counter-" + number, 2) != partition) {
      number++;
    }
    return number;
  }

  /** From the first event again, with a handler that fails where it did not before. */
  @Test
  void whatIsHiddenByNowIsAsGoodAsReplayed() {
    poison = _ -> fails();
    count(POISON, 1, 2);
    try (var model = seen.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.deadLetters().list()).hasSize(3);
      var _ =
          store.changeSettings(
              "counter-1",
              ExpectedRevision.any(),
              StreamSettings.none().withTruncateBefore(new Revision(1)));
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(model.current().numbers()).containsExactly(1, 2);
      assertThat(model.deadLetters().list()).isEmpty();
      count(3);
      model.rebuild();
      assertThat(model.current().numbers()).containsExactly(1, 2, 3);
      assertThat(model.deadLetters().list()).isEmpty();
    }
  }

  @Test
  void whereNothingCanBeDeletedAViewIsFollowedAllTheSame() {
    var readOnly =
        new ForwardingStore(store) {
          @Override
          public AppendResult delete(String stream, ExpectedRevision expected) {
            throw new StoreReadOnlyException("the disk is nearly full", null);
          }
        };
    var inStore = seen.snapshots(1, JsonState.of(Seen.class), new EventStoreSnapshots(readOnly));
    count(1, 2);
    try (var model = inStore.follow(store)) {
      assertThat(numbers(model)).containsExactly(1, 2);
    }
    try (var model = inStore.follow(store, 2)) {
      model.awaitHead(SOON);
      assertThat(model.status()).isEqualTo(ReadModel.Status.LIVE);
    }
  }

  @Test
  void whatIsParkedCanBeReplayedAfterAChangeToStop() {
    poison = _ -> fails();
    count(1, POISON, 2);
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactly(1);
    }
    count(3);
    try (var model = seen.onFailure(FailurePolicy.stop()).follow(store)) {
      assertThat(numbers(model)).containsExactly(1);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1); // failed once more, and stops nothing
      assertThat(model.status()).isEqualTo(ReadModel.Status.LIVE);
      poison = _ -> {};
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, POISON, 2, 3);
      assertThat(model.deadLetters().list()).isEmpty();
      poison = _ -> fails();
      model.rebuild();
      assertThat(numbers(model)).containsExactly(1);
    }
  }

  /** What was parked in two partitions is in the snapshot of the one. */
  @Test
  void aSnapshotOfAnotherNumberOfPartitionsCountsNothingTwice() {
    count(1, POISON, 2);
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
    }
    poison = _ -> fails();
    try (var model = seen.follow(store, 2)) {
      model.awaitHead(SOON);
      assertThat(model.deadLetters().list()).hasSize(2);
      poison = _ -> {};
      model.await(model.deadLetters().replayAll(), SOON);
    }
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
    }
  }

  @Test
  void whatWasReplayedInAnEarlierLifeWaitsBehindWhatFailsInThisOne() {
    var broken = new AtomicBoolean(true);
    poison =
        _ -> {
          if (broken.get()) {
            fails();
          }
        };
    count(1, POISON, 2);
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactly(1);
      broken.set(false);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
    }
    broken.set(true);
    snapshots.delete("projection:seen");
    try (var model = seen.follow(store)) {
      assertThat(numbers(model)).containsExactly(1);
      assertThat(model.deadLetters().list())
          .extracting(DeadLetter::waits)
          .containsExactly(false, true);
      broken.set(false);
      model.await(model.deadLetters().replayAll(), SOON);
      assertThat(numbers(model)).containsExactly(1, POISON, 2);
    }
    assertKept(List.of(1, POISON, 2));
  }

  /** Whatever fails, and when: every event is in the view once in the end, unless discarded. */
  @RepeatedTest(20)
  void eachEventCountsOnceWhateverFailsWherever() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    var broken = new AtomicBoolean(true);
    var chance = new Random(seed + 1);
    var then = random.nextBoolean() ? FailurePolicy.Then.PARK : FailurePolicy.Then.PARK_ALONE;
    Projection<Seen> fragile =
        Projection.named("seen", () -> new Seen(List.of()))
            .reading(codec)
            .on(
                Counted.class,
                (view, e) -> {
                  if (broken.get() && chance.nextInt(5) == 0) {
                    fails();
                  }
                  return view.plus(e.event().number());
                })
            .onFailure(FailurePolicy.park().withAttempts(1).then(then))
            .snapshots(7, JsonState.of(Seen.class), snapshots);
    var appended = new ArrayList<Integer>();
    var discarded = new HashSet<Integer>();
    for (int life = 0; life < 3; life++) {
      try (var model = fragile.follow(store)) {
        for (int round = 0; round < 4; round++) {
          List<Runnable> anew = List.of(model::rebuild, model::rebuild, model::purge, model::reset);
          var rebuild = new FutureTask<>(anew.get(random.nextInt(anew.size())), 1);
          Thread.ofVirtual().start(rebuild);
          for (int i = 0; i < 12; i++) {
            appended.add(appended.size());
            count("counter-" + random.nextInt(3), appended.getLast());
            if (random.nextInt(3) == 0) {
              model.deadLetters().replayAll();
            }
            if (random.nextInt(8) == 0) {
              discardOne(model, random, discarded);
            }
          }
          assertThat(rebuild.get(30, TimeUnit.SECONDS)).isOne();
        }
      }
      if (random.nextBoolean()) {
        snapshots.delete("projection:seen");
      }
    }
    broken.set(false);
    List<Integer> end;
    try (var model = fragile.follow(store)) {
      do {
        model.await(model.deadLetters().replayAll(), SOON);
      } while (!model.deadLetters().list().isEmpty());
      end = numbers(model);
    }
    assertThat(end).as("seed " + seed).doesNotHaveDuplicates();
    assertThat(end).as("seed " + seed).containsAll(without(appended, discarded));
    snapshots.delete("projection:seen");
    try (var model = fragile.follow(store)) {
      assertThat(numbers(model)).as("seed " + seed).containsExactlyInAnyOrderElementsOf(end);
      assertThat(model.deadLetters().list()).as("seed " + seed).isEmpty();
    }
  }

  private static List<Integer> without(List<Integer> all, Set<Integer> some) {
    return all.stream().filter(number -> !some.contains(number)).toList();
  }

  private void discardOne(ReadModel<Seen> model, Random random, Set<Integer> discarded) {
    List<DeadLetter> letters = model.deadLetters().list();
    if (letters.isEmpty()) {
      return;
    }
    DeadLetter letter = letters.get(random.nextInt(letters.size()));
    discarded.add(codec.decode(store.find(letter.eventId()).orElseThrow()).getFirst().number());
    try {
      model.deadLetters().discard(letter.eventId());
    } catch (IllegalArgumentException _) {
      // it was replayed in between
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
