package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Fulfilment.OrderCommand.Pay;
import io.daybook.testkit.Fulfilment.OrderCommand.Place;
import io.daybook.testkit.Fulfilment.StockCommand;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of instances that could not deal with something. */
@Timeout(60)
final class ParkedProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Retry ONCE = new Retry(1, Duration.ZERO, Duration.ZERO);

  private final EventStore store = new InMemoryStore();

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
}
