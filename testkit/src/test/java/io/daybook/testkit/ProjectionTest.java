package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionTimeoutException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Command.Withdraw;
import io.daybook.testkit.Account.Event.Deposited;
import io.daybook.testkit.Account.Event.Movement;
import io.daybook.testkit.Account.Event.Opened;
import io.daybook.testkit.Account.Event.Withdrawn;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProjectionTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final EventStore store = new InMemoryStore();
  private final Codec<Account.Event> codec = JsonCodec.of(Account.Event.class);
  private final CommandHandler<Account.Command, Account.Event, Account> accounts =
      CommandHandler.of("account", Account.DECIDER, codec).on(store);

  /** All money, as a value that handlers replace. */
  private final Projection<BigDecimal> total =
      Projection.named("total", () -> BigDecimal.ZERO)
          .reading(codec, "account")
          .on(Deposited.class, (sum, e) -> sum.add(e.event().amount()))
          .on(Withdrawn.class, (sum, e) -> sum.subtract(e.event().amount()));

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void aReadModelCatchesUpAndFollows() {
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur("10")));

    try (ReadModel<BigDecimal> model = total.follow(store)) {
      model.awaitHead();
      assertThat(model.current()).isEqualTo(eur("10"));

      accounts.handle("1", new Deposit(eur("5")));
      var outcome = accounts.handle("1", new Withdraw(eur("1")));
      model.await(outcome.position(), SOON);
      assertThat(model.current()).isEqualTo(eur("14"));
      assertThat(model.position()).isEqualTo(outcome.position());
      assertThat(model.checkpoint()).isEqualTo(store.checkpointAt(outcome.position()));
      assertThat(model.lag()).isZero();
    }
  }

  @Test
  void whatDoesNotConcernAProjectionIsNotWaitedFor() {
    try (ReadModel<BigDecimal> model = total.follow(store)) {
      model.awaitHead();
      for (int i = 0; i < 10; i++) {
        store.append("other-1", ExpectedRevision.any(), Event.json("Deposited", "{}"));
        model.awaitHead(SOON);
      }
      assertThat(model.current()).isEqualTo(eur("0"));
      assertThat(model.lag()).isZero();
    }
  }

  @Test
  void anEventIsGivenToEveryHandlerOfItsClassesInOrder() {
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(eur("10")));

    List<String> seen =
        Projection.named("seen", () -> List.<String>of())
            .reading(codec)
            .on(Movement.class, (view, e) -> plus(view, "movement " + e.event().amount()))
            .on(Deposited.class, (view, e) -> plus(view, "deposited in " + e.streamId()))
            .on(Account.Event.class, (view, e) -> plus(view, "any at " + e.position()))
            .fold(store);

    assertThat(seen).containsExactly("any at 0", "movement 10", "deposited in 1", "any at 1");
  }

  @Test
  void aViewThatHandlersChangeIsReadByQuery() {
    Projection<Map<String, BigDecimal>> balances =
        Projection.named(
                "balances", () -> (Map<String, BigDecimal>) new HashMap<String, BigDecimal>())
            .reading(codec)
            .update(
                Deposited.class,
                (view, e) -> view.merge(e.streamId(), e.event().amount(), BigDecimal::add));
    accounts.handle("1", new Open("Ada"));
    accounts.handle("2", new Open("Bob"));

    try (var model = balances.follow(store);
        var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        String id = i % 2 == 0 ? "1" : "2";
        writers.execute(() -> accounts.handle(id, new Deposit(eur("1"))));
      }
      for (int i = 0; i < 1_000; i++) {
        assertThat(model.<Integer>query(view -> new HashMap<>(view).size())).isBetween(0, 2);
      }
      writers.shutdown();
      assertThat(awaitTermination(writers)).isTrue();
      model.awaitHead();
      assertThat(model.<Map<String, BigDecimal>>query(Map::copyOf))
          .isEqualTo(Map.of("1", eur("100"), "2", eur("100")));
    }
  }

  @Test
  void unknownTypesArePassedOverAndCounted() {
    accounts.handle("1", new Open("Ada"));
    store.append("account-1", ExpectedRevision.any(), Event.json("Audited", "{}"));
    accounts.handle("2", new Open("Bob"));
    accounts.handle("2", new Deposit(eur("3")));

    try (var model = total.from(Query.category("account")).follow(store)) {
      model.awaitHead();
      assertThat(model.current()).isEqualTo(eur("3"));
      assertThat(model.unknownEvents()).isEqualTo(1);
    }
  }

  @Test
  void aFailureReachesThoseWhoWait() throws Exception {
    var reached = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var failing =
        Projection.named("failing", () -> 0)
            .reading(codec)
            .on(Opened.class, (count, _) -> count + 1)
            .on(
                Deposited.class,
                (_, _) -> {
                  reached.countDown();
                  awaitLatch(released);
                  throw new IllegalStateException("handler broke");
                });
    try (var model = failing.follow(store)) {
      accounts.handle("1", new Open("Ada"));
      accounts.handle("1", new Deposit(eur("3")));
      reached.await();
      var waiter = CompletableFuture.runAsync(model::awaitHead, Thread.ofVirtual()::start);
      released.countDown();

      assertThatThrownBy(waiter::get)
          .hasCauseInstanceOf(ProjectionFailedException.class)
          .rootCause()
          .hasMessage("handler broke");
      assertThatThrownBy(() -> model.await(new Position(1), SOON))
          .isInstanceOf(ProjectionFailedException.class);
      assertThat(model.status()).isEqualTo(ReadModel.Status.FAILED);
      assertThat(model.failure().orElseThrow())
          .hasMessageContaining("failing")
          .hasMessageContaining("position 1")
          .hasMessageContaining("Deposited")
          .hasMessageContaining("account-1");
      assertThat(model.failure().orElseThrow().event().orElseThrow().type()).isEqualTo("Deposited");
      assertThat(model.current()).isEqualTo(1);
    }
  }

  @Test
  void anUndecodableEventIsAFailure() {
    store.append("account-1", ExpectedRevision.any(), Event.json("Deposited", "{\"amout\":1}"));

    assertThatThrownBy(() -> total.fold(store))
        .isInstanceOf(ProjectionFailedException.class)
        .hasMessageContaining("amount");
    try (var model = total.follow(store)) {
      assertThatThrownBy(model::awaitHead).isInstanceOf(ProjectionFailedException.class);
    }
  }

  @Test
  void aRebuildRepairsAndServesMeanwhile() {
    var broken = new AtomicBoolean(true);
    var counting =
        Projection.named("counting", () -> 0)
            .reading(codec)
            .on(
                Opened.class,
                (count, _) -> {
                  if (broken.get() && count == 1) {
                    throw new IllegalStateException("handler broke");
                  }
                  return count + 1;
                });
    accounts.handle("1", new Open("Ada"));
    accounts.handle("2", new Open("Bob"));

    try (var model = counting.follow(store)) {
      assertThatThrownBy(model::awaitHead).isInstanceOf(ProjectionFailedException.class);
      assertThatThrownBy(model::rebuild).isInstanceOf(ProjectionFailedException.class);
      assertThat(model.current()).isEqualTo(1);

      broken.set(false);
      model.rebuild();
      assertThat(model.current()).isEqualTo(2);
      assertThat(model.failure()).isEmpty();
      accounts.handle("3", new Open("Eve"));
      model.awaitHead();
      assertThat(model.current()).isEqualTo(3);
    }
  }

  @Test
  void waitersSurviveARebuild() throws Exception {
    accounts.handle("1", new Open("Ada"));
    try (var model = total.follow(store)) {
      model.awaitHead();
      var waiter =
          CompletableFuture.runAsync(
              () -> model.await(new Position(1), SOON), Thread.ofVirtual()::start);
      model.rebuild();
      accounts.handle("1", new Deposit(eur("3")));
      waiter.get(30, TimeUnit.SECONDS);
      assertThat(model.current()).isEqualTo(eur("3"));
    }
  }

  @Test
  void waitingEndsInTime() {
    try (var model = total.follow(store)) {
      assertThatThrownBy(() -> model.await(new Position(7), Duration.ofMillis(20)))
          .isInstanceOf(ProjectionTimeoutException.class)
          .hasMessageContaining("total")
          .hasMessageContaining("7");
    }
  }

  @Test
  void closingEndsWaiting() {
    ReadModel<BigDecimal> model = total.follow(store);
    var waiter =
        CompletableFuture.runAsync(
            () -> model.await(new Position(7), SOON), Thread.ofVirtual()::start);
    model.close();
    assertThatThrownBy(waiter::get).hasCauseInstanceOf(ProjectionClosedException.class);
    assertThatThrownBy(model::rebuild).isInstanceOf(ProjectionClosedException.class);
    assertThat(model.status()).isEqualTo(ReadModel.Status.CLOSED);
  }

  @Test
  void closingTheStoreEndsWaiting() {
    try (var model = total.follow(store)) {
      model.awaitHead();
      var waiter =
          CompletableFuture.runAsync(
              () -> model.await(new Position(7), SOON), Thread.ofVirtual()::start);
      store.close();
      assertThatThrownBy(waiter::get).hasCauseInstanceOf(ProjectionClosedException.class);
    }
  }

  @Test
  void foldingAsOfThePast() {
    accounts.handle("1", new Open("Ada"));
    Position afterFirst = accounts.handle("1", new Deposit(eur("10"))).position();
    accounts.handle("1", new Deposit(eur("5")));

    assertThat(total.fold(store)).isEqualTo(eur("15"));
    assertThat(total.foldAsOf(store, afterFirst)).isEqualTo(eur("10"));
    assertThat(total.foldAsOf(store, new Position(0))).isEqualTo(eur("0"));
  }

  @Test
  void aHandlerForWhatNoCodecKnowsIsRefused() {
    assertThatThrownBy(() -> total.on(String.class, (view, _) -> view).follow(store))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("java.lang.String");
    assertThatThrownBy(() -> Projection.named("empty", () -> 0).reading(codec).fold(store))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no handler");
  }

  @Test
  void manyWritersAndManyWaiters() {
    accounts.handle("1", new Open("Ada"));
    try (var model = total.follow(store);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 64; i++) {
        done.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int n = 0; n < 20; n++) {
                    var outcome = accounts.handle("1", new Deposit(eur("1")));
                    model.await(outcome.position(), SOON);
                    assertThat(model.position()).isGreaterThanOrEqualTo(outcome.position());
                  }
                },
                threads));
      }
      done.forEach(CompletableFuture::join);
      assertThat(model.current()).isEqualTo(eur("1280"));
    }
  }

  private static List<String> plus(List<String> list, String next) {
    var all = new ArrayList<>(list);
    all.add(next);
    return all;
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean awaitTermination(ExecutorService threads) {
    try {
      return threads.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BigDecimal eur(String amount) {
    return new BigDecimal(amount);
  }
}
