package io.daybook.testkit.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.privacy.Forgetting;
import io.daybook.eventsourcing.privacy.InMemorySubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.InlineView;
import io.daybook.eventsourcing.projection.PartitionedReadModel;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.snapshot.InMemorySnapshots;
import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import io.daybook.testkit.privacy.Customer.Event.Noted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What read models in memory hold of a subject that is forgotten. */
@Timeout(60)
final class ForgettingReadModelsTest {
  private static final Codec<SubjectForgotten> FORGOTTEN = JsonCodec.of(SubjectForgotten.class);
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Held, so that what a test provokes is not printed while it runs. */
  private final Logger log = Logger.getLogger("io.daybook.eventsourcing");

  private final EventStore store = new InMemoryStore();
  private final SubjectKeys keys = new InMemorySubjectKeys();
  private final Kept kept = new Kept();

  /** What handlers do besides. */
  private final AtomicReference<Runnable> handling = new AtomicReference<>(() -> {});

  private final AtomicInteger builds = new AtomicInteger();

  /** What is known of customers; nothing in it hears of the forgetting. */
  record Notes(Map<String, String> byStream) {}

  /** Keeps all that was ever saved besides the latest, and lets a test come in between. */
  private static final class Kept implements SnapshotStore {
    private final InMemorySnapshots latest = new InMemorySnapshots();
    private final List<String> saved = new CopyOnWriteArrayList<>();
    private final Semaphore deletions = new Semaphore(0);
    private final AtomicReference<Runnable> beforeSave = new AtomicReference<>(() -> {});
    private final AtomicReference<Runnable> beforeDelete = new AtomicReference<>(() -> {});

    @Override
    public Optional<Snapshot> latest(String stream) {
      return latest.latest(stream);
    }

    @Override
    public void save(Snapshot snapshot) {
      beforeSave.get().run();
      saved.add(snapshot.state().text());
      latest.save(snapshot);
    }

    @Override
    public void delete(String stream) {
      beforeDelete.get().run();
      latest.delete(stream);
      deletions.release();
    }

    @Override
    public List<String> streams(String prefix) {
      return latest.streams(prefix);
    }

    private void awaitDeletions(int count) throws InterruptedException {
      assertThat(deletions.tryAcquire(count, 30, TimeUnit.SECONDS)).isTrue();
    }

    private String text(String stream) {
      return latest(stream).map(snapshot -> snapshot.state().text()).orElse("none");
    }
  }

  @AfterEach
  void closeStore() {
    log.setLevel(null);
    store.close();
  }

  private Projection<Notes> notes(int everyEvents) {
    return Projection.named(
            "notes",
            () -> {
              builds.incrementAndGet();
              return new Notes(new TreeMap<>());
            })
        .reading(Customer.codec(keys), "customer")
        .update(
            Noted.class,
            (view, e) -> {
              view.byStream().put(e.streamId(), e.event().note());
              handling.get().run();
            })
        .snapshots(everyEvents, JsonState.of(Notes.class), kept);
  }

  private void note(String customer, String note) {
    Event event =
        Customer.codec(keys).encode(Event.newId(), new Noted(customer, note), Audit.none());
    store.append("customer-" + customer, ExpectedRevision.any(), event);
  }

  private static String texts(ReadModel<Notes> model) {
    return model.<String>query(view -> view.byStream().toString());
  }

  private Forgetting forgetting(ReadModel<Notes> model) {
    return Forgetting.of(keys, FORGOTTEN).purging(model).on(store);
  }

