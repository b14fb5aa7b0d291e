package io.daybook.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.jackson.JsonCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final InMemoryStore plain = new InMemoryStore();
  private final EventStore store = MeteredStore.of(plain, "main", registry);

  record Counted(int number) {}

  private double count(String name, String... tags) {
    return registry.get(name).tag("store", "main").tags(tags).counter().count();
  }

  private long times(String name, String... tags) {
    return registry.get(name).tag("store", "main").tags(tags).timer().count();
  }

  @Test
  void appendsAreCountedByOutcome() {
    Event first = Event.json("Counted", "{\"number\":1}");
    store.append("a-1", ExpectedRevision.noStream(), first, Event.json("Counted", "{}"));
    store.appendAsync(Append.to("a-1").events(Event.json("Counted", "{}"))).join();
    assertThat(times("daybook.append", "outcome", "appended")).isEqualTo(2);
    assertThat(count("daybook.append.events")).isEqualTo(3);
    assertThat(count("daybook.append.bytes")).isEqualTo(12 + 2 + 2);
    assertThat(registry.get("daybook.head").gauge().value()).isEqualTo(2);

    assertThatThrownBy(
            () -> store.append("a-1", ExpectedRevision.noStream(), Event.json("Counted", "{}")))
        .isInstanceOf(ConflictException.class);
    assertThatThrownBy(() ->
            store
                .appendAsync(
                    Append.to("a-2")
                        .events(Event.json("Counted", "{}"))
                        .unless(Query.stream("a-1")))
                .join())
        .isInstanceOf(CompletionException.class);
    assertThatThrownBy(
            () -> store.append("a-2", ExpectedRevision.any(), first, Event.json("Counted", "{}")))
        .isInstanceOf(IdempotencyConflictException.class);
    assertThat(times("daybook.append", "outcome", "conflict")).isEqualTo(3);
    for (String kind : new String[] {"revision", "condition", "idempotency"}) {
      assertThat(count("daybook.append.conflicts", "kind", kind)).as(kind).isEqualTo(1);
    }

    store.close();
    assertThatThrownBy(
            () -> store.append("a-1", ExpectedRevision.any(), Event.json("Counted", "{}")))
        .isInstanceOf(EventStoreClosedException.class);
    assertThat(times("daybook.append", "outcome", "failed")).isEqualTo(1);
    assertThat(times("daybook.append", "outcome", "appended")).isEqualTo(2);
    assertThat(registry.get("daybook.head").gauge().value()).isNaN();
  }

  @Test
  void loadsAndReadsAreCountedWhenTheyAreClosed() {
    Event event = Event.json("Counted", "{}");
    store.append("a-1", ExpectedRevision.any(), event, Event.json("Counted", "{}"));
    var load = store.read(Query.stream("a-1"));
    assertThat(times("daybook.load")).isZero();
    assertThat(load.toList()).hasSize(2);
    load.close();
    assertThat(store.read(ReadRequest.of(Query.category("a")).limit(1)).toList()).hasSize(1);
    assertThat(store.find(event.id())).isPresent();

    assertThat(times("daybook.load")).isEqualTo(1);
    assertThat(count("daybook.load.events")).isEqualTo(2);
    assertThat(count("daybook.load.bytes")).isEqualTo(4);
    assertThat(times("daybook.read")).isEqualTo(1);
    assertThat(count("daybook.read.events")).isEqualTo(1);
    assertThat(times("daybook.find")).isEqualTo(1);
  }

  @Test
  void subscriptionsAreSeen() throws Exception {
    store.append("a-1", ExpectedRevision.any(), Event.json("Counted", "{}"));
    var subscription = store.subscribe(SubscriptionRequest.of(Query.everything()));
    var _ = subscription.next();
    var _ = subscription.next();
    assertThat(registry.get("daybook.subscriptions").gauge().value()).isEqualTo(1);
    assertThat(count("daybook.subscription.events")).isEqualTo(1);
    subscription.close();
    subscription.close();
    assertThat(registry.get("daybook.subscriptions").gauge().value()).isZero();
  }

  @Test
  void aReadModelTellsHowFarItIs() {
    Projection<Integer> sum =
        Projection.named("sum", () -> 0)
            .reading(JsonCodec.of(Counted.class))
            .on(Counted.class, (view, e) -> view + e.event().number());
    store.append("a-1", ExpectedRevision.any(), Event.json("Counted", "{\"number\":1}"));
    try (ReadModel<Integer> model = sum.follow(store)) {
      new ReadModelMetrics(model).bindTo(registry);
      model.awaitHead();
      assertThat(projection("daybook.projection.lag")).isZero();
      assertThat(projection("daybook.projection.position")).isZero();
      assertThat(projection("daybook.projection.running")).isEqualTo(1);

      store.append("a-1", ExpectedRevision.any(), Event.json("Counted", "[]"));
      assertThatThrownBy(model::awaitHead).hasMessageContaining("sum");
      assertThat(projection("daybook.projection.lag")).isEqualTo(1);
      assertThat(projection("daybook.projection.running")).isZero();
      assertThat(registry.get("daybook.projection.unknown").functionCounter().count()).isZero();
      store.close();
      assertThat(projection("daybook.projection.lag")).isNaN();
    }
  }

  private double projection(String name) {
    return registry.get(name).tag("projection", "sum").gauge().value();
  }

  @Test
  void anAppendThatIsRefusedAtOnceFailed() {
    try (var refusing =
        MeteredStore.of(
            new ForwardingStore(new InMemoryStore()) {
              @Override
              public CompletableFuture<AppendResult> appendAsync(Append append) {
                throw new EventStoreClosedException("closed");
              }
            },
            "refusing",
            registry)) {
      var append = Append.to("a-1").events(Event.json("Counted", "{}"));
      assertThatThrownBy(() -> refusing.appendAsync(append))
          .isInstanceOf(EventStoreClosedException.class);
    }
    var failed =
        registry.get("daybook.append").tag("store", "refusing").tag("outcome", "failed").timer();
    assertThat(failed.count()).isEqualTo(1);
  }

  @Test
  void aProcessTellsHowFarItIs() {
    var logs = Logger.getLogger("io.daybook.eventsourcing.process");
    logs.setLevel(Level.OFF);
    ProcessManager<String> odd =
        ProcessManager.named("odd", "")
            .reading(JsonCodec.of(Counted.class))
            .startedBy(
                Counted.class,
                _ -> "all",
                (_, e) -> {
                  throw new IllegalStateException("not " + e.event().number());
                });
    ProcessRunner<String> runner =
        odd.on(store).retrying(new Retry(1, Duration.ZERO, Duration.ZERO)).run();
    try {
      new ProcessMetrics(runner).bindTo(registry);
      store.append("a-1", ExpectedRevision.any(), Event.json("Counted", "{\"number\":1}"));
      runner.awaitIdle(Duration.ofSeconds(30));
      assertThat(process("daybook.process.lag")).isZero();
      assertThat(process("daybook.process.position")).isGreaterThanOrEqualTo(0);
      assertThat(process("daybook.process.running")).isEqualTo(1);
      assertThat(process("daybook.process.parked")).isEqualTo(1);

      runner.close();
      assertThat(process("daybook.process.running")).isZero();
      store.close();
      assertThat(process("daybook.process.parked")).isNaN();
    } finally {
      runner.close();
      logs.setLevel(null);
    }
  }

  private double process(String name) {
    return registry.get(name).tag("process", "odd").gauge().value();
  }

  @Test
  void aListenerTellsOfAProjection() {
    ProjectionMeter meter = ProjectionMeter.of("stock", registry);
    meter.handled(Duration.ofMillis(3));
    meter.retried();
    meter.parked();
    meter.behind(17, Duration.ofSeconds(2));

    assertThat(registry.get("daybook.projection.handled").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(registry.get("daybook.projection.retries").counter().count()).isEqualTo(1);
    assertThat(registry.get("daybook.projection.dead.letters").counter().count()).isEqualTo(1);
    assertThat(registry.get("daybook.projection.lag").gauge().value()).isEqualTo(17);
    assertThat(registry.get("daybook.projection.lag.time").timeGauge().value(TimeUnit.SECONDS))
        .isEqualTo(2);
  }
}
