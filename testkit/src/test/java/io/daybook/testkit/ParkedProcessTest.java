package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ParkedInstance;
import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Fulfilment.OrderCommand.Pay;
import io.daybook.testkit.Fulfilment.OrderCommand.Place;
import io.daybook.testkit.Fulfilment.StockCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of instances that could not deal with something. */
@Timeout(60)
final class ParkedProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Retry ONCE = new Retry(1, Duration.ZERO, Duration.ZERO);

  private static final Logger LOGS = Logger.getLogger("io.daybook.eventsourcing.process");

  private final EventStore store = new InMemoryStore();

  @BeforeAll
  static void hush() {
    // failures are what this is about
    LOGS.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOGS.setLevel(null);
  }

  /** A store that dies after so many appends. */
  private static final class DyingStore extends ForwardingStore {
    private int appendsToLive;

    DyingStore(EventStore store, int appendsToLive) {
      super(store);
      this.appendsToLive = appendsToLive;
    }

    @Override
    public synchronized AppendResult append(Append append) {
      if (appendsToLive-- <= 0) {
        throw new EventStoreFailedException("dead", null);
      }
      return super.append(append);
    }
  }

  private static ProcessRunner.Builder<String> broken(EventStore store) {
    return Fulfilment.PROCESS
        .on(store)
        .sending(
            StockCommand.class,
            JsonCodec.of(StockCommand.class),
            (_, _, _) -> {
              throw new IllegalStateException("not today");
            })
        .checkpoints(Checkpoints.in(store))
        .retrying(ONCE);
  }

  private static ProcessRunner.Builder<String> whole(EventStore store) {
    return Fulfilment.runner(store, 5).checkpoints(Checkpoints.in(store)).retrying(ONCE);
  }

  /** Order 1 stands still at its placing, and has missed that it was paid. */
  private void park() {
    Fulfilment.orders(store).handle("1", new Place("pen"));
    try (var runner = broken(store).run()) {
      runner.awaitIdle(LONG);
      Fulfilment.orders(store).handle("1", new Pay());
      runner.awaitIdle(LONG);
    }
    assertThat(statusOf("1")).isEqualTo(ProcessInstance.Status.PARKED);
  }

  private ProcessInstance.Status statusOf(String id) {
    return ProcessInstance.list(store, "fulfilment").stream()
        .filter(instance -> instance.id().equals(id))
        .findAny()
        .orElseThrow()
        .status();
  }

  private int count(String type) {
    return store.read(Query.types(type)).toList().size();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aRetryThatDiesAnywhereLosesNothing(int appendsToLive) {
    park();
    var dying = new DyingStore(store, appendsToLive);
    try (var runner =
        Fulfilment.PROCESS
            .on(dying)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                Fulfilment.stock(store, 5)::handle)
            .checkpoints(Checkpoints.in(dying))
            .retrying(ONCE)
            .run()) {
      runner.awaitIdle(LONG);
      var _ = runner.retry("1");
    } catch (EventStoreFailedException _) {
      // the program is dead
    }
    try (var runner = whole(store).run()) {
      runner.awaitIdle(LONG);
      assertThat(runner.retry("1")).isTrue();
      runner.awaitIdle(LONG);
    }
    assertThat(statusOf("1")).as("it saw the payment").isEqualTo(ProcessInstance.Status.ENDED);
    assertThat(count("Reserved")).isEqualTo(1);
    assertThat(count("process:Ended")).isEqualTo(1);
  }

  @Test
  void onlyTheOneThatRunsTheProcessRetries() {
    park();
    var nobody = new NoLeases();
    try (var standby = whole(store).sharedBy(nobody, Duration.ofMillis(5)).run()) {
      assertThatThrownBy(() -> standby.retry("1"))
          .isInstanceOf(ProcessException.class)
          .hasMessageContaining("1 stays as it is")
          .hasMessageContaining("STANDING_BY");
    }
    var closed = whole(store).run();
    closed.close();
    assertThatThrownBy(() -> closed.discard("1")).hasMessageContaining("CLOSED");
    assertThat(statusOf("1")).isEqualTo(ProcessInstance.Status.PARKED);
  }

  /** Leases that another always has. */
  private static final class NoLeases implements Leases {
    @Override
    public Optional<Lease> acquire(String name) {
      return Optional.empty();
    }

    @Override
    public boolean renew(Lease lease) {
      return false;
    }

    @Override
    public void release(Lease lease) {
      // nobody has one
    }
  }

  @Test
  void aRetryBeforeTheRunnerFollowsSeesAllThatWasMissed() throws InterruptedException {
    park();
    var asked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var slow =
        new ForwardingStore(store) {
          @Override
          public Subscription subscribe(SubscriptionRequest request) {
            asked.countDown();
            awaitUninterruptibly(go);
            return super.subscribe(request);
          }
        };
    try (var runner = whole(slow).run()) {
      asked.await();
      assertThat(runner.retry("1")).isTrue();
      go.countDown();
      runner.awaitIdle(LONG);
    }
    assertThat(statusOf("1")).isEqualTo(ProcessInstance.Status.ENDED);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCommandThatIsGivenUpCountsAsRejected() {
    park();
    try (var runner = whole(store).run()) {
      runner.awaitIdle(LONG);
      ParkedInstance parked = runner.parked().getFirst();
      assertThat(parked.id()).isEqualTo("1");
      assertThat(parked.problem()).contains("not today");
      assertThat(store.find(parked.cause()).orElseThrow().type()).isEqualTo("Placed");

      assertThat(runner.discard("1")).isTrue();
      runner.awaitIdle(LONG);
      assertThat(runner.parked()).isEmpty();
      assertThat(runner.discard("1")).as("nothing to give up").isTrue();
    }
    assertThat(count("Reserved")).isZero();
    assertThat(store.read(Query.types("process:Refused")).toList().getFirst().data().text())
        .contains("\"reason\":\"discarded\"");
    assertThat(statusOf("1")).as("it saw the payment").isEqualTo(ProcessInstance.Status.ENDED);
  }

  /** Counts payments, and cannot deal with one of 13. */
  private static final ProcessManager<String> COUNTING =
      ProcessManager.named("counting", "")
          .reading(JsonCodec.of(Counted.class))
          .startedBy(
              Counted.class,
              _ -> "all",
              (_, e) -> {
                if (e.event().amount() == 13) {
                  throw new IllegalStateException("unlucky");
                }
                return List.of(Reaction.schedule("at " + e.event().amount(), Duration.ofDays(1)));
              });

  private record Counted(int amount) {}

  private void counted(int amount) {
    store.append(
        "count-1", ExpectedRevision.any(), Event.json("Counted", "{\"amount\":" + amount + "}"));
  }

  @Test
  void anEventThatIsGivenUpIsNeverSeenAgain() {
    counted(13);
    try (var runner = COUNTING.on(store).retrying(ONCE).run()) {
      runner.awaitIdle(LONG);
      counted(1);
      counted(13);
      counted(2);
      runner.awaitIdle(LONG);
      assertThat(runner.retry("all")).isFalse();
      assertThat(runner.discard("all")).as("stands still at the other one").isFalse();
      assertThat(runner.discard("all")).isTrue();
    }
    // without a checkpoint, all is read again
    try (var runner = COUNTING.on(store).retrying(ONCE).run()) {
      runner.awaitIdle(LONG);
      assertThat(runner.parked()).isEmpty();
    }
    assertThat(Timers.pending(store))
        .extracting(PendingTimer::timer)
        .containsExactly("at 1", "at 2");
  }

  @Test
  void inACopyThatLeftTheLastCauseOutNothingNewIsMissed() {
    for (int i = 1; i <= 20; i++) {
      store.append("other-1", ExpectedRevision.any(), Event.json("Other", "{}"));
    }
    counted(1);
    try (var runner = COUNTING.on(store).run()) {
      runner.awaitIdle(LONG);
    }
    var copy = new InMemoryStore();
    var _ = StoreCopy.from(store).to(copy).droppingType("Other").droppingType("Counted").run();
    copy.append("count-1", ExpectedRevision.any(), Event.json("Counted", "{\"amount\":2}"));
    try (var runner = COUNTING.on(copy).run()) {
      runner.awaitIdle(LONG);
    }
    assertThat(Timers.pending(copy))
        .extracting(PendingTimer::timer)
        .containsExactly("at 1", "at 2");
  }

  @Test
  void inACopyARetrySeesAllThatWasMissed() {
    for (int i = 1; i <= 20; i++) {
      store.append("other-1", ExpectedRevision.any(), Event.json("Other", "{}"));
    }
    park();
    var copy = new InMemoryStore();
    var _ = StoreCopy.from(store).to(copy).droppingType("Other").run();
    try (var runner = whole(copy).run()) {
      runner.awaitIdle(LONG);
      assertThat(runner.retry("1")).isTrue();
      runner.awaitIdle(LONG);
      assertThat(runner.instances().getFirst().status()).isEqualTo(ProcessInstance.Status.ENDED);
    }
  }

  @Test
  void howFarItIsBehindIsTold() throws InterruptedException {
    var handling = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var runner =
        Fulfilment.PROCESS
            .on(store)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                (_, _, _) -> {
                  handling.countDown();
                  awaitUninterruptibly(go);
                })
            .run()) {
      assertThat(runner.lag()).isZero();
      Fulfilment.orders(store).handle("1", new Place("pen"));
      handling.await();
      assertThat(runner.lag()).isPositive();
      assertThat(runner.position().value()).isEqualTo(-1);
      go.countDown();
      runner.awaitIdle(LONG);
      assertThat(runner.lag()).isZero();
      assertThat(runner.lagTime()).isZero();
      store.append("other-1", ExpectedRevision.any(), Event.json("Other", "{}"));
      assertThat(runner.lag()).as("what does not concern it").isZero();
    }
  }
}
