package io.daybook.testkit.docs;

import static io.daybook.eventsourcing.process.Reaction.cancel;
import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.remember;
import static io.daybook.eventsourcing.process.Reaction.schedule;
import static io.daybook.eventsourcing.process.Reaction.scheduleAt;
import static io.daybook.eventsourcing.process.Reaction.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ParkedInstance;
import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Processes;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.ProcessScenario;
import io.daybook.testkit.TestClock;
import io.daybook.testkit.docs.ProcessManagersPageTest.OrderCommand.Cancel;
import io.daybook.testkit.docs.ProcessManagersPageTest.OrderCommand.Place;
import io.daybook.testkit.docs.ProcessManagersPageTest.OrderEvent.Cancelled;
import io.daybook.testkit.docs.ProcessManagersPageTest.OrderEvent.Paid;
import io.daybook.testkit.docs.ProcessManagersPageTest.OrderEvent.Placed;
import io.daybook.testkit.docs.ProcessManagersPageTest.PaymentEvent.Reserved;
import io.daybook.testkit.docs.ProcessManagersPageTest.StockCommand.Release;
import io.daybook.testkit.docs.ProcessManagersPageTest.StockCommand.Reserve;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of docs/process-managers.md. */
@Timeout(60)
final class ProcessManagersPageTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final TestClock clock = new TestClock();
  private final EventStore store = InMemoryStore.with(clock);

  @AfterEach
  void closeStore() {
    store.close();
  }

  sealed interface OrderCommand {
    record Place(String product) implements OrderCommand {}

    record Cancel(String reason) implements OrderCommand {}
  }

  sealed interface OrderEvent {
    record Placed(String product) implements OrderEvent {}

    record Paid() implements OrderEvent {}

    record Cancelled(String reason) implements OrderEvent {}
  }

  sealed interface StockCommand {
    record Reserve(String order) implements StockCommand {}

    record Release(String order) implements StockCommand {}
  }

  sealed interface PaymentEvent {
    record Reserved(String product) implements PaymentEvent {}
  }

  record Payment(String product) {
    static Payment evolve(Payment payment, PaymentEvent event) {
      return switch (event) {
        case Reserved(var product) -> new Payment(product);
      };
    }
  }

  static final Codec<OrderEvent> ORDERS = JsonCodec.of(OrderEvent.class);

  static final ProcessManager<Payment> PAYMENT =
      ProcessManager.named("payment", new Payment(""))
          .evolving(JsonCodec.of(PaymentEvent.class), Payment::evolve)
          .reading(ORDERS, "order")
          .startedBy(
              Placed.class,
              Recorded::streamId,
              (_, e) ->
                  List.of(
                      remember(new Reserved(e.event().product())),
                      send(e.event().product(), new Reserve(e.streamId())),
                      schedule("unpaid", Duration.ofMinutes(30))))
          .on(Paid.class, Recorded::streamId, (_, _) -> List.of(cancel("unpaid"), end()))
          .onTimer(
              "unpaid",
              (_, timer) -> List.of(send(timer.instance(), new Cancel("not paid in time"))))
          .on(
              Cancelled.class,
              Recorded::streamId,
              (payment, e) -> List.of(send(payment.product(), new Release(e.streamId())), end()))
          .onRejected(
              Reserve.class,
              (_, rejected) ->
                  List.of(send(rejected.instance(), new Cancel(rejected.reason())), end()));

  static final Decider<OrderCommand, OrderEvent, Integer> ORDER =
      Decider.of(
          0,
          (command, _) ->
              switch (command) {
                case Place(var product) -> List.of(new Placed(product));
                case Cancel(var reason) -> List.of(new Cancelled(reason));
              },
          (count, _) -> count + 1);

  /** What is left. */
  static final Decider<StockCommand, StockCommand, Integer> STOCK =
      Decider.of(
          1,
          (command, left) -> {
            if (command instanceof Reserve && left == 0) {
              throw new Rejected("out of stock");
            }
            return List.of(command);
          },
          (left, event) -> event instanceof Reserve ? left - 1 : left + 1);

  @Test
  void running() {
    var orders = CommandHandler.of("order", ORDER, ORDERS).on(store);
    var stock = CommandHandler.of("stock", STOCK, JsonCodec.of(StockCommand.class)).on(store);

    try (var timers = Timers.run(store, clock);
        var payments =
            PAYMENT
                .on(store)
                .sending(OrderCommand.class, JsonCodec.of(OrderCommand.class), orders::handle)
                .sending(StockCommand.class, JsonCodec.of(StockCommand.class), stock::handle)
                .checkpoints(Checkpoints.in(store))
                .retrying(new Retry(10, Duration.ofMillis(20), Duration.ofSeconds(10)))
                .run()) {
      orders.handle("7", new Place("pen"));
      payments.awaitIdle(SOON);
      assertThat(stock.stateOf("pen")).isZero();

      clock.advance(Duration.ofMinutes(30));
      Processes.of(timers, payments).awaitSettled(SOON);
      assertThat(stock.stateOf("pen")).isEqualTo(1);

      List<PendingTimer> pending = Timers.pending(store);
      List<ProcessInstance> instances = ProcessInstance.list(store, "payment");
      List<ParkedInstance> parked = payments.parked();
      boolean goesOn = payments.retry("7");
      boolean goesOnWithout = payments.discard("7");
      assertThat(pending).isEmpty();
      assertThat(instances.getFirst().status()).isEqualTo(ProcessInstance.Status.ENDED);
      assertThat(parked).isEmpty();
      assertThat(goesOn && goesOnWithout).isTrue();
    }
  }

  record PostInterest(LocalDate day) {}

  static final ProcessManager<String> INTEREST =
      ProcessManager.named("interest", "")
          .onStart((_, start) -> List.of(firstOfNextMonth(start.at())))
          .onTimer(
              "first",
              (_, timer) ->
                  List.of(
                      send("all", new PostInterest(dayOf(timer.due()))),
                      firstOfNextMonth(timer.due())));

  static Reaction firstOfNextMonth(Instant now) {
    LocalDate first = dayOf(now).withDayOfMonth(1).plusMonths(1);
    return scheduleAt("first", first.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  private static LocalDate dayOf(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  @Test
  void everyMonth() {
    var posted = new CopyOnWriteArrayList<LocalDate>();
    try (var timers = Timers.run(store, clock);
        ProcessRunner<String> interest =
            INTEREST
                .on(store)
                .sending(
                    PostInterest.class,
                    JsonCodec.of(PostInterest.class),
                    (_, command, _) -> posted.add(command.day()))
                .run()) {
      interest.start("monthly");
      interest.awaitIdle(SOON);
      clock.advance(Duration.ofDays(31));
      Processes.of(timers, interest).awaitSettled(SOON);
    }
    assertThat(posted).containsExactly(LocalDate.of(2026, 2, 1));
  }

  @Test
  void testing() {
    var order = ProcessScenario.of(PAYMENT).in("order-7").given(new Placed("pen"));

    order.when(new Paid()).thenReactions(cancel("unpaid"), end()).thenEnded();
    order
        .whenTimer("unpaid")
        .thenCommands(send("7", new Cancel("not paid in time")))
        .after()
        .when(new Cancelled("not paid in time"))
        .thenCommands(send("pen", new Release("7")));
    order
        .whenRejected("pen", new Reserve("7"), "out of stock")
        .thenCommands(send("7", new Cancel("out of stock")));
  }
}