  @Test
  void nobodyReadsThePersonWhenForgetHasReturned() {
    note("c-1", "likes tea");
    note("c-2", "likes coffee");
    try (var model = notes(1).follow(store)) {
      model.awaitHead(SOON);
      assertThat(kept.text("projection:notes")).contains("likes tea");
      try (Forgetting forgetting = forgetting(model)) {
        var _ = forgetting.forget("c-1");
        assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes coffee}");
        assertThat(kept.text("projection:notes")).doesNotContain("likes tea");
        kept.saved.clear();
        note("c-2", "likes milk");
        model.awaitHead(SOON);
        assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes milk}");
      }
    }
    assertThat(kept.saved).isNotEmpty().noneMatch(text -> text.contains("likes tea"));
    assertThat(kept.text("projection:notes")).contains("[forgotten]", "likes milk");
    try (var model = notes(1).follow(store)) {
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes milk}");
    }
  }

  /** A snapshot that is on its way when the subject is forgotten. */
  @Test
  void aSnapshotThatIsBeingSavedIsDeleted() throws Exception {
    var saving = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var model = notes(1).follow(store);
        Forgetting forgetting = forgetting(model)) {
      kept.beforeSave.set(() -> {
        saving.countDown();
        await(goOn);
      });
      note("c-1", "likes tea");
      await(saving);
      var forget = started(() -> forgetting.forget("c-1"));
      goOn.countDown();
      forget.get(30, TimeUnit.SECONDS);
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten]}");
      assertThat(kept.text("projection:notes")).doesNotContain("likes tea");
    }
    assertThat(kept.text("projection:notes")).doesNotContain("likes tea");
  }

  @Test
  void aRebuildThatIsUnderWayBeginsOnceMore() throws Exception {
    note("c-1", "likes tea");
    note("c-2", "likes coffee");
    try (var model = notes(1).follow(store);
        Forgetting forgetting = forgetting(model)) {
      model.awaitHead(SOON);
      var built = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      var stalls = new AtomicBoolean(true);
      handling.set(() -> {
        if (stalls.getAndSet(false)) {
          built.countDown();
          await(goOn);
        }
      });
      var rebuild = started(model::rebuild);
      await(built); // with the tea in its view
      kept.saved.clear();
      var forget = started(() -> forgetting.forget("c-1"));
      kept.awaitDeletions(1); // the purge has begun
      assertThat(texts(model)).contains("likes tea");
      goOn.countDown();
      forget.get(30, TimeUnit.SECONDS);
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes coffee}");
      rebuild.get(30, TimeUnit.SECONDS);
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes coffee}");
    }
    assertThat(kept.saved).isNotEmpty().noneMatch(text -> text.contains("likes tea"));
  }

  @Test
  void thoseWhoAreForgottenMeanwhileShareTheNextBuild() throws Exception {
    int customers = 10;
    for (int i = 0; i < customers; i++) {
      note("c-" + i, "likes tea");
    }
    try (var model = notes(1).follow(store);
        Forgetting forgetting = forgetting(model)) {
      model.awaitHead(SOON);
      int before = builds.get();
      var stalls = new AtomicBoolean(true);
      var built = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      handling.set(() -> {
        if (stalls.getAndSet(false)) {
          built.countDown();
          await(goOn);
        }
      });
      var all = new ArrayList<FutureTask<?>>();
      all.add(started(() -> forgetting.forget("c-0")));
      await(built);
      for (int i = 1; i < customers; i++) {
        String id = "c-" + i;
        all.add(started(() -> forgetting.forget(id)));
      }
      kept.awaitDeletions(customers);
      goOn.countDown();
      for (FutureTask<?> forget : all) {
        forget.get(30, TimeUnit.SECONDS);
      }
      assertThat(texts(model)).doesNotContain("likes tea");
      assertThat(builds.get() - before).isEqualTo(2);
    }
    assertThat(kept.text("projection:notes")).doesNotContain("likes tea");
  }

  @Test
  void whatIsPausedStaysSoAndForgets() {
    note("c-1", "likes tea");
    try (var model = notes(1).follow(store);
        Forgetting forgetting = forgetting(model)) {
      model.awaitHead(SOON);
      model.pause();
      var _ = forgetting.forget("c-1");
      assertThat(model.status()).isEqualTo(ReadModel.Status.PAUSED);
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten]}");
      note("c-2", "likes coffee");
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten]}");
      model.resume();
      model.awaitHead(SOON);
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes coffee}");
    }
  }

  @Test
  void whatIsClosedServesNothingAndLeavesNoSnapshot() {
    note("c-1", "likes tea");
    var model = notes(1).follow(store);
    model.awaitHead(SOON);
    model.close();
    assertThat(kept.text("projection:notes")).contains("likes tea");
    try (Forgetting forgetting = forgetting(model)) {
      var _ = forgetting.forget("c-1");
    }
    assertThat(texts(model)).isEqualTo("{}");
    assertThat(model.status()).isEqualTo(ReadModel.Status.CLOSED);
    assertThat(kept.text("projection:notes")).isEqualTo("none");
    try (var again = notes(1).follow(store)) {
      again.awaitHead(SOON);
      assertThat(texts(again)).isEqualTo("{c-1=[forgotten]}");
    }
  }

  @Test
  void aViewWithoutSnapshotsForgets() {
    note("c-1", "likes tea");
    Projection<String> last =
        Projection.named("last", () -> "")
            .reading(Customer.codec(keys), "customer")
            .on(Noted.class, (_, e) -> e.event().note());
    try (var model = last.follow(store);
        Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(model).on(store)) {
      model.awaitHead(SOON);
      var _ = forgetting.forget("c-1");
      assertThat(model.current()).isEqualTo("[forgotten]");
    }
  }

  @Test
  void allPartitionsForget() {
    for (int i = 0; i < 8; i++) {
      note("c-" + i, "likes tea");
    }
    try (PartitionedReadModel<Notes> model = notes(1).follow(store, 2);
        Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(model).on(store)) {
      model.awaitHead(SOON);
      for (int i = 0; i < 8; i++) {
        var _ = forgetting.forget("c-" + i);
      }
      assertThat(model.<String>queryAll(view -> view.byStream().toString()))
          .hasSize(2)
          .allMatch(text -> text.contains("[forgotten]") && !text.contains("likes tea"));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(kept.text("projection:notes#" + i + "/2")).doesNotContain("likes tea");
    }
  }

  /** It has no purge, and needs none. */
  @Test
  void anInlineViewTakesThePersonOutBeforeForgetReturns() {
    Projection<TreeMap<String, String>> byId =
        Projection.named("notes-by-id", () -> new TreeMap<String, String>())
            .reading(Customer.codec(keys), "customer")
            .reading(FORGOTTEN, Forgetting.CATEGORY)
            .update(Noted.class, (view, e) -> view.put(e.streamId(), e.event().note()))
            .update(SubjectForgotten.class, (view, e) -> view.remove(e.event().subject()));
    note("c-1", "likes tea");
    note("c-2", "likes coffee");
    InlineView<TreeMap<String, String>> view = byId.inline();
    EventStore inline = InlineStore.of(store, view);
    assertThat(view.<Integer>query(TreeMap::size)).isEqualTo(2);
    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).on(inline)) {
      var _ = forgetting.forget("c-1");
      assertThat(view.<String>query(TreeMap::toString)).isEqualTo("{c-2=likes coffee}");
    }
    // recorded by who does not know of the view: it hears of it at the next append, or opening
    try (Forgetting elsewhere = Forgetting.of(keys, FORGOTTEN).on(store)) {
      var _ = elsewhere.forget("c-2");
    }
    assertThat(view.<String>query(TreeMap::toString)).isEqualTo("{c-2=likes coffee}");
    inline.append("customer-c-3", ExpectedRevision.any(), Event.json("Other", "{}"));
    assertThat(view.<String>query(TreeMap::toString)).isEqualTo("{}");
  }

  @Test
  void snapshotsOfAnotherNumberOfPartitionsAreDeleted() {
    note("c-1", "likes tea");
    for (int partitions = 1; partitions <= 3; partitions++) {
      try (PartitionedReadModel<Notes> model = notes(1).follow(store, partitions)) {
        model.awaitHead(SOON);
      }
    }
    Projection<Notes> namesake =
        Projection.named("notes-2", () -> new Notes(new TreeMap<>()))
            .reading(Customer.codec(keys), "customer")
            .update(Noted.class, (view, e) -> view.byStream().put("any", "thing"))
            .snapshots(1, JsonState.of(Notes.class), kept);
    try (var model = namesake.follow(store)) {
      model.awaitHead(SOON);
    }
    assertThat(kept.streams("projection:notes")).hasSizeGreaterThan(3);
    try (var model = notes(1).follow(store);
        Forgetting forgetting = forgetting(model)) {
      model.awaitHead(SOON);
      var _ = forgetting.forget("c-1");
      assertThat(kept.streams("")).allMatch(stream -> !kept.text(stream).contains("likes tea"));
      assertThat(kept.text("projection:notes-2")).contains("thing");
    }
  }

  @Test
  void snapshotsOfWhatIsNotFollowedAreDeleted() {
    note("c-1", "likes tea");
    for (int partitions = 1; partitions <= 2; partitions++) {
      try (PartitionedReadModel<Notes> model = notes(1).follow(store, partitions)) {
        model.awaitHead(SOON);
      }
    }
    try (Forgetting forgetting =
        Forgetting.of(keys, FORGOTTEN).purgingSnapshots(kept, "notes", "others").on(store)) {
      var _ = forgetting.forget("c-1");
    }
    assertThat(kept.streams("")).isEmpty();
    try (var model = notes(1).follow(store)) {
      model.awaitHead(SOON);
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten]}");
    }
  }

  @Test
  void ifOnePartitionFailsTheOthersForgetAllTheSame() {
    for (int i = 0; i < 8; i++) {
      note("c-" + i, "likes tea");
    }
    try (PartitionedReadModel<Notes> model = notes(1).follow(store, 2);
        Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(model).on(store)) {
      model.awaitHead(SOON);
      var fails = new AtomicBoolean(true);
      handling.set(() -> {
        if (fails.getAndSet(false)) {
          throw new IllegalStateException("once");
        }
      });
      keys.forget(List.of("c-0", "c-1", "c-2", "c-3", "c-4", "c-5", "c-6", "c-7"));
      assertThatThrownBy(forgetting::tellAgain).hasRootCauseMessage("once");
      assertThat(model.<String>queryAll(view -> view.byStream().toString()))
          .filteredOn(text -> text.contains("[forgotten]"))
          .hasSize(1);
    }
  }

  /** Handlers that cannot take a placeholder: the caller hears of it, and calls again. */
  @Test
  void ifItCannotBeBuiltTheOldOneStaysUntilItIsCalledAgain() {
    note("c-1", "likes tea");
    try (var model = notes(1).follow(store);
        Forgetting forgetting = forgetting(model)) {
      model.awaitHead(SOON);
      handling.set(() -> {
        throw new IllegalStateException("not a note");
      });
      assertThatThrownBy(() -> forgetting.forget("c-1"))
          .isInstanceOf(ProjectionFailedException.class)
          .hasRootCauseMessage("not a note");
      assertThat(texts(model)).isEqualTo("{c-1=likes tea}");
      assertThat(store.read(Query.category("forgotten")).toList()).isEmpty();
      handling.set(() -> {});
      note("c-2", "likes coffee");
      model.awaitHead(SOON);
      assertThat(kept.text("projection:notes")).isEqualTo("none");

      kept.beforeDelete.set(() -> {
        throw new IllegalStateException("no connection");
      });
      assertThatThrownBy(() -> forgetting.forget("c-1")).hasMessage("no connection");
      kept.beforeDelete.set(() -> {});
      var _ = forgetting.forget("c-1");
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=likes coffee}");
      assertThat(store.read(Query.category("forgotten")).toList()).hasSize(1);
    }
    assertThat(kept.text("projection:notes")).contains("[forgotten]");
  }

  /** The keys are deleted, and the process ended before anything was purged or recorded. */
  @Test
  void aCrashInBetweenIsMadeGoodAtTheNextOpening() {
    note("c-1", "likes tea");
    note("c-2", "likes coffee");
    try (var model = notes(1).follow(store)) {
      model.awaitHead(SOON);
    }
    keys.forget(List.of("c-1", "c-2"));
    try (var model = notes(1).follow(store)) {
      assertThat(texts(model)).contains("likes tea", "likes coffee"); // from its snapshot
      int before = builds.get();
      try (Forgetting _ = forgetting(model)) {
        assertThat(texts(model)).isEqualTo("{c-1=[forgotten], c-2=[forgotten]}");
      }
      assertThat(builds.get() - before).as("builds for both of them").isOne();
    }
    assertThat(kept.text("projection:notes")).doesNotContain("likes");
    assertThat(store.read(Query.category("forgotten")).toList()).hasSize(2);
  }

  @Test
  void whatAnotherProcessForgetsIsPurgedHere() throws Exception {
    note("c-1", "likes tea");
    try (var model = notes(1).follow(store)) {
      model.awaitHead(SOON);
      var purged = new CountDownLatch(1);
      var failures = new ArrayList<>(List.of("once"));
      try (Forgetting _ =
          Forgetting.of(keys, FORGOTTEN)
              .purging(model)
              .purging(
                  new ForwardingProjection(model) {
                    @Override
                    public void purge() {
                      if (!failures.isEmpty()) {
                        throw new IllegalStateException(failures.removeLast());
                      }
                      purged.countDown();
                    }
                  })
              .on(store)) {
        log.setLevel(Level.OFF);
        Forgetting.of(new InMemorySubjectKeys(), FORGOTTEN).on(store).forget("c-1");
        await(purged);
      }
      assertThat(texts(model)).isEqualTo("{c-1=[forgotten]}");
    }
  }

  private static FutureTask<?> started(Runnable work) {
    var task = new FutureTask<>(work, true);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
