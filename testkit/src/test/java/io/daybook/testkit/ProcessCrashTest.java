package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.testkit.Fulfilment.OrderCommand.Pay;
import io.daybook.testkit.Fulfilment.OrderCommand.Place;
import io.daybook.testkit.Fulfilment.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runners and timers that are ended anywhere, on a store that fails before and after appends. In
 * the end every effect is there once. The seed is the parameter: a failure is found again by it.
 */
@Timeout(120)
final class ProcessCrashTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int PIECES = 25;
  private static final Logger LOGS = Logger.getLogger("io.daybook.eventsourcing.process");

  @BeforeAll
  static void hush() {
    // failures are what this is about
    LOGS.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOGS.setLevel(null);
  }

  /** Fails now and then, before or after it did what was asked; or, once it is dead, always. */
  private static final class TroubledStore extends ForwardingStore {
    private final Random random;
    private final double failures;
    private int appendsToLive;

    TroubledStore(EventStore store, long seed, double failures, int appendsToLive) {
      super(store);
      this.random = new Random(seed);
      this.failures = failures;
      this.appendsToLive = appendsToLive;
    }

    @Override
    public synchronized AppendResult append(Append append) {
      if (appendsToLive <= 0) {
        throw new EventStoreFailedException("dead", null);
      }
      appendsToLive--;
      double dice = random.nextDouble();
      if (dice < failures) {
        throw new EventStoreFailedException("failed before", null);
      }
      AppendResult result = super.append(append);
      if (dice < 2 * failures || appendsToLive == 0) {
        throw new EventStoreFailedException("failed after", null, true);
      }
      return result;
    }

    @Override
    public void close() {
      // others go on with it
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyEffectIsThereOnce(long seed) {
    var random = new Random(seed);
    var clock = new TestClock();
    try (EventStore store = InMemoryStore.with(clock)) {
      int orders = 0;
      for (int life = 0; life < 8; life++) {
        var troubled = new TroubledStore(store, random.nextLong(), 0.1, 5 + random.nextInt(60));
        try (var _ = Timers.run(troubled, clock);
            var runner = start(troubled, random)) {
          for (int step = 0; step < 12; step++) {
            switch (random.nextInt(5)) {
              case 0 -> clock.advance(Duration.ofMinutes(random.nextInt(20)));
              case 1 -> pay(store, random.nextInt(Math.max(1, orders)));
              case 2 -> retry(runner, random.nextInt(Math.max(1, orders)));
              default -> Fulfilment.orders(store).handle("" + orders++, new Place("pen"));
            }
          }
        }
      }
      finish(store, clock);
      check(store, orders);
    }
  }

  /** With a checkpoint in the troubled store, or without one. */
  private static ProcessRunner<String> start(EventStore store, Random random) {
    var builder =
        Fulfilment.runner(store, PIECES)
            .retrying(new Retry(1 + random.nextInt(4), Duration.ZERO, Duration.ofMillis(1)));
    return (random.nextBoolean() ? builder.checkpoints(Checkpoints.in(store)) : builder).run();
  }

  private static void retry(ProcessRunner<?> runner, int order) {
    try {
      var _ = runner.retry("" + order);
    } catch (EventStoreFailedException | ProcessException _) {
      // it died meanwhile, or before
    }
  }

  private static void pay(EventStore store, int order) {
    try {
      Fulfilment.orders(store).handle("" + order, new Pay());
    } catch (Rejected _) {
      // paid or cancelled before
    }
  }

  /** A last life without trouble: all that is due happens, and who stood still goes on. */
  private static void finish(EventStore store, TestClock clock) {
    try (var timers = Timers.run(store, clock);
        var runner = Fulfilment.runner(store, PIECES).checkpoints(Checkpoints.in(store)).run()) {
      runner.awaitIdle(LONG);
      for (ProcessInstance instance : runner.instances()) {
        assertThat(runner.retry(instance.id())).isTrue();
      }
      runner.awaitIdle(LONG);
      clock.advance(Duration.ofHours(1));
      timers.awaitFired(LONG);
      runner.awaitIdle(LONG);
      assertThat(runner.instances())
          .allSatisfy(i -> assertThat(i.status()).isEqualTo(ProcessInstance.Status.ENDED));
      assertThat(timers.pending()).isEmpty();
    }
  }

  private static void check(EventStore store, int orders) {
    Map<String, Integer> reserved = perOrder(store, "Reserved");
    Map<String, Integer> released = perOrder(store, "Released");
    var handler = Fulfilment.orders(store);
    int paid = 0;
    for (int i = 0; i < orders; i++) {
      String id = "" + i;
      Status status = handler.stateOf(id);
      assertThat(status).as("order " + id).isIn(Status.PAID, Status.CANCELLED);
      assertThat(reserved.getOrDefault(id, 0)).as("reservations of " + id).isLessThanOrEqualTo(1);
      // paid by chance before the rejection was dealt with: nothing was reserved, nothing released
      assertThat(released.getOrDefault(id, 0))
          .as("releases of " + id)
          .isEqualTo(status == Status.CANCELLED && reserved.containsKey(id) ? 1 : 0);
      paid += status == Status.PAID && reserved.containsKey(id) ? 1 : 0;
    }
    assertThat(Fulfilment.stock(store, PIECES).stateOf("pen")).isEqualTo(PIECES - paid);
    assertThat(perStream(store, "process:Reacted")).isNotEmpty();
    assertThat(perStream(store, "process:Ended").values()).containsOnly(1);
    assertThat(perStream(store, "timer:Fired").values()).containsOnly(1);
  }

  private static Map<String, Integer> perOrder(EventStore store, String type) {
    var counts = new HashMap<String, Integer>();
    for (RecordedEvent event : store.read(Query.types(type)).toList()) {
      switch (Fulfilment.STOCK_EVENTS.decode(event).getFirst()) {
        case Fulfilment.StockEvent.Reserved(var order) -> counts.merge(order, 1, Integer::sum);
        case Fulfilment.StockEvent.Released(var order) -> counts.merge(order, 1, Integer::sum);
      }
    }
    return counts;
  }

  private static Map<String, Integer> perStream(EventStore store, String type) {
    var counts = new HashMap<String, Integer>();
    for (RecordedEvent event : store.read(Query.types(type)).toList()) {
      counts.merge(event.stream(), 1, Integer::sum);
    }
    return counts;
  }
}
