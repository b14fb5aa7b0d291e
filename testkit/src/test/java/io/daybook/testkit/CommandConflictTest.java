package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.UnknownEventTypeException;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Outcome;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.TooManyConflictsException;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.StreamTombstonedException;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account.Command.Close;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Event.Deposited;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that get in each other's way, come twice, or meet a store in trouble. */
@Timeout(120)
final class CommandConflictTest {
  private static final int THREADS = 32;

  private final EventStore store = new InMemoryStore();
  private final JsonCodec<Account.Event> codec = JsonCodec.of(Account.Event.class);

  @AfterEach
  void closeStore() {
    store.close();
  }

  private CommandHandler.Builder<Account.Command, Account.Event, Account> handler() {
    return CommandHandler.of("account", Account.DECIDER, codec);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLostBetweenManyThreadsOnOneStream(boolean cached) throws Exception {
    var accounts = (cached ? handler().cachedStates(10) : handler()).on(store);
    accounts.handle("1", new Open("Ada"));

    var outcomes =
        inParallel(
            THREADS,
            () -> {
              var own = new ArrayList<Outcome<Account.Event, Account>>();
              for (int i = 0; i < 15; i++) {
                own.add(accounts.handle("1", new Deposit(BigDecimal.ONE)));
              }
              return own;
            });

    int deposits = THREADS * 15;
    var revisions = new HashSet<Revision>();
    var balances = new HashSet<BigDecimal>();
    outcomes.forEach(own ->
        own.forEach(outcome -> {
          revisions.add(outcome.revision().orElseThrow());
          balances.add(outcome.state().balance());
        }));
    assertThat(revisions).as("each outcome has a revision of its own").hasSize(deposits);
    assertThat(balances).as("each decision saw all before it").hasSize(deposits);
    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(deposits));
    assertThat(store.head().value()).isEqualTo(deposits);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStormOfTheSameCommandHasOneOutcome(boolean cached) throws Exception {
    var accounts = (cached ? handler().cachedStates(10) : handler()).on(store);
    for (int round = 0; round < 20; round++) {
      String id = "" + round;
      accounts.handle(id, new Open("Ada"));
      accounts.handle(id, new Deposit(BigDecimal.TEN));
      var outcomes =
          inParallel(THREADS, () -> accounts.handle(id, new Close(), "close-" + id).toString());

      assertThat(outcomes.stream().map(o -> o.replace("repeated, ", "")))
          .containsOnly(outcomes.get(0).replace("repeated, ", ""));
      assertThat(accounts.stateOf(id).status()).isEqualTo(Account.Status.CLOSED);
      assertThat(store.read(Query.stream("account-" + id)).toList()).hasSize(4);
    }
  }

  @Test
  void aStormOfDifferentCommandsUnderTheSameIdKeepsOneAndItsTruth() throws Exception {
    var accounts = handler().cachedStates(10).on(store);
    accounts.handle("1", new Open("Ada"));
    var amounts = new AtomicInteger();
    inParallel(
        THREADS,
        () -> accounts.handle("1", new Deposit(new BigDecimal(amounts.incrementAndGet())), "d"));

    var stored = store.read(Query.types("Deposited")).toList();
    assertThat(stored).hasSize(1);
    BigDecimal amount = ((Deposited) codec.decode(stored.getFirst()).getFirst()).amount();
    assertThat(accounts.stateOf("1").balance()).isEqualTo(amount);
    assertThat(accounts.handle("1", new Deposit(BigDecimal.ZERO), "d").events())
        .containsExactly(new Deposited(amount));
  }

  @Test
  void anotherWriterOfTheStreamLeadsToANewDecision() {
    var competitor = handler().on(store);
    var interfering = new AtomicInteger(3);
    var accounts =
        handler()
            .cachedStates(10)
            .on(
                new ForwardingStore(store) {
                  @Override
                  public AppendResult append(Append append) {
                    if (interfering.getAndDecrement() > 0) {
                      competitor.handle("1", new Deposit(BigDecimal.ONE));
                    }
                    return super.append(append);
                  }
                });
    competitor.handle("1", new Open("Ada"));

    var outcome = accounts.handle("1", new Deposit(BigDecimal.TEN));
    assertThat(outcome.state().balance()).isEqualTo(new BigDecimal(13));
    assertThat(outcome.revision()).contains(new Revision(4));
  }

  @Test
  void tooManyConflictsAreReported() {
    var attempts = new AtomicInteger();
    var accounts =
        handler()
            .retrying(new Retry(4, Duration.ofNanos(1), Duration.ofNanos(10)))
            .on(
                new ForwardingStore(store) {
                  @Override
                  public AppendResult append(Append append) {
                    attempts.incrementAndGet();
                    throw new RevisionConflictException("account-1", ExpectedRevision.any(), null);
                  }
                });

    assertThatThrownBy(() -> accounts.handle("1", new Open("Ada")))
        .isInstanceOfSatisfying(
            TooManyConflictsException.class, e -> assertThat(e.attempts()).isEqualTo(4))
        .hasMessageContaining("account-1")
        .hasMessageContaining("4 attempts")
        .hasCauseInstanceOf(RevisionConflictException.class);
    assertThat(attempts).hasValue(4);
  }

  @Test
  void anInterruptEndsThePauses() throws Exception {
    var accounts =
        handler()
            .retrying(new Retry(Integer.MAX_VALUE, Duration.ofDays(1), Duration.ofDays(1)))
            .on(
                new ForwardingStore(store) {
                  @Override
                  public AppendResult append(Append append) {
                    throw new RevisionConflictException("account-1", ExpectedRevision.any(), null);
                  }
                });
    var failure = new AtomicReference<Throwable>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                accounts.handle("1", new Open("Ada"));
              } catch (TooManyConflictsException e) {
                failure.set(Thread.currentThread().isInterrupted() ? e : null);
              }
            });
    thread.interrupt();
    thread.join();

    assertThat(failure.get()).isInstanceOf(TooManyConflictsException.class);
  }

  @Test
  void aCommandWhoseAnswerWasLostIsSafeToSendAgain() {
    var lose = new AtomicInteger(1);
    var accounts =
        handler()
            .cachedStates(10)
            .on(
                new ForwardingStore(store) {
                  @Override
                  public AppendResult append(Append append) {
                    AppendResult result = super.append(append);
                    if (lose.getAndDecrement() > 0) {
                      throw new EventStoreFailedException("the connection broke", null, true);
                    }
                    return result;
                  }
                });

    assertThatThrownBy(() -> accounts.handle("1", new Open("Ada"), "open-1"))
        .isInstanceOf(EventStoreFailedException.class);
    assertThat(accounts.handle("1", new Open("Ada"), "open-1").repeated()).isTrue();
    assertThat(store.head().value()).isZero();
  }

  @Test
  void anOutcomeSurvivesTheHandler() {
    var first = handler().on(store).handle("1", new Open("Ada"), "open-1");
    var again = handler().on(store).handle("1", new Open("Somebody else"), "open-1");

    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(first.events());
    assertThat(again.state()).isEqualTo(first.state());
  }

  @Test
  void anOutcomeThatIsHiddenStillCounts() {
    var accounts = handler().on(store);
    accounts.handle("1", new Open("Ada"), "open-1");
    accounts.handle("1", new Deposit(BigDecimal.ONE), "deposit-1");
    store.changeSettings(
        "account-1", ExpectedRevision.exists(), StreamSettings.none().withMaxCount(1));
    store.append(
        "account-1",
        ExpectedRevision.any(),
        codec.encode(Event.newId(), new Deposited(BigDecimal.TEN), Audit.none()));

    // only the last event is visible: an account that was never opened, with ten in it
    var again = accounts.handle("1", new Open("Ada"), "open-1");
    assertThat(again.repeated()).isTrue();
    assertThat(store.streamInfo("account-1").orElseThrow().lastRevision())
        .contains(new Revision(2));
  }

  @Test
  void anUnknownEventTypeFailsTheFoldByName() {
    store.append("account-1", ExpectedRevision.any(), Event.json("Audited", "{}"));
    var accounts = handler().on(store);

    assertThatThrownBy(() -> accounts.handle("1", new Open("Ada")))
        .isInstanceOf(UnknownEventTypeException.class)
        .hasMessageContaining("Audited")
        .hasMessageContaining("account-1");
    assertThatThrownBy(() -> accounts.stateOf("1")).isInstanceOf(UnknownEventTypeException.class);
  }

  @Test
  void aStreamWhoseEventsAreAllHiddenGoesOn() {
    var accounts = handler().on(store);
    accounts.handle("1", new Open("Ada"));
    store.changeSettings(
        "account-1",
        ExpectedRevision.exists(),
        StreamSettings.none().withTruncateBefore(new Revision(1)));

    assertThat(accounts.stateOf("1")).isEqualTo(Account.NONE);
    assertThat(accounts.handle("1", new Open("Bob")).revision()).contains(new Revision(1));
  }

  @Test
  void aTombstonedStreamTakesNothing() {
    var accounts = handler().on(store);
    accounts.handle("1", new Open("Ada"));
    store.tombstone("account-1", ExpectedRevision.exists());

    assertThatThrownBy(() -> accounts.handle("1", new Open("Bob")))
        .isInstanceOf(StreamTombstonedException.class);
  }

  @Test
  void statesOfThePast() {
    var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    InstantSource clock = now::get;
    try (var clocked = InMemoryStore.with(clock)) {
      var accounts = handler().cachedStates(10).on(clocked);
      accounts.handle("1", new Open("Ada"));
      now.set(Instant.parse("2026-02-01T00:00:00Z"));
      var february = accounts.handle("1", new Deposit(BigDecimal.ONE));
      now.set(Instant.parse("2026-03-01T00:00:00Z"));
      accounts.handle("1", new Deposit(BigDecimal.TEN));

      assertThat(accounts.stateAsOf("1", Instant.parse("2025-12-31T00:00:00Z")))
          .isEqualTo(Account.NONE);
      assertThat(accounts.stateAsOf("1", Instant.parse("2026-02-01T00:00:00Z")).balance())
          .isEqualTo(BigDecimal.ONE);
      assertThat(accounts.stateAsOf("1", february.position()).balance()).isEqualTo(BigDecimal.ONE);
      assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(11));
      try (var past = accounts.history("1", r -> r.asOf(february.position()).inReverse())) {
        assertThat(past.stream().map(e -> e.revision().value())).containsExactly(1L, 0L);
      }
    }
  }

  @Test
  void aHandlerIsBuiltOfSenseOnly() {
    assertThatThrownBy(() -> CommandHandler.of("my-account", Account.DECIDER, codec))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CommandHandler.of(" ", Account.DECIDER, codec))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> handler().cachedStates(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Retry(0, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Retry.standard().withAttempts(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static <R> List<R> inParallel(int threads, Callable<R> work)
      throws InterruptedException, ExecutionException {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<R>>();
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(work));
      }
      var results = new ArrayList<R>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
