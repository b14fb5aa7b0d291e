package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Fulfilment.OrderCommand.Pay;
import io.daybook.testkit.Fulfilment.OrderCommand.Place;
import io.daybook.testkit.Fulfilment.OrderEvent;
import io.daybook.testkit.Fulfilment.Status;
import io.daybook.testkit.Fulfilment.StockCommand;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes and timers on a store. */
@Timeout(60)
final class ProcessRunnerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Retry IMPATIENT = new Retry(3, Duration.ZERO, Duration.ZERO);

  private final TestClock clock = new TestClock();
  private final EventStore store = InMemoryStore.with(clock);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    store.close();
  }

  private <T extends AutoCloseable> T open(T one) {
    opened.add(one);
    return one;
  }

  private void settle(Timers timers, ProcessRunner<?> runner) {
    timers.awaitFired(LONG);
    runner.awaitIdle(LONG);
  }

  private Status order(String id) {
    return Fulfilment.orders(store).stateOf(id);
  }

  @Test
  void anUnpaidOrderIsCancelledWhenItIsTimeAndNotBefore() {
    var timers = open(Timers.run(store, clock));
    var runner = open(Fulfilment.runner(store, 5).run());
    var orders = Fulfilment.orders(store);
    orders.handle("1", new Place("pen"));
    orders.handle("2", new Place("pen"));
    settle(timers, runner);
    assertThat(Fulfilment.stock(store, 5).stateOf("pen")).isEqualTo(3);
    orders.handle("2", new Pay());

    clock.advance(Duration.ofMinutes(30).minusMillis(1));
    settle(timers, runner);
    assertThat(order("1")).isEqualTo(Status.PLACED);

    clock.advance(Duration.ofMillis(1));
    settle(timers, runner);
    assertThat(order("1")).isEqualTo(Status.CANCELLED);
    assertThat(order("2")).isEqualTo(Status.PAID);
    assertThat(Fulfilment.stock(store, 5).stateOf("pen")).isEqualTo(4);
    assertThat(runner.instances())
        .extracting(ProcessInstance::id, ProcessInstance::status, ProcessInstance::openCommands)
        .containsExactly(
            tuple("1", ProcessInstance.Status.ENDED, 0),
            tuple("2", ProcessInstance.Status.ENDED, 0));
  }

  @Test
  void aTimerFiresOnceAfterARestart() {
    Checkpoints checkpoints = Checkpoints.in(store);
    try (var timers = Timers.run(store, clock);
        var runner = Fulfilment.runner(store, 5).checkpoints(checkpoints).run()) {
      Fulfilment.orders(store).handle("1", new Place("pen"));
      settle(timers, runner);
    }
    assertThat(Timers.pending(store))
        .extracting(PendingTimer::process, PendingTimer::instance, PendingTimer::timer)
        .containsExactly(tuple("fulfilment", "1", "unpaid"));
    assertThat(Timers.pending(store).getFirst().due())
        .isEqualTo(TestClock.START.plus(Duration.ofMinutes(30)));

    clock.advance(Duration.ofHours(2));
    for (int restart = 0; restart < 3; restart++) {
      try (var timers = Timers.run(store, clock);
          var runner = Fulfilment.runner(store, 5).checkpoints(checkpoints).run()) {
        settle(timers, runner);
      }
    }

    assertThat(count("Cancelled")).isEqualTo(1);
    assertThat(count("Released")).isEqualTo(1);
    assertThat(count("timer:Fired")).isEqualTo(1);
    assertThat(Timers.pending(store)).isEmpty();
  }

  @Test
  void withoutACheckpointAllIsReadAgainAndNothingHappensTwice() {
    var orders = Fulfilment.orders(store);
    for (int i = 0; i < 20; i++) {
      orders.handle("" + i, new Place("pen"));
    }
    for (int restart = 0; restart < 3; restart++) {
      try (var runner = Fulfilment.runner(store, 12).run()) {
        runner.awaitIdle(LONG);
      }
    }
    assertThat(count("Reserved")).isEqualTo(12);
    assertThat(count("Cancelled")).as("out of stock").isEqualTo(8);
    assertThat(count("Released")).isZero();
  }

  @Test
  void aCheckpointSavesTheReadingAndOneOfAnotherStoreIsPassedOver() {
    Checkpoints checkpoints = Checkpoints.in(store);
    var orders = Fulfilment.orders(store);
    for (int i = 0; i < 120; i++) {
      orders.handle("" + i, new Place("pen"));
    }
    try (var runner = Fulfilment.runner(store, 200).checkpoints(checkpoints).run()) {
      runner.awaitIdle(LONG);
    }
    Checkpoint saved = checkpoints.load("fulfilment").orElseThrow();
    assertThat(saved.position()).isGreaterThanOrEqualTo(new Position(119));

    checkpoints.save("fulfilment", new Checkpoint(UUID.randomUUID(), 0, new Position(5)));
    try (var runner = Fulfilment.runner(store, 200).checkpoints(checkpoints).run()) {
      runner.awaitIdle(LONG);
    }
    assertThat(count("Reserved")).isEqualTo(120);
  }

  @Test
  void whatFollowsIsCausedByWhatItFollowsFrom() {
    var timers = open(Timers.run(store, clock));
    var runner = open(Fulfilment.runner(store, 5).run());
    Audit.by("ada")
        .correlatedBy("call-12")
        .run(() -> Fulfilment.orders(store).handle("1", new Place("pen")));
    settle(timers, runner);
    clock.advance(Duration.ofHours(1));
    settle(timers, runner);

    RecordedEvent placed = only("Placed");
    var reserved = Fulfilment.STOCK_EVENTS.recorded(only("Reserved")).getFirst();
    assertThat(reserved.audit().causationId()).contains(placed.id().toString());
    assertThat(reserved.audit().actor()).contains("fulfilment");
    var cancelled = Fulfilment.ORDER_EVENTS.recorded(only("Cancelled")).getFirst();
    assertThat(cancelled.audit().causationId()).contains(only("timer:Fired").id().toString());
    assertThat(store.read(Query.tags(Audit.correlationTag("call-12"))).toList())
        .as("all that followed is of one conversation")
        .extracting(RecordedEvent::type)
        .contains("Placed", "Reserved", "timer:Scheduled", "timer:Fired", "Cancelled", "Released");
  }

  @Test
  void aFailingInstanceIsParkedAndTheOthersGoOn() {
    var broken = new AtomicBoolean(true);
    var seen = new CopyOnWriteArrayList<String>();
    var runner =
        open(
            Fulfilment.PROCESS
                .on(store)
                .sending(
                    Fulfilment.OrderCommand.class,
                    JsonCodec.of(Fulfilment.OrderCommand.class),
                    Fulfilment.orders(store)::handle)
                .sending(
                    StockCommand.class,
                    JsonCodec.of(StockCommand.class),
                    (id, command, commandId) -> {
                      seen.add(id);
                      if (id.equals("pen") && broken.get()) {
                        throw new IllegalStateException("the warehouse is on fire");
                      }
                      Fulfilment.stock(store, 5).handle(id, command, commandId);
                    })
                .retrying(IMPATIENT)
                .run());
    var orders = Fulfilment.orders(store);
    orders.handle("1", new Place("pen"));
    orders.handle("2", new Place("ink"));
    orders.handle("1", new Pay());
    runner.awaitIdle(LONG);

    assertThat(seen).containsOnlyOnce("ink").filteredOn("pen"::equals).hasSize(3);
    ProcessInstance parked = runner.instances().getFirst();
    assertThat(parked.status()).isEqualTo(ProcessInstance.Status.PARKED);
    assertThat(parked.problem()).contains("the warehouse is on fire");
    assertThat(parked.openCommands()).isEqualTo(1);
    assertThat(ProcessInstance.list(store, "fulfilment").get(1).status())
        .isEqualTo(ProcessInstance.Status.RUNNING);

    assertThat(runner.retry("1")).as("still broken").isFalse();
    assertThat(runner.instances().getFirst().status()).isEqualTo(ProcessInstance.Status.PARKED);

    broken.set(false);
    assertThat(runner.retry("1")).isTrue();
    runner.awaitIdle(LONG);
    assertThat(runner.instances().getFirst().status())
        .as("it saw the payment that came while it stood still")
        .isEqualTo(ProcessInstance.Status.ENDED);
    assertThat(count("Reserved")).isEqualTo(2);
    assertThat(runner.retry("no such instance")).isTrue();
  }

  @Test
  void aParkedInstanceStaysParkedAfterARestart() {
    Checkpoints checkpoints = Checkpoints.in(store);
    Fulfilment.orders(store).handle("1", new Place("pen"));
    try (var runner =
        Fulfilment.PROCESS
            .on(store)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                (_, _, _) -> {
                  throw new IllegalStateException("not today");
                })
            .checkpoints(checkpoints)
            .retrying(IMPATIENT)
            .run()) {
      runner.awaitIdle(LONG);
    }
    var runner = open(Fulfilment.runner(store, 5).checkpoints(checkpoints).run());
    Fulfilment.orders(store).handle("1", new Pay());
    runner.awaitIdle(LONG);
    assertThat(runner.instances().getFirst().status()).isEqualTo(ProcessInstance.Status.PARKED);
    assertThat(count("Reserved")).isZero();

    assertThat(runner.retry("1")).isTrue();
    assertThat(count("Reserved")).isEqualTo(1);
    assertThat(runner.instances().getFirst().status()).isEqualTo(ProcessInstance.Status.ENDED);
  }

  @Test
  void whatCameBeforeTheBeginningStaysWithoutEffectWhenItIsReadAgain() {
    store.append("order-1", ExpectedRevision.any(), Event.json("Paid", "{}"));
    Fulfilment.orders(store).handle("1", new Place("pen"));
    for (int restart = 0; restart < 2; restart++) {
      try (var runner = Fulfilment.runner(store, 5).run()) {
        runner.awaitIdle(LONG);
      }
    }
    assertThat(ProcessInstance.list(store, "fulfilment").getFirst().status())
        .isEqualTo(ProcessInstance.Status.RUNNING);
    assertThat(Timers.pending(store)).hasSize(1);
  }

  @Test
  void aCheckpointDoesNotPassAnInstanceThatIsStillTried() throws Exception {
    Checkpoints checkpoints = Checkpoints.in(store);
    var orders = Fulfilment.orders(store);
    var failed = new CountDownLatch(2);
    var passed = new CountDownLatch(1);
    try (var _ =
        Fulfilment.PROCESS
            .on(store)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                (id, _, _) -> {
                  if (id.equals("ink")) {
                    passed.countDown();
                  } else {
                    failed.countDown();
                    throw new IllegalStateException("not yet");
                  }
                })
            .checkpoints(checkpoints)
            .retrying(new Retry(100, Duration.ofDays(1), Duration.ofDays(1)))
            .run()) {
      orders.handle("1", new Place("pen"));
      failed.await();
      orders.handle("2", new Place("ink"));
      passed.await();
    }
    try (var runner = Fulfilment.runner(store, 5).checkpoints(checkpoints).run()) {
      runner.awaitIdle(LONG);
    }
    assertThat(store.read(Query.stream("stock-pen")).toList()).hasSize(1);
  }

  @Test
  void anEventThatCannotBeReadStopsTheRunnerByName() {
    store.append("order-1", ExpectedRevision.any(), Event.json("Placed", "{}"));
    var runner = open(Fulfilment.runner(store, 5).run());

    assertThatThrownBy(() -> runner.awaitIdle(LONG))
        .isInstanceOf(ProcessException.class)
        .cause()
        .hasMessageContaining("position 0");
    assertThat(runner.failure()).isPresent();
    assertThat(runner.status()).isEqualTo(ProcessRunner.Status.FAILED);
  }

  @Test
  void closingEndsTheWaiting() {
    var runner = Fulfilment.runner(store, 5).run();
    runner.close();
    Fulfilment.orders(store).handle("1", new Place("pen"));
    assertThat(runner.status()).isEqualTo(ProcessRunner.Status.CLOSED);
    assertThatThrownBy(() -> runner.awaitIdle(LONG)).isInstanceOf(ProcessException.class);
  }

  record PostInterest(LocalDate month) {}

  /** Interest on the first day of each month. */
  private static final ProcessManager<String> INTEREST =
      ProcessManager.named("interest", "")
          .onStart((_, start) -> List.of(nextMonth(start.at())))
          .onTimer(
              "month",
              (_, timer) ->
                  List.of(
                      Reaction.send(
                          "all",
                          new PostInterest(LocalDate.ofInstant(timer.due(), ZoneOffset.UTC))),
                      nextMonth(timer.due())));

  private static Reaction nextMonth(Instant now) {
    LocalDate next = LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1).plusMonths(1);
    return Reaction.scheduleAt("month", next.atStartOfDay(ZoneOffset.UTC).toInstant(), "" + next);
  }

  @Test
  void aPeriodicJobSchedulesItselfAndMakesUpForWhatWasMissed() {
    var posted = new CopyOnWriteArrayList<LocalDate>();
    var ids = new CopyOnWriteArrayList<String>();
    ProcessRunner.Builder<String> builder =
        INTEREST
            .on(store)
            .sending(
                PostInterest.class,
                JsonCodec.of(PostInterest.class),
                (_, command, commandId) -> {
                  posted.add(command.month());
                  ids.add(commandId);
                });
    try (var runner = builder.run()) {
      runner.start("monthly");
      runner.start("monthly");
      runner.awaitIdle(LONG);
    }
    assertThat(Timers.pending(store))
        .extracting(PendingTimer::payload)
        .containsExactly("2026-02-01");

    clock.advance(Duration.ofDays(100));
    var timers = open(Timers.run(store, clock));
    var runner = open(builder.run());
    for (int month = 0; month < 3; month++) {
      settle(timers, runner);
    }
    assertThat(posted)
        .containsExactly(
            LocalDate.of(2026, 2, 1), LocalDate.of(2026, 3, 1), LocalDate.of(2026, 4, 1));
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(Timers.pending(store))
        .extracting(PendingTimer::payload)
        .containsExactly("2026-05-01");
  }

  @Test
  void aTimerThatIsScheduledAnewReplacesTheFirstAndACancelledOneIsNotTold() {
    var told = new CopyOnWriteArrayList<String>();
    ProcessManager<String> process =
        ProcessManager.named("reminder", "")
            .reading(Fulfilment.ORDER_EVENTS)
            .startedBy(
                OrderEvent.Placed.class,
                Recorded::streamId,
                (_, e) ->
                    List.of(
                        Reaction.scheduleAt(
                            "t", clock.instant().plusSeconds(60), e.event().product())))
            .on(
                OrderEvent.Paid.class,
                Recorded::streamId,
                (_, _) -> List.of(Reaction.cancel("t"), Reaction.cancel("no such timer")))
            .onTimer(
                "t",
                (_, timer) -> {
                  told.add(timer.payload());
                  return List.of();
                });
    var timers = open(Timers.run(store, clock));
    var orders = Fulfilment.orders(store);
    ProcessRunner<String> first = process.on(store).run();
    orders.handle("1", new Place("first"));
    first.awaitIdle(LONG);
    clock.advance(Duration.ofSeconds(30));
    orders.handle("1", new Place("second"));
    first.awaitIdle(LONG);
    clock.advance(Duration.ofSeconds(30));
    settle(timers, first);
    assertThat(told).isEmpty();
    clock.advance(Duration.ofSeconds(30));
    settle(timers, first);
    assertThat(told).containsExactly("second");

    // it fires while nobody reacts, and is cancelled by what happened before that
    orders.handle("2", new Place("third"));
    first.awaitIdle(LONG);
    first.close();
    orders.handle("2", new Pay());
    clock.advance(Duration.ofSeconds(90));
    timers.awaitFired(LONG);
    var second = open(process.on(store).run());
    settle(timers, second);
    assertThat(told).containsExactly("second");
    assertThat(Timers.pending(store)).isEmpty();

    // it fires while nobody reacts, and was replaced by what happened before that
    orders.handle("3", new Place("fourth"));
    second.awaitIdle(LONG);
    second.close();
    orders.handle("3", new Place("fifth"));
    clock.advance(Duration.ofSeconds(61));
    timers.awaitFired(LONG);
    var third = open(process.on(store).run());
    third.awaitIdle(LONG);
    assertThat(told).containsExactly("second");
    assertThat(Timers.pending(store)).hasSize(1);
  }

  @Test
  void whatAProcessCannotMeanIsSaidAtOnce() {
    assertThatThrownBy(() -> ProcessManager.named("a-b", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            ProcessManager.named("a", "")
                .on(OrderEvent.Paid.class, Recorded::streamId, (_, _) -> List.of())
                .on(store)
                .run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("add one by reading");
    assertThatThrownBy(() ->
            ProcessManager.named("a", "")
                .onTimer("t", (_, _) -> List.of())
                .onTimer("t", (_, _) -> List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void checkpointsInTheStoreKeepTheLast() {
    Checkpoints checkpoints = Checkpoints.in(store);
    assertThat(checkpoints.load("x")).isEqualTo(Optional.empty());
    for (int i = 0; i < 3; i++) {
      checkpoints.save("x", store.checkpointAt(new Position(i)));
    }
    assertThat(checkpoints.load("x").orElseThrow().position()).isEqualTo(new Position(2));
    assertThat(store.read(Query.stream("checkpoint:x")).toList()).hasSize(1);
  }

  private long count(String type) {
    return store.read(Query.types(type)).toList().size();
  }

  private RecordedEvent only(String type) {
    List<RecordedEvent> events = store.read(Query.types(type)).toList();
    assertThat(events).hasSize(1);
    return events.getFirst();
  }
}
