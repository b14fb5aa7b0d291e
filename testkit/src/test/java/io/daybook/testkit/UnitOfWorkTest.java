package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.CommandIdReusedException;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.TooManyConflictsException;
import io.daybook.eventsourcing.decider.Unit;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.decider.UnitOutcome;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.FillUpTo;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Command.Withdraw;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class UnitOfWorkTest {
  /** A transfer record: written once. */
  record Transferred(String from, String to, BigDecimal amount) {}

  private static final Decider<Transferred, Transferred, Boolean> TRANSFER =
      Decider.of(
          false,
          (command, done) -> {
            if (done) {
              throw new Rejected("transfer exists");
            }
            return List.of(command);
          },
          (_, _) -> true);

  private final EventStore store = new InMemoryStore();
  private final Codec<Account.Event> codec = JsonCodec.of(Account.Event.class);
  private final CommandHandler<Account.Command, Account.Event, Account> accounts =
      CommandHandler.of("account", Account.DECIDER, codec).cachedStates(100).on(store);
  private final CommandHandler<Transferred, Transferred, Boolean> transfers =
      CommandHandler.of("transfer", TRANSFER, JsonCodec.of(Transferred.class)).on(store);
  private final UnitOfWork units = UnitOfWork.on(store);

  @BeforeEach
  void openAccounts() {
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur("100")));
    accounts.handle("2", new Open("Bob"));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void transfer(Unit unit, String transfer, String from, String to, BigDecimal amount) {
    unit.handle(accounts, from, new Withdraw(amount));
    unit.handle(accounts, to, new Deposit(amount));
    unit.handle(transfers, transfer, new Transferred(from, to, amount));
  }

  @Test
  void severalStreamsAreWrittenInOneAppend() {
    UnitOutcome outcome =
        Audit.by("ada")
            .call(() -> units.run("t-77", unit -> transfer(unit, "77", "1", "2", eur("30"))));

    assertThat(outcome.lastRevisions())
        .isEqualTo(
            Map.of(
                "account-1", new Revision(2),
                "account-2", new Revision(1),
                "transfer-77", new Revision(0)));
    assertThat(outcome.position()).isEqualTo(new Position(5));
    assertThat(outcome.eventCount()).isEqualTo(3);
    assertThat(accounts.stateOf("1").balance()).isEqualTo(eur("70"));
    assertThat(accounts.stateOf("2").balance()).isEqualTo(eur("30"));
    var written = store.read(Query.tags(Audit.commandTag("t-77"))).toList();
    assertThat(written).hasSize(3);
    assertThat(written).allSatisfy(e -> assertThat(codec.audit(e).actor()).contains("ada"));
    assertThat(written.stream().map(e -> e.recordedAt()).distinct()).hasSize(1);
  }

  @Test
  void aRefusalOfOneWritesNothing() {
    Position before = store.head();

    assertThatThrownBy(() -> units.run("t-77", unit -> transfer(unit, "77", "1", "3", eur("30"))))
        .isInstanceOf(Rejected.class)
        .hasMessage("account not open");
    assertThat(store.head()).isEqualTo(before);
    assertThat(accounts.stateOf("1").balance()).isEqualTo(eur("100"));
  }

  @Test
  void aRepeatedUnitReturnsItsFirstOutcomeAndIsNotDoneAgain() {
    UnitOutcome first = units.run("t-77", unit -> transfer(unit, "77", "1", "2", eur("30")));
    accounts.handle("1", new Withdraw(eur("70")));

    UnitOutcome again = units.run("t-77", unit -> transfer(unit, "77", "1", "2", eur("30")));

    assertThat(again.repeated()).isTrue();
    assertThat(again.lastRevisions()).isEqualTo(first.lastRevisions());
    assertThat(again.position()).isEqualTo(first.position());
    assertThat(again.eventCount()).isEqualTo(3);
    assertThat(accounts.stateOf("2").balance()).isEqualTo(eur("30"));
  }

  @Test
  void commandsSeeWhatThoseBeforeThemLedTo() {
    units.run(unit -> {
      assertThat(unit.handle(accounts, "1", new Withdraw(eur("60"))).balance())
          .isEqualTo(eur("40"));
      assertThatThrownBy(() -> unit.handle(accounts, "1", new Withdraw(eur("60"))))
          .isInstanceOf(Rejected.class);
      unit.handle(accounts, "1", new Withdraw(eur("40")));
      assertThat(unit.state(accounts, "1").balance()).isEqualTo(eur("0"));
    });

    assertThat(accounts.stateOf("1").balance()).isEqualTo(eur("0"));
    assertThat(store.head()).isEqualTo(new Position(4));
  }

  @Test
  void aStateThatWasOnlyReadMustNotChangeMeanwhile() {
    var runs = new AtomicInteger();
    units.run(unit -> {
      BigDecimal ofAda = unit.state(accounts, "1").balance();
      if (runs.incrementAndGet() == 1) {
        accounts.handle("1", new Deposit(eur("1")));
      }
      unit.handle(accounts, "2", new Deposit(ofAda));
    });

    assertThat(runs).hasValue(2);
    assertThat(accounts.stateOf("2").balance()).isEqualTo(eur("101"));
  }

  @Test
  void aBatchOfCommandsWithTheirOwnIdsHandlesEachOnce() {
    accounts.handle("2", new Deposit(eur("5")), "row-2");
    for (int run = 0; run < 2; run++) {
      UnitOutcome outcome =
          units.run(unit -> {
            unit.handle(accounts, "1", new Deposit(eur("1")), "row-1");
            unit.handle(accounts, "2", new Deposit(eur("5")), "row-2");
            unit.handle(accounts, "1", new Deposit(eur("2")), "row-3");
            unit.handle(accounts, "1", new Deposit(eur("2")), "row-3");
            unit.handle(accounts, "1", new FillUpTo(eur("2")), "row-4");
          });
      assertThat(outcome.eventCount()).isEqualTo(run == 0 ? 2 : 0);
    }
    assertThat(accounts.stateOf("1").balance()).isEqualTo(eur("103"));
    assertThat(accounts.stateOf("2").balance()).isEqualTo(eur("5"));
    assertThat(accounts.handle("1", new Deposit(eur("2")), "row-3").repeated()).isTrue();
    assertThatThrownBy(
            () -> units.run(u -> u.handle(accounts, "2", new Deposit(eur("1")), "row-1")))
        .isInstanceOf(CommandIdReusedException.class);
  }

  @Test
  void aCommandIdOfAnotherStreamInTheSameUnitIsRefused() {
    Position before = store.head();

    assertThatThrownBy(() ->
            units.run(unit -> {
              unit.handle(accounts, "1", new Deposit(eur("1")), "row-5");
              unit.handle(accounts, "2", new Deposit(eur("1")), "row-5");
            }))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("row-5")
        .hasMessageContaining("account-1")
        .hasMessageContaining("account-2");
    assertThat(store.head()).isEqualTo(before);
  }

  @Test
  void plainEventsAndConditionsJoinTheAppend() {
    var note = Event.json("Noted", "{}").withTags("note:1");
    units.run(
        "n-1",
        unit -> {
          unit.handle(accounts, "2", new Deposit(eur("1")));
          unit.append("note-1", ExpectedRevision.noStream(), List.of(note));
          unit.unless(AppendCondition.failIfMatches(Query.tags("note:1")));
        });
    assertThat(store.read(Query.stream("note-1")).toList()).hasSize(1);

    assertThatThrownBy(() ->
            units
                .retrying(Retry.never())
                .run(unit -> {
                  unit.handle(accounts, "2", new Deposit(eur("1")));
                  unit.unless(AppendCondition.failIfMatches(Query.tags("note:1")));
                }))
        .isInstanceOf(TooManyConflictsException.class)
        .hasMessageContaining("1 attempt")
        .hasMessageContaining("note:1");
    assertThat(accounts.stateOf("2").balance()).isEqualTo(eur("1"));
  }

  @Test
  void aRepeatedUnitReportsItsPlainEventsToo() {
    var note = Event.json("Noted", "{}").withTags("note:1");
    UnitOutcome first =
        units.run(
            "n-1",
            unit -> {
              unit.append("note-1", ExpectedRevision.noStream(), List.of(note, note));
              unit.handle(accounts, "2", new Deposit(eur("1")));
              unit.append("note-2", ExpectedRevision.any(), List.of(note));
            });

    UnitOutcome again = units.run("n-1", _ -> {});

    assertThat(first.eventCount()).isEqualTo(4);
    assertThat(again).isEqualTo(new UnitOutcome(first.lastRevisions(), first.position(), 4, true));
    assertThat(again.lastRevisions()).containsOnlyKeys("note-1", "account-2", "note-2");
    assertThat(store.read(Query.tags("note:1")).toList())
        .hasSize(3)
        .allSatisfy(e -> assertThat(e.tags()).containsExactly("note:1", "$command:n-1"));
  }

  @Test
  void aUnitThatDecidesNothingWritesNothing() {
    UnitOutcome outcome = units.run("x", u -> u.handle(accounts, "1", new FillUpTo(eur("1"))));

    assertThat(outcome).isEqualTo(new UnitOutcome(Map.of(), Position.BEFORE_FIRST, 0, false));
  }

  @Test
  void misuseIsRefused() {
    var kept = new AtomicReference<Unit>();
    units.run(kept::set);
    assertThatThrownBy(() -> kept.get().state(accounts, "1"))
        .isInstanceOf(IllegalStateException.class);

    try (var otherStore = new InMemoryStore()) {
      var elsewhere = CommandHandler.of("account", Account.DECIDER, codec).on(otherStore);
      assertThatThrownBy(() -> units.run(unit -> unit.state(elsewhere, "1")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another store");
    }
    var second = CommandHandler.of("account", Account.DECIDER, codec).on(store);
    assertThatThrownBy(() ->
            units.run(unit -> {
              unit.state(accounts, "1");
              unit.state(second, "1");
            }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another handler");
    assertThatThrownBy(() -> units.run("id", u -> u.handle(accounts, "1", new Open("x"), "other")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() ->
            units.run(unit -> {
              unit.state(accounts, "1");
              unit.append("account-1", ExpectedRevision.any(), List.of());
            }))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void concurrentTransfersConserveMoneyAndHappenOnce() {
    int people = 5;
    for (int i = 1; i <= people; i++) {
      String id = "p" + i;
      accounts.handle(id, new Open(id));
      accounts.handle(id, new Deposit(eur("1000")));
    }
    var transferred = new AtomicInteger();
    var work =
        IntStream.range(0, 32)
            .mapToObj(thread ->
                CompletableFuture.runAsync(
                    () -> {
                      var random = new Random(thread);
                      for (int n = 0; n < 20; n++) {
                        // two threads send each transfer
                        String id = thread / 2 + "-" + n;
                        var same = new Random(id.hashCode());
                        int from = same.nextInt(people);
                        int to = (from + 1 + same.nextInt(people - 1)) % people;
                        var outcome =
                            units.run(
                                "t-" + id,
                                unit ->
                                    transfer(unit, id, "p" + (from + 1), "p" + (to + 1), eur("1")));
                        transferred.addAndGet(outcome.repeated() ? 0 : 1);
                        if (random.nextInt(8) == 0) {
                          accounts.handle("p" + (from + 1), new Deposit(eur("0")));
                        }
                      }
                    },
                    Thread.ofVirtual()::start))
            .toList();
    work.forEach(CompletableFuture::join);

    assertThat(transferred).hasValueGreaterThanOrEqualTo(16 * 20);
    BigDecimal total = eur("0");
    for (int i = 1; i <= people; i++) {
      total = total.add(accounts.stateOf("p" + i).balance());
    }
    assertThat(total).isEqualTo(eur("5000"));
    assertThat(store.read(Query.category("transfer")).toList()).hasSize(16 * 20);
  }

  private static BigDecimal eur(String amount) {
    return new BigDecimal(amount);
  }
}
