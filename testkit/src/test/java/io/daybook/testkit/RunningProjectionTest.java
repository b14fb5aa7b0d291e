package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What those see who watch and control projections, whatever their views are. */
@Timeout(60)
class RunningProjectionTest {
  private static final int EVENTS = 5_000;

  private final InMemoryStore store = new InMemoryStore();
  private final Codec<Ticked> codec = JsonCodec.of(Ticked.class);

  /** Something happened. */
  record Ticked(int number) {}

  @AfterEach
  void close() {
    store.close();
  }

  private void tick(String stream, int from, int to) {
    List<Event> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(codec.encode(Event.newId(), new Ticked(i), Audit.none()));
    }
    var _ = store.append(stream, ExpectedRevision.any(), events);
  }

  @Test
  void aRebuildTellsHowFarItIsWhileTheOldViewServes() throws InterruptedException {
    tick("clock-1", 0, EVENTS);
    var holding = new AtomicBoolean();
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var counts =
        Projection.named("counts", () -> 0)
            .reading(codec)
            .on(
                Ticked.class,
                (count, e) -> {
                  if (e.event().number() == EVENTS - 1 && holding.get()) {
                    reached.countDown();
                    awaitUninterruptibly(release);
                  }
                  return count + 1;
                });
    try (ReadModel<Integer> model = counts.follow(store)) {
      model.awaitHead();
      assertThat(model.rebuildProgress()).isEmpty();
      holding.set(true);
      Thread rebuild = Thread.ofVirtual().start(model::rebuild);
      reached.await();
      Progress progress = model.rebuildProgress().orElseThrow();
      assertThat(progress.events()).isEqualTo(4_096);
      assertThat(progress.target()).isEqualTo(store.head());
      assertThat(progress.timeLeft()).isPositive();
      assertThat(model.current()).isEqualTo(EVENTS);
      assertThat(model.status()).isEqualTo(ReadModel.Status.LIVE);
      release.countDown();
      rebuild.join();
      assertThat(model.rebuildProgress()).isEmpty();
      assertThat(model.current()).isEqualTo(EVENTS);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void partitionsAreWatchedAsOne() {
    for (int stream = 0; stream < 8; stream++) {
      tick("clock-" + stream, 0, 10);
    }
    var broken = new AtomicBoolean();
    var counts =
        Projection.named("counts", () -> 0)
            .reading(codec)
            .on(
                Ticked.class,
                (count, e) -> {
                  if (broken.get() && e.stream().equals("clock-0")) {
                    throw new IllegalStateException("broken");
                  }
                  return count + 1;
                });
    try (var models = counts.follow(store, 3)) {
      RunningProjection running = models;
      models.awaitHead(Duration.ofSeconds(30));
      assertThat(running.version()).isEmpty();
      assertThat(running.failure()).isEmpty();
      assertThat(running.lag()).isZero();
      assertThat(running.lagTime()).isZero();
      assertThat(running.unknownEvents()).isZero();
      assertThat(running.deadLetters().list()).isEmpty();

      running.pause();
      assertThat(running.status()).isEqualTo(ReadModel.Status.PAUSED);
      tick("clock-1", 10, 11);
      assertThat(running.lag()).isPositive();
      running.resume();
      models.awaitHead(Duration.ofSeconds(30));
      assertThat(models.queryAll(count -> count).stream().mapToInt(count -> count).sum())
          .isEqualTo(81);

      broken.set(true);
      tick("clock-0", 10, 11);
      assertThatThrownBy(() -> models.awaitHead(Duration.ofSeconds(30)))
          .isInstanceOf(ProjectionFailedException.class);
      assertThat(running.status()).isEqualTo(ReadModel.Status.FAILED);
      assertThat(running.failure().orElseThrow()).hasMessageContaining("broken");
      broken.set(false);
      running.rebuild();
      assertThat(running.failure()).isEmpty();
      assertThat(running.rebuildProgress()).isEmpty();
      models.awaitHead(Duration.ofSeconds(30));
      assertThat(models.queryAll(count -> count).stream().mapToInt(count -> count).sum())
          .isEqualTo(82);
    }
  }
}
