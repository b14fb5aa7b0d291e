package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Fulfilment.OrderCommand.Pay;
import io.daybook.testkit.Fulfilment.OrderCommand.Place;
import io.daybook.testkit.Fulfilment.StockCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interrupts, closing, full stores, lost leases and deleted streams while processes are at work.
 */
@Timeout(60)
final class ProcessTroubleTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final Retry ONCE = new Retry(1, Duration.ZERO, Duration.ZERO);

  private final TestClock clock = new TestClock();
  private final EventStore store = InMemoryStore.with(clock);

  @AfterEach
  void close() {
    store.close();
  }

  private long count(String type) {
    try (var read = store.read(ReadRequest.of(Query.types(type)))) {
      return read.stream().count();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anInterruptThatATargetLeavesBehindEndsNoRunner() {
    var stock = Fulfilment.stock(store, 5);
    try (var runner =
        Fulfilment.PROCESS
            .on(store)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                (id, command, commandId) -> {
                  var _ = stock.handle(id, command, commandId);
                  Thread.currentThread().interrupt(); // as one does who caught an interrupt
                })
            .run()) {
      for (int i = 1; i <= 3; i++) {
        Fulfilment.orders(store).handle("" + i, new Place("pen"));
        runner.awaitIdle(LONG);
      }
      assertThat(runner.status()).isEqualTo(ProcessRunner.Status.RUNNING);
      assertThat(count("Reserved")).isEqualTo(3);
    }
  }

  @Test
  void closingWaitsForWhatIsTriedAgain() throws Exception {
    var broken = new AtomicBoolean(true);
    var trying = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var tried = new AtomicBoolean();
    var runner =
        Fulfilment.PROCESS
            .on(store)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                (_, _, _) -> {
                  if (broken.get()) {
                    throw new IllegalStateException("not today");
                  }
                  trying.countDown();
                  await(goOn);
                  tried.set(true);
                })
            .retrying(ONCE)
            .run();
    Fulfilment.orders(store).handle("1", new Place("pen"));
    runner.awaitIdle(LONG);
    broken.set(false);
    var retry = new FutureTask<>(() -> runner.retry("1"));
    Thread.ofVirtual().start(retry);
    await(trying);
    var closing =
        new FutureTask<>(() -> {
          runner.close();
          return tried.get();
        });
    Thread.ofVirtual().start(closing);
    Thread.sleep(50); // time enough to close without waiting
    goOn.countDown();
    assertThat(closing.get(30, TimeUnit.SECONDS)).as("tried before it was closed").isTrue();
    assertThat(retry.get(30, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> runner.retry("1"))
        .isInstanceOf(ProcessException.class)
        .hasMessageContaining("CLOSED");
  }

  @Test
  void aTimerOfADeletedStreamDoesNotFire() {
    try (var runner = Fulfilment.runner(store, 5).run();
        var timers = Timers.run(store, clock)) {
      Fulfilment.orders(store).handle("1", new Place("pen"));
      Fulfilment.orders(store).handle("2", new Place("pen"));
      runner.awaitIdle(LONG);
      timers.awaitFired(LONG);
      store.delete("fulfilment-1", ExpectedRevision.any());
      clock.advance(Duration.ofHours(1));
      timers.awaitFired(LONG);
      assertThat(store.read(Query.stream("fulfilment-1")).toList()).isEmpty();
      assertThat(count("timer:Fired")).isOne();
      assertThat(timers.pending()).isEmpty();
    }
  }

  @Test
  void anInstanceWhoseStreamWasDeletedIsNoMore() {
    try (var runner = Fulfilment.runner(store, 5).run()) {
      Fulfilment.orders(store).handle("1", new Place("pen"));
      runner.awaitIdle(LONG);
      store.delete("fulfilment-1", ExpectedRevision.any());
      Fulfilment.orders(store).handle("1", new Pay()); // what it would react to
      runner.awaitIdle(LONG);
      assertThat(store.read(Query.stream("fulfilment-1")).toList()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInstanceWhoseStreamIsTombstonedHoldsNothingUp(boolean fails) {
    var process =
        Fulfilment.PROCESS.startedBy(
            Fulfilment.OrderEvent.Placed.class,
            Recorded::streamId,
            (_, e) -> {
              if (fails && e.event().product().equals("ink")) {
                throw new IllegalStateException("not that");
              }
              return List.of();
            });
    try (var runner =
        process
            .on(store)
            .sending(
                StockCommand.class,
                JsonCodec.of(StockCommand.class),
                Fulfilment.stock(store, 5)::handle)
            .retrying(ONCE)
            .run()) {
      Fulfilment.orders(store).handle("1", new Place("pen"));
      runner.awaitIdle(LONG);
      store.tombstone("fulfilment-1", ExpectedRevision.any());
      store.append(
          "order-1",
          ExpectedRevision.any(),
          Fulfilment.ORDER_EVENTS.encode(
              Event.newId(), new Fulfilment.OrderEvent.Placed("ink"), Audit.none()));
      Fulfilment.orders(store).handle("2", new Place("pen"));
      runner.awaitIdle(LONG);
      assertThat(runner.parked()).isEmpty();
      assertThat(Fulfilment.stock(store, 5).stateOf("pen")).isEqualTo(3);
      assertThat(Fulfilment.stock(store, 5).stateOf("ink")).isEqualTo(5);
    }
  }

  @Test
  void aFullStoreIsToldOfOnceAndTheTimersFireWhenItHasRoom() throws Exception {
    var full = new AtomicBoolean();
    var refused = new Semaphore(0);
    var filling =
        new ForwardingStore(store) {
          @Override
          public AppendResult append(Append append) {
            if (full.get()) {
              refused.release();
              throw new StoreReadOnlyException("the disk is nearly full", null);
            }
            return super.append(append);
          }
        };
    var told = new Told();
    Logger logger = Logger.getLogger(Timers.class.getName());
    logger.addHandler(told);
    logger.setUseParentHandlers(false);
    try (var runner = Fulfilment.runner(filling, 50).run();
        var timers = Timers.run(filling, clock)) {
      for (int i = 0; i < 20; i++) {
        Fulfilment.orders(filling).handle("" + i, new Place("pen"));
      }
      runner.awaitIdle(LONG);
      timers.awaitFired(LONG);
      full.set(true);
      clock.advance(Duration.ofHours(1));
      refused.acquire(4 * 20); // each of them, several times
      full.set(false);
      timers.awaitFired(LONG);
      assertThat(count("timer:Fired")).isEqualTo(20);
      assertThat(told.messages).hasSize(1);
      assertThat(told.messages.getFirst()).contains("20 timers").contains("tried again");
    } finally {
      logger.removeHandler(told);
      logger.setUseParentHandlers(true);
    }
  }

  private static final class Told extends Handler {
    private final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord logged) {
      messages.add(logged.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** Leases that are granted one after the other, and renewed as long as somebody says so. */
  private static class Granted implements Leases {
    private final AtomicInteger acquired = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();

    @Override
    public Optional<Lease> acquire(String name) {
      return acquired.get() == released.get()
          ? Optional.of(new Lease(name, "me", acquired.incrementAndGet()))
          : Optional.empty();
    }

    @Override
    public boolean renew(Lease lease) {
      return true;
    }

    @Override
    public void release(Lease lease) {
      released.incrementAndGet();
    }
  }

  @Test
  void whoCannotWriteDownThatHeOwnsAProcessGivesTheLeaseBack() throws Exception {
    var full = new AtomicBoolean(true);
    var refused = new CountDownLatch(1);
    var filling =
        new ForwardingStore(store) {
          @Override
          public AppendResult append(Append append) {
            if (full.get()) {
              refused.countDown();
              throw new StoreReadOnlyException("the disk is nearly full", null);
            }
            return super.append(append);
          }
        };
    Fulfilment.orders(store).handle("1", new Place("pen"));
    var leases = new Granted();
    try (var owned = Fulfilment.runner(filling, 5).sharedBy(leases, LOOK).run()) {
      await(refused);
      full.set(false);
      // nobody lets a lease run out here: it has to be given back to be had again
      await("Reserved");
      assertThat(owned.failure()).isEmpty();
      assertThat(leases.acquired.get()).isGreaterThan(1);
    }
  }

  /** Waits for the first event of that type. */
  private void await(String type) throws InterruptedException {
    try (Subscription events = store.subscribe(SubscriptionRequest.of(Query.types(type)))) {
      while (!(events.next() instanceof SubscriptionMessage.Delivered)) {
        assertThat(count(type)).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void aLeaseThatIsLostBeforeTheTurnBeginsEndsTheTurn() throws Exception {
    var renewing = new CompletableFuture<Thread>();
    var again = new CountDownLatch(1);
    var leases =
        new Granted() {
          @Override
          public Optional<Lease> acquire(String name) {
            Optional<Lease> lease = super.acquire(name);
            if (lease.isPresent() && renewing.isDone()) {
              again.countDown();
            }
            return lease;
          }

          @Override
          public boolean renew(Lease lease) {
            return !renewing.complete(Thread.currentThread()); // lost the first time
          }
        };
    var slow =
        new Checkpoints() {
          private final Checkpoints checkpoints = Checkpoints.inMemory();

          @Override
          public Optional<Checkpoint> load(String name) {
            awaitEnd(renewing.join()); // it has told then that the lease is lost
            return checkpoints.load(name);
          }

          @Override
          public void save(String name, Checkpoint checkpoint) {
            checkpoints.save(name, checkpoint);
          }
        };
    try (var _ = Fulfilment.runner(store, 5).checkpoints(slow).sharedBy(leases, LOOK).run()) {
      await(again);
    }
  }

  private static void awaitEnd(Thread thread) {
    try {
      assertThat(thread.join(LONG)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
