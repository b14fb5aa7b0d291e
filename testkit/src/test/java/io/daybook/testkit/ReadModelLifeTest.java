package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.projection.InlineProjection;
import io.daybook.eventsourcing.projection.InlineProjectionException;
import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.PartitionedReadModel;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ProjectionTimeoutException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.snapshot.InMemorySnapshots;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How read models in memory stand still, begin anew and end. */
@Timeout(60)
final class ReadModelLifeTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final EventStore store = new InMemoryStore();
  private final Codec<Counted> codec = JsonCodec.of(Counted.class);
  private final Projection<Integer> sum =
      Projection.named("sum", () -> 0)
          .reading(codec)
          .on(Counted.class, (total, e) -> total + e.event().number());

  record Counted(int number) {}

  /** A view that handlers change. */
  record Seen(List<Integer> numbers) {}

  @AfterEach
  void closeStore() {
    store.close();
  }

  private Position count(String stream, int number) {
    Event event = codec.encode(Event.newId(), new Counted(number), Audit.none());
    return store.append(stream, ExpectedRevision.any(), event).lastPosition();
  }

  private int total(PartitionedReadModel<Integer> model) {
    model.awaitHead(SOON);
    return model.<Integer>queryAll(n -> n).stream().mapToInt(n -> n).sum();
  }

  @Test
  void aSnapshotIsOfItsNumberOfPartitions() {
    var kept = sum.snapshots(1, JsonState.of(Integer.class), new InMemorySnapshots());
    for (int i = 0; i < 20; i++) {
      count("counter-" + i, 1);
    }
    for (int partitions : List.of(2, 3, 2, 1, 3)) {
      try (var model = kept.follow(store, partitions)) {
        assertThat(total(model)).as(partitions + " partitions").isEqualTo(20);
      }
    }
  }

  @Test
  void anInterruptThatAHandlerLeavesBehindEndsNothing() {
    var careless =
        sum.on(
            Counted.class,
            (total, _) -> {
              Thread.currentThread().interrupt(); // as one does who caught it
              return total;
            });
    try (var model = careless.follow(store)) {
      for (int i = 1; i <= 3; i++) {
        count("counter-1", 1);
        model.awaitHead(SOON);
        assertThat(model.current()).isEqualTo(i);
      }
    }
  }

  @Test
  void partitionsAreReset() {
    var factor = new AtomicInteger(1);
    var scaled =
        Projection.named("scaled", () -> 0)
            .reading(codec)
            .on(Counted.class, (total, _) -> total + factor.get());
    for (int i = 0; i < 10; i++) {
      count("counter-" + i, 1);
    }
    try (var model = scaled.follow(store, 3)) {
      assertThat(total(model)).isEqualTo(10);
      factor.set(2);
      model.reset();
      assertThat(total(model)).isEqualTo(20);
    }
  }

  /** A snapshot is of the view that is read, never of the one that it has replaced. */
  @Test
  void whatIsBuiltAnewTakesThePlaceInTheSnapshotToo() {
    var factor = new AtomicInteger(1);
    var snapshots = new InMemorySnapshots();
    var scaled =
        Projection.named("scaled", () -> 0)
            .reading(codec)
            .on(Counted.class, (total, _) -> total + factor.get())
            .snapshots(10, JsonState.of(Integer.class), snapshots);
    for (int i = 0; i < 10; i++) {
      count("counter-1", 1);
    }
    try (var model = scaled.follow(store)) {
      model.awaitHead(SOON);
      assertThat(snapshots.latest("projection:scaled")).isPresent();
      factor.set(2);
      model.rebuild();
      // as if it crashed now
      try (var again = scaled.follow(store)) {
        again.awaitHead(SOON);
        assertThat(again.current()).isEqualTo(20);
      }
    }
    try (var model = scaled.follow(store)) {
      count("counter-1", 1); // which is not in the snapshot until it ends
      model.awaitHead(SOON);
      model.pause();
      factor.set(3);
      model.reset();
    }
    try (var model = scaled.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.current()).isEqualTo(33);
    }
  }

  @Test
  void whatIsPausedTriesNothingAgain() throws Exception {
    var retrying = new CountDownLatch(1);
    var paused = new CountDownLatch(1);
    var broken = new AtomicBoolean(true);
    var fragile =
        sum.on(
                Counted.class,
                (total, _) -> {
                  if (broken.getAndSet(false)) {
                    throw new IllegalStateException("at first");
                  }
                  return total;
                })
            .onFailure(FailurePolicy.park().withPauses(Duration.ZERO, Duration.ZERO))
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void retrying(
                      String projection,
                      RecordedEvent event,
                      int failures,
                      Duration pause,
                      Throwable cause) {
                    retrying.countDown();
                    await(paused);
                  }
                });
    count("counter-1", 1);
    try (var model = fragile.follow(store)) {
      await(retrying);
      model.pause();
      paused.countDown();
      assertThatThrownBy(() -> model.awaitHead(Duration.ofMillis(200)))
          .isInstanceOf(ProjectionTimeoutException.class);
      assertThat(model.current()).isZero();
      model.resume();
      model.awaitHead(SOON);
      assertThat(model.current()).isOne();
    }
  }

  @Test
  void whatIsPausedStaysSoWhenItIsBuiltAnew() {
    count("counter-1", 1);
    try (var model = sum.follow(store)) {
      model.awaitHead(SOON);
      model.pause();
      model.rebuild();
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      assertThat(model.current()).isOne();
      model.reset();
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      assertThat(model.current()).isZero();
      model.resume();
      model.awaitHead(SOON);
      assertThat(model.current()).isOne();
    }
  }

  @Test
  void nothingIsBuiltAnyMoreWhenItIsClosed() throws Exception {
    var stall = new AtomicBoolean();
    var building = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var handled = new AtomicInteger();
    var slow =
        sum.on(
            Counted.class,
            (total, _) -> {
              handled.incrementAndGet();
              if (stall.getAndSet(false)) {
                building.countDown();
                await(goOn);
              }
              return total;
            });
    for (int i = 0; i < 3_000; i++) {
      count("counter-1", 1);
    }
    var model = slow.follow(store);
    model.awaitHead(SOON);
    stall.set(true);
    var rebuild = new FutureTask<>(model::rebuild, true);
    Thread.ofVirtual().start(rebuild);
    await(building);
    Thread closing = Thread.ofVirtual().start(model::close);
    assertThatThrownBy(() -> model.await(store.head().next(), SOON))
        .isInstanceOf(ProjectionClosedException.class);
    goOn.countDown();
    closing.join();
    int then = handled.get();
    assertThatThrownBy(() -> rebuild.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ProjectionClosedException.class);
    assertThat(handled).as("handled after it was closed").hasValue(then);
  }

  @Test
  void effectsGoOnWhenWhatFailedIsBuiltAnew() throws Exception {
    var broken = new AtomicBoolean(true);
    var mails = new LinkedBlockingQueue<Integer>();
    var failed = new CountDownLatch(1);
    var mailing =
        sum.effect(
                Counted.class,
                e -> {
                  if (broken.get()) {
                    throw new IllegalStateException("no mail today");
                  }
                  mails.add(e.event().number());
                })
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void failed(
                      String projection,
                      io.daybook.eventsourcing.projection.ProjectionException failure) {
                    failed.countDown();
                  }
                });
    count("counter-1", 7);
    try (var model = mailing.follow(store)) {
      count("counter-1", 8);
      await(failed);
      assertThat(model.status()).isEqualTo(ReadModel.Status.FAILED);
      broken.set(false);
      model.rebuild();
      count("counter-1", 9);
      assertThat(mails.poll(30, TimeUnit.SECONDS)).isEqualTo(8);
      assertThat(mails.poll(30, TimeUnit.SECONDS)).isEqualTo(9);
      assertThat(model.failure()).isEmpty();
    }
    assertThat(mails).isEmpty();
  }

  @Test
  void aViewThatAHandlerLeftHalfChangedIsNotKept() {
    var broken = new AtomicBoolean(true);
    var seen =
        Projection.named("seen", () -> new Seen(new ArrayList<>()))
            .reading(codec)
            .update(
                Counted.class,
                (view, e) -> {
                  view.numbers().add(e.event().number());
                  if (broken.get() && e.event().number() == 2) {
                    throw new IllegalStateException("too late");
                  }
                })
            .snapshots(100, JsonState.of(Seen.class), new InMemorySnapshots());
    count("counter-1", 1);
    count("counter-1", 2);
    try (var model = seen.follow(store)) {
      assertThatThrownBy(() -> model.awaitHead(SOON)).isInstanceOf(ProjectionFailedException.class);
    }
    broken.set(false);
    try (var model = seen.follow(store)) {
      model.awaitHead(SOON);
      assertThat(model.<List<Integer>>query(view -> List.copyOf(view.numbers())))
          .containsExactly(1, 2);
    }
  }

  @Test
  void whateverFailsInlineTheEventsAreSaidToBeStored() {
    InlineProjection closed =
        new InlineProjection() {
          @Override
          public String name() {
            return "closed";
          }

          @Override
          public void catchUp(EventStore of, Position target) {
            if (target.value() >= 0) {
              throw new EventStoreClosedException("the store is closed");
            }
          }
        };
    EventStore inline = InlineStore.of(store, closed);
    Event event = codec.encode(Event.newId(), new Counted(1), Audit.none());
    assertThatThrownBy(() -> inline.append("counter-1", ExpectedRevision.any(), event))
        .isInstanceOf(InlineProjectionException.class)
        .hasMessageContaining("which are stored");
    assertThat(store.find(event.id())).isPresent();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
