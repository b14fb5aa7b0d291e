package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.InMemorySnapshots;
import io.daybook.eventsourcing.snapshot.Snapshot;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.Open;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SnapshotTest {
  /** Held, so that what some tests provoke is not printed while they run. */
  private final Logger log = Logger.getLogger("io.daybook.eventsourcing.decider.StateLoader");

  private final EventStore store = new InMemoryStore();
  private final JsonCodec<Account.Event> codec = JsonCodec.of(Account.Event.class);
  private final StateCodec<Account> state = JsonState.of(Account.class);
  private final InMemorySnapshots snapshots = new InMemorySnapshots();
  private final Decodes decodes = new Decodes(codec);

  @BeforeEach
  void beQuiet() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void closeStore() {
    log.setLevel(null);
    store.close();
  }

  private CommandHandler<Account.Command, Account.Event, Account> accounts(
      StateCodec<Account> stateCodec, SnapshotStore snapshotStore) {
    return CommandHandler.of("account", Account.DECIDER, decodes.codec())
        .snapshots(10, stateCodec, snapshotStore)
        .on(store);
  }

  private void openWithDeposits(
      CommandHandler<Account.Command, Account.Event, Account> accounts, int deposits) {
    accounts.handle("1", new Open("Ada"));
    for (int i = 0; i < deposits; i++) {
      accounts.handle("1", new Deposit(BigDecimal.ONE));
    }
  }

  @Test
  void aSnapshotIsTakenEverySoManyEventsAndLoadsStartThere() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 24);

    assertThat(snapshots.latest("account-1").orElseThrow().revision()).isEqualTo(new Revision(19));
    decodes.reset();
    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(24));
    assertThat(decodes.count()).isEqualTo(5);
  }

  @Test
  void commandsWithIdsLeadToSnapshotsToo() {
    var accounts = accounts(state, snapshots);
    accounts.handle("1", new Open("Ada"));
    for (int i = 0; i < 24; i++) {
      accounts.handle("1", new Deposit(BigDecimal.ONE), "deposit-" + i);
    }

    assertThat(snapshots.latest("account-1").orElseThrow().revision().value()).isBetween(18L, 21L);
    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(24));
  }

  @Test
  void onlyTheLatestIsKeptAlsoAfterACrashAtTheFirst() {
    var dying =
        new ForwardingStore(store) {
          private boolean dead = true;

          @Override
          public AppendResult changeSettings(
              String stream, ExpectedRevision expected, StreamSettings settings) {
            if (dead) {
              dead = false;
              throw new EventStoreFailedException("dead", null);
            }
            return super.changeSettings(stream, expected, settings);
          }
        };
    var kept = new EventStoreSnapshots(dying);
    var snapshot = new Snapshot("a-1", new Revision(0), Event.newId(), "1", Payload.json("{}"));
    assertThatThrownBy(() -> kept.save(snapshot)).hasMessage("dead");
    for (int i = 0; i < 120; i++) {
      kept.save(snapshot);
    }
    assertThat(store.read(Query.stream("snapshot:a-1")).toList()).hasSize(1);
  }

  @Test
  void aStateOfAnotherShapeIsPassedOver() {
    openWithDeposits(accounts(state, snapshots), 12);
    var changed = accounts(JsonState.of(Account.class).version(2), snapshots);

    decodes.reset();
    assertThat(changed.stateOf("1").balance()).isEqualTo(new BigDecimal(12));
    assertThat(decodes.count()).isEqualTo(13);
    changed.handle("1", new Deposit(BigDecimal.ONE));
    assertThat(snapshots.latest("account-1").orElseThrow().shape()).startsWith("2:");
  }

  @Test
  void aSnapshotThatCannotBeReadIsPassedOver() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 12);
    Snapshot good = snapshots.latest("account-1").orElseThrow();
    snapshots.save(
        new Snapshot(
            good.stream(), good.revision(), good.eventId(), good.shape(), Payload.json("{}")));

    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(12));
  }

  @Test
  void aSnapshotIsNotUsedForTheTimeBeforeIt() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 24);

    assertThat(accounts.stateAsOf("1", new Position(5)).balance()).isEqualTo(new BigDecimal(5));
    assertThat(accounts.stateAsOf("1", new Position(22)).balance()).isEqualTo(new BigDecimal(22));
    assertThat(accounts.stateAsOf("2", new Position(22))).isEqualTo(Account.NONE);
  }

  @Test
  void aDeletedStreamStartsAnew() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 12);
    store.delete("account-1", ExpectedRevision.exists());

    assertThat(accounts.stateOf("1")).isEqualTo(Account.NONE);
    assertThat(accounts.handle("1", new Open("Bob")).revision()).contains(new Revision(13));
    assertThat(accounts.stateOf("1"))
        .isEqualTo(new Account("Bob", BigDecimal.ZERO, Account.Status.OPEN));
  }

  @Test
  void whatASnapshotCoversMayBeTruncated() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 12);
    Revision snapshot = snapshots.latest("account-1").orElseThrow().revision();
    store.changeSettings(
        "account-1", ExpectedRevision.exists(), StreamSettings.none().withTruncateBefore(snapshot));

    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(12));
  }

  @Test
  void aSnapshotOfAnotherHistoryIsPassedOver() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 12);
    Snapshot good = snapshots.latest("account-1").orElseThrow();
    snapshots.save(
        new Snapshot(
            good.stream(),
            good.revision(),
            Event.newId(),
            good.shape(),
            state.encode(new Account("Mallory", new BigDecimal(1_000_000), Account.Status.OPEN))));

    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(12));
  }

  @Test
  void aFailingSnapshotStoreDoesNotFailCommands() {
    var accounts =
        accounts(
            state,
            new SnapshotStore() {
              @Override
              public Optional<Snapshot> latest(String stream) {
                return Optional.empty();
              }

              @Override
              public void save(Snapshot snapshot) {
                throw new IllegalStateException("no room");
              }

              @Override
              public List<String> streams(String prefix) {
                throw new IllegalStateException("the disk is full");
              }

              @Override
              public void delete(String stream) {
                // there is none
              }
            });

    openWithDeposits(accounts, 12);
    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(12));
    assertThatThrownBy(() -> accounts.takeSnapshot("1")).hasMessage("no room");
  }

  @Test
  void aSnapshotIsTakenOnDemand() {
    var accounts = accounts(state, snapshots);
    openWithDeposits(accounts, 3);
    accounts.takeSnapshot("1");
    accounts.takeSnapshot("never used");

    assertThat(snapshots.latest("account-1").orElseThrow().revision()).isEqualTo(new Revision(3));
    assertThat(snapshots.latest("account-never used")).isEmpty();
    var without = CommandHandler.of("account", Account.DECIDER, codec).on(store);
    assertThatThrownBy(() -> without.takeSnapshot("1")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void snapshotsAreListedByTheirStreams() {
    for (SnapshotStore each : List.of(new InMemorySnapshots(), new EventStoreSnapshots(store))) {
      for (String stream : List.of("a-1", "a-2", "b-1")) {
        var state = Payload.json("{}");
        each.save(new Snapshot(stream, new Revision(0), Event.newId(), "shape", state));
      }
      assertThat(each.streams("a-")).containsExactlyInAnyOrder("a-1", "a-2");
      each.delete("a-1");
      assertThat(each.streams("")).containsExactlyInAnyOrder("a-2", "b-1");
      assertThat(each.streams("A")).isEmpty();
    }
  }

  @Test
  void snapshotsInTheEventStore() {
    var inStore = new EventStoreSnapshots(store);
    var accounts = accounts(state, inStore);
    openWithDeposits(accounts, 34);

    assertThat(inStore.latest("account-1").orElseThrow().state())
        .isEqualTo(state.encode(new Account("Ada", new BigDecimal(29), Account.Status.OPEN)));
    assertThat(inStore.latest("account-2")).isEmpty();
    var kept = store.read(Query.category("snapshot:account")).toList();
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().stream()).isEqualTo("snapshot:account-1");
    assertThat(kept.getFirst().revision()).isEqualTo(new Revision(2));
    assertThat(kept.getFirst().metadata().text())
        .matches("\\{\"revision\":29,\"eventId\":\"[0-9a-f-]{36}\",\"shape\":\"1:[0-9a-f]{32}\"}");

    var reopened = accounts(state, new EventStoreSnapshots(store));
    decodes.reset();
    assertThat(reopened.stateOf("1").balance()).isEqualTo(new BigDecimal(34));
    assertThat(decodes.count()).isEqualTo(5);

    store.append("snapshot:account-1", ExpectedRevision.any(), Event.json("Forged", "{}"));
    assertThat(reopened.stateOf("1").balance()).isEqualTo(new BigDecimal(34));
  }

  @Test
  void cachedStatesStartWithTheSnapshotAndStayCurrent() {
    openWithDeposits(accounts(state, snapshots), 24);
    var cached =
        CommandHandler.of("account", Account.DECIDER, decodes.codec())
            .cachedStates(1)
            .snapshots(10, state, snapshots)
            .on(store);
    var other = CommandHandler.of("account", Account.DECIDER, codec).on(store);

    decodes.reset();
    cached.handle("1", new Deposit(BigDecimal.ONE));
    assertThat(decodes.count()).isEqualTo(5);
    cached.handle("1", new Deposit(BigDecimal.ONE));
    assertThat(decodes.count()).isEqualTo(5);
    other.handle("1", new Deposit(BigDecimal.ONE));
    assertThat(cached.stateOf("1").balance()).isEqualTo(new BigDecimal(27));
    assertThat(decodes.count()).isEqualTo(6);
    cached.handle("2", new Open("Bob"));
    decodes.reset();
    assertThat(cached.stateOf("1").balance()).isEqualTo(new BigDecimal(27));
    assertThat(decodes.count()).as("evicted, so read from the snapshot on").isPositive();
  }

  @Test
  void aCachedStateIsNotTrustedAfterADelete() {
    var cached = CommandHandler.of("account", Account.DECIDER, codec).cachedStates(10).on(store);
    openWithDeposits(cached, 3);
    store.delete("account-1", ExpectedRevision.exists());

    assertThat(cached.stateOf("1")).isEqualTo(Account.NONE);
    cached.handle("1", new Open("Bob"));
    assertThat(cached.stateOf("1").owner()).isEqualTo("Bob");
    assertThat(cached.handle("1", new Deposit(BigDecimal.TWO)).state().balance())
        .isEqualTo(BigDecimal.TWO);
  }

  /** A codec that counts what it decodes. */
  private static final class Decodes {
    private final Codec<Account.Event> codec;
    private int count;

    Decodes(Codec<Account.Event> codec) {
      this.codec = codec;
    }

    void reset() {
      count = 0;
    }

    int count() {
      return count;
    }

    Codec<Account.Event> codec() {
      return new ForwardingCodec<>(codec) {
        @Override
        public List<Account.Event> decode(RecordedEvent stored) {
          count++;
          return super.decode(stored);
        }
      };
    }
  }
}
