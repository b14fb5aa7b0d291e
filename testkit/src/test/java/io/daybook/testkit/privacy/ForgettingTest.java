package io.daybook.testkit.privacy;

import static io.daybook.eventsourcing.process.Reaction.remember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.privacy.Forgetting;
import io.daybook.eventsourcing.privacy.InMemorySubjectKeys;
import io.daybook.eventsourcing.privacy.MasterKey;
import io.daybook.eventsourcing.privacy.SealedState;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.privacy.SubjectForgottenException;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectKeysFile;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.InMemorySnapshots;
import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import io.daybook.testkit.privacy.Customer.Event.Noted;
import io.daybook.testkit.privacy.Customer.Event.Registered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForgettingTest {
  private static final Codec<SubjectForgotten> FORGOTTEN = JsonCodec.of(SubjectForgotten.class);

  /** Held, so that what some tests provoke is not printed while they run. */
  private final Logger log = Logger.getLogger("io.daybook.eventsourcing");

  private final EventStore store = new InMemoryStore();
  private final SubjectKeys keys = new InMemorySubjectKeys();
  private final InMemorySnapshots snapshots = new InMemorySnapshots();

  @TempDir private Path temp;

  @BeforeEach
  void beQuiet() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void close() {
    log.setLevel(null);
    store.close();
  }

  private CommandHandler<Customer.Event, Customer.Event, Customer> customers(
      EventStore on, SnapshotStore snapshotStore) {
    return CommandHandler.of("customer", Customer.DECIDER, Customer.codec(keys))
        .cachedStates(10)
        .snapshots(1, JsonState.of(Customer.class), snapshotStore)
        .on(on);
  }

  @Test
  void aProcessForgets() {
    var customers = customers(store, snapshots);
    var reached = new ArrayList<String>();
    ProcessManager<Customer> greeting =
        ProcessManager.named("greeting", Customer.NONE)
            .<Customer.Event>evolving(
                Customer.codec(keys),
                (customer, event) ->
                    event instanceof Registered e
                        ? new Customer(e.name(), e.born(), customer.notes())
                        : customer)
            .reading(Customer.codec(keys), "customer")
            .startedBy(Registered.class, Recorded::streamId, (_, e) -> List.of(remember(e.event())))
            .on(
                Noted.class,
                Recorded::streamId,
                (customer, _) -> {
                  reached.add(customer.name());
                  return List.of();
                });
    try (var runner = greeting.on(store).run();
        Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(runner).on(store)) {
      customers.handle("c-1", Customer.ada());
      customers.handle("c-1", new Noted("c-1", "likes tea"));
      runner.awaitIdle(Duration.ofSeconds(30));
      var _ = forgetting.forget("c-1");
      store.append(
          "customer-c-1",
          ExpectedRevision.any(),
          Customer.codec(keys).encode(Event.newId(), new Noted("c-2", "is gone"), Audit.none()));
      runner.awaitIdle(Duration.ofSeconds(30));
    }
    assertThat(reached).containsExactly(Customer.ada().name(), "[forgotten]");
  }

  @Test
  void stateCacheSnapshotsAndReadModelsForget() {
    var customers = customers(store, snapshots);
    customers.handle("c-1", Customer.ada());
    customers.handle("c-1", new Noted("c-1", "likes tea"));
    customers.handle("c-2", new Noted("c-2", "likes coffee"));
    assertThat(snapshots.latest("customer-c-1")).isPresent();

    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(customers).on(store);
        ReadModel<Map<String, String>> notes = notes().follow(store)) {
      notes.awaitHead();
      assertThat(List.copyOf(notes.current().values()))
          .containsExactly("likes tea", "likes coffee");

      Position position = Audit.by("dpo").call(() -> forgetting.forget("c-1"));

      assertThat(customers.stateOf("c-1")).isEqualTo(new Customer("[forgotten]", null, 1));
      assertThat(snapshots.latest("customer-c-1")).isEmpty();
      assertThat(snapshots.latest("customer-c-2")).isPresent();
      notes.await(position, Duration.ofSeconds(10));
      Map<String, String> left = notes.query(Map::copyOf);
      assertThat(left).isEqualTo(Map.of("customer-c-2", "likes coffee"));
      assertThat(forgetting.forget("c-1")).isEqualTo(position);
    }
    var recorded = FORGOTTEN.read(store, ReadRequest.of(Query.category("forgotten"))).toList();
    assertThat(recorded).hasSize(1);
    assertThat(recorded.getFirst().event()).isEqualTo(new SubjectForgotten("c-1"));
    assertThat(recorded.getFirst().stream()).isEqualTo("forgotten-c-1");
    assertThat(recorded.getFirst().audit().actor()).hasValue("dpo");
    assertThatThrownBy(() -> customers.handle("c-1", Customer.ada()))
        .isInstanceOf(SubjectForgottenException.class);
  }

  private Projection<Map<String, String>> notes() {
    return Projection.<Map<String, String>>named("notes", TreeMap::new)
        .reading(Customer.codec(keys), "customer")
        .reading(FORGOTTEN, Forgetting.CATEGORY)
        .update(Noted.class, (view, e) -> view.put(e.stream(), e.event().note()))
        .update(
            SubjectForgotten.class, (view, e) -> view.remove("customer-" + e.event().subject()));
  }

  /** A state that was read before the subject is forgotten, and written after. */
  @Test
  void whatARacingCommandReadIsNotKept() {
    var race = new Race(store);
    var customers = customers(race, snapshots);
    customers.handle("c-1", Customer.ada());
    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(customers).on(store)) {
      race.beforeAppend = () -> forgetting.forget("c-1");
      customers.handle("c-1", new Noted("c-1", "likes tea"));
    }
    assertThat(snapshots.latest("customer-c-1")).isEmpty();
    assertThat(customers.stateOf("c-1")).isEqualTo(new Customer("[forgotten]", null, 1));
    assertThat(
            Customer.codec(keys)
                .read(store, ReadRequest.of(Query.stream("customer-c-1")))
                .toList()
                .getLast()
                .event())
        .isEqualTo(new Noted("c-1", "[forgotten]"));
  }

  /** A snapshot that is on its way while the subject is forgotten. */
  @Test
  void aSnapshotThatIsSavedMeanwhileIsDeleted() {
    var beforeSave = new ArrayList<Runnable>();
    var slow =
        new SnapshotStore() {
          @Override
          public Optional<Snapshot> latest(String stream) {
            return snapshots.latest(stream);
          }

          @Override
          public void save(Snapshot snapshot) {
            List.copyOf(beforeSave).forEach(Runnable::run);
            snapshots.save(snapshot);
          }

          @Override
          public List<String> streams(String prefix) {
            return snapshots.streams(prefix);
          }

          @Override
          public void delete(String stream) {
            snapshots.delete(stream);
          }
        };
    var customers = customers(store, slow);
    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(customers).on(store)) {
      beforeSave.add(() -> forgetting.forget("c-1"));
      customers.handle("c-1", Customer.ada());
    }
    assertThat(snapshots.latest("customer-c-1")).isEmpty();
    assertThat(customers.stateOf("c-1").name()).isEqualTo("[forgotten]");
  }

  /** Runs something before the next append. */
  private static final class Race extends ForwardingStore {
    private Runnable beforeAppend = () -> {};

    Race(EventStore store) {
      super(store);
    }

    @Override
    public AppendResult append(Append append) {
      Runnable work = beforeAppend;
      beforeAppend = () -> {};
      work.run();
      return super.append(append);
    }
  }

  @Test
  void aRestoredBackupOfTheKeysBringsNobodyBack() throws Exception {
    Path folder = temp.resolve("keys");
    Path backup = temp.resolve("backup");
    MasterKey master = MasterKey.of(new byte[32]);
    try (SubjectKeysFile file = SubjectKeysFile.open(folder, master)) {
      append(file, Customer.ada());
      append(file, new Noted("c-2", "stays"));
      file.backup(backup);
      try (Forgetting forgetting = Forgetting.of(file, FORGOTTEN).on(store)) {
        var _ = forgetting.forget("c-1");
      }
      assertThat(names(file)).containsExactly("[forgotten]", "stays");
    }
    Files.copy(
        backup.resolve("subject.keys"),
        folder.resolve("subject.keys"),
        StandardCopyOption.REPLACE_EXISTING);

    var told = new HashSet<String>();
    try (SubjectKeysFile file = SubjectKeysFile.open(folder, master)) {
      assertThat(names(file)).containsExactly(Customer.ada().name(), "stays");
      Forgetting.of(file, FORGOTTEN)
          .telling((subject, streams) -> told.add(subject + " in " + streams))
          .on(store)
          .close();
      assertThat(names(file)).containsExactly("[forgotten]", "stays");
    }
    assertThat(told).containsExactly("c-1 in [customer-1]");
    try (SubjectKeysFile file = SubjectKeysFile.open(folder, master)) {
      assertThat(names(file)).containsExactly("[forgotten]", "stays");
    }
  }

  private void append(SubjectKeys with, Customer.Event event) {
    var _ =
        store.append(
            "customer-1",
            ExpectedRevision.any(),
            Customer.codec(with).encode(Event.newId(), event, Audit.none()));
  }

  private List<String> names(SubjectKeys with) {
    return Customer.codec(with).read(store, ReadRequest.of(Query.category("customer"))).stream()
        .map(e ->
            e.event() instanceof Registered(_, String name, _, _, _, _)
                ? name
                : ((Noted) e.event()).note())
        .toList();
  }

  /** The keys are deleted, and the process ended before that was recorded. */
  @Test
  void whatOnlyTheKeysKnowIsRecordedAtOpening() {
    append(keys, Customer.ada());
    keys.forget(List.of("c-1"));
    var told = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      Forgetting.of(keys, FORGOTTEN).telling((subject, _) -> told.add(subject)).on(store).close();
    }

    assertThat(told).containsExactly("c-1");
    assertThat(store.read(Query.stream("forgotten-c-1")).toList()).hasSize(1);
  }

  @Test
  void aListenerThatFailsIsToldAgain() {
    var told = new ArrayList<String>();
    var failing = new ArrayList<>(List.of("once"));
    try (Forgetting forgetting =
        Forgetting.of(keys, FORGOTTEN)
            .telling((_, _) -> {
              if (!failing.isEmpty()) {
                throw new IllegalStateException(failing.removeLast());
              }
            })
            .telling((subject, _) -> told.add(subject))
            .on(store)) {
      append(keys, Customer.ada());
      assertThatThrownBy(() -> forgetting.forget("c-1")).hasMessage("once");
      assertThat(names(keys)).containsExactly("[forgotten]");
      assertThat(store.read(Query.category("forgotten")).toList()).isEmpty();
      assertThat(told).containsExactly("c-1");

      var _ = forgetting.forget("c-1");
      assertThat(store.read(Query.category("forgotten")).toList()).hasSize(1);
      forgetting.tellAgain();
      assertThat(told).containsExactly("c-1", "c-1", "c-1");
    }
  }

  @Test
  void whatAnotherProcessRecordsIsFollowed() throws Exception {
    var heard = new CountDownLatch(1);
    var failures = new ArrayList<>(List.of("once"));
    append(keys, Customer.ada());
    try (Forgetting here =
        Forgetting.of(keys, FORGOTTEN)
            .telling((_, _) -> {
              if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.removeLast());
              }
              heard.countDown();
            })
            .on(store)) {
      Forgetting.of(new InMemorySubjectKeys(), FORGOTTEN).on(store).forget("c-1");

      assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(keys.forgotten()).isEqualTo(Set.of("c-1"));
      assertThat(here.failure().map(RuntimeException::getMessage).orElse("once")).isEqualTo("once");
    }
  }

  @Test
  void commandsAndForgettingAtTheSameTimeLeaveNothingToRead() throws Exception {
    var customers = customers(store, snapshots);
    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(customers).on(store)) {
      var all = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 40; i++) {
        String id = "c" + i;
        for (int n = 0; n < 4; n++) {
          all.add(CompletableFuture.runAsync(() -> handle(customers, id)));
        }
        all.add(CompletableFuture.runAsync(() -> forgetting.forget(id)));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      for (int i = 0; i < 40; i++) {
        assertThat(customers.stateOf("c" + i).name()).isIn("", "[forgotten]");
        assertThat(snapshots.latest("customer-c" + i).map(s -> s.state().text()).orElse(""))
            .doesNotContain("Ada");
      }
    }
  }

  private static void handle(
      CommandHandler<Customer.Event, Customer.Event, Customer> customers, String id) {
    try {
      customers.handle(id, new Registered(id, "Ada", null, null, 1, null));
    } catch (SubjectForgottenException _) {
      // came too late
    }
  }

  @Test
  void snapshotsInTheStoreAreSealed() {
    var inStore = new EventStoreSnapshots(store);
    var customers =
        CommandHandler.of("customer", Customer.DECIDER, Customer.codec(keys))
            .snapshots(
                1,
                SealedState.of(
                    JsonState.of(Customer.class),
                    keys,
                    state -> state.name().startsWith("[") ? List.of() : List.of("c-1", "c-2")),
                inStore)
            .on(store);
    customers.handle("c-1", Customer.ada());
    var snapshot = inStore.latest("customer-c-1").orElseThrow();
    assertThat(snapshot.state().text()).doesNotContain("Ada");
    assertThat(customers.stateOf("c-1").name()).isEqualTo(Customer.ada().name());

    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(customers).on(store)) {
      var _ = forgetting.forget("c-1");
    }
    assertThat(inStore.latest("customer-c-1")).isEmpty();
    inStore.save(snapshot);
    assertThat(customers.stateOf("c-1").name()).isEqualTo("[forgotten]");
    customers.takeSnapshot("c-1");
    assertThat(inStore.latest("customer-c-1").orElseThrow().state().text()).contains("[forgotten]");
  }
}
