package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What those see who watch a rebuild of tables. */
@Timeout(60)
class RebuildProgressTest {
  private static final int EVENTS = 20_000;

  @TempDir private Path folder;

  /** Something happened. */
  record Ticked(int number) {}

  @Test
  void aRebuildTellsHowFarItIsWhileTheOldTablesServe() throws InterruptedException {
    var codec = JsonCodec.of(Ticked.class);
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("views.sqlite"));
    var holding = new AtomicBoolean();
    var release = new CountDownLatch(1);
    var counts =
        SqlProjection.named("counts", 7)
            .reading(codec)
            .table("counts", "name VARCHAR(10) PRIMARY KEY, ticks BIGINT NOT NULL")
            .on(
                Ticked.class,
                (sql, e) -> {
                  if (e.event().number() == EVENTS - 1 && holding.get()) {
                    awaitUninterruptibly(release);
                  }
                  sql.row("counts").key("name", "all").add("ticks", 1).save();
                });
    try (var store = new InMemoryStore()) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        events.add(codec.encode(Event.newId(), new Ticked(i), Audit.none()));
      }
      store.append("clock-1", ExpectedRevision.any(), events);
      try (SqlReadModel model = counts.follow(store, source)) {
        RunningProjection running = model;
        model.awaitHead(Duration.ofSeconds(30));
        assertThat(running.version()).hasValue(7);
        assertThat(running.rebuildProgress()).isEmpty();
        holding.set(true);
        Thread rebuild = Thread.ofPlatform().start(running::rebuild);
        while (running.rebuildProgress().isEmpty()) {
          Thread.onSpinWait();
        }
        Progress progress = running.rebuildProgress().orElseThrow();
        assertThat(progress.events()).isBetween(1L, EVENTS - 1L);
        assertThat(progress.target()).isEqualTo(store.head());
        assertThat(running.status()).isEqualTo(ReadModel.Status.LIVE);
        release.countDown();
        rebuild.join();
        assertThat(running.rebuildProgress()).isEmpty();
        assertThat(running.position()).isEqualTo(store.head());
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
