package io.daybook.examples.orders;

import static io.daybook.eventsourcing.process.Reaction.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.orders.Fulfilment.FulfilmentEvent;
import io.daybook.examples.orders.OrderCommand.ConfirmStock;
import io.daybook.examples.orders.OrderCommand.Expire;
import io.daybook.examples.orders.OrderCommand.Pay;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.examples.orders.OrderCommand.Refund;
import io.daybook.examples.orders.OrderCommand.RunOut;
import io.daybook.examples.orders.OrderEvent.GoodsReturned;
import io.daybook.examples.orders.OrderEvent.OrderCancelled;
import io.daybook.examples.orders.OrderEvent.OrderDelivered;
import io.daybook.examples.orders.OrderEvent.OrderPaid;
import io.daybook.examples.orders.OrderEvent.OrderPlaced;
import io.daybook.examples.orders.OrderEvent.OrderShipped;
import io.daybook.examples.orders.Stock.StockCommand.Receive;
import io.daybook.examples.orders.Stock.StockCommand.Release;
import io.daybook.examples.orders.Stock.StockCommand.Reserve;
import io.daybook.examples.orders.Stock.StockCommand.Restock;
import io.daybook.examples.orders.Stock.StockCommand.TakeOut;
import io.daybook.examples.orders.Stock.StockEvent.StockReserved;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.ProcessScenario;
import io.daybook.testkit.TestClock;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process around an order: each of its rules, and a time-out on a store on disk. */
@Timeout(60)
class FulfilmentTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 1);
  private static final BigDecimal PRICE = new BigDecimal("252.00");
  private static final List<OrderLine> LINES =
      List.of(
          new OrderLine("pen", 2, new BigDecimal("1.50")),
          new OrderLine("desk", 1, new BigDecimal("249.00")));

  @TempDir private Path directory;

  private final ProcessScenario<Fulfilment> placed =
      ProcessScenario.of(
              Fulfilment.process(
                  Orders.ORDER_EVENTS, Orders.STOCK_EVENTS, JsonCodec.of(FulfilmentEvent.class)))
          .in("order-7")
          .given(new OrderPlaced("Ada", LINES, DAY, DAY));

  @Test
  void theStockOfEachProductIsReservedAndThenConfirmed() {
    placed.whenRejected("7", new ConfirmStock(DAY), "any").thenNothing();
    placed
        .in("stock-pen")
        .when(new StockReserved("7", 2))
        .thenCommands()
        .after()
        .in("stock-desk")
        .when(new StockReserved("7", 1))
        .thenCommands(send("7", new ConfirmStock(DAY)));
    placed.in("stock-pen").when(new StockReserved("8", 2)).thenNothing();
  }

  @Test
  void whatIsOutOfStockCancelsTheOrder() {
    placed
        .whenRejected("desk", new Reserve("7", 1), "out-of-stock")
        .thenCommands(send("7", new RunOut("desk is out of stock: out-of-stock", DAY)));
  }

  @Test
  void anUnpaidOrderExpires() {
    placed
        .whenTimer("unpaid")
        .thenCommands(send("7", new Expire("not paid within 30 minutes", DAY)));
    placed.given(new OrderPaid(PRICE, DAY)).when(new OrderShipped("L", DAY)).thenNoTimers();
  }

  @Test
  void aCancelledOrderIsReleasedAndPaidBack() {
    placed
        .when(new OrderCancelled("no", DAY))
        .thenCommands(send("pen", new Release("7")), send("desk", new Release("7")))
        .thenEnded();
    placed
        .given(new OrderPaid(PRICE, DAY))
        .when(new OrderCancelled("no", DAY))
        .thenCommands(
            send("pen", new Release("7")),
            send("desk", new Release("7")),
            send("7", new Refund(PRICE, DAY)))
        .thenEnded();
  }

  @Test
  void theStockFollowsShipmentsAndReturns() {
    var paid = placed.given(new OrderPaid(PRICE, DAY));
    paid.when(new OrderShipped("L", DAY))
        .thenCommands(send("pen", new TakeOut("7")), send("desk", new TakeOut("7")));
    var delivered = paid.given(new OrderShipped("L", DAY), new OrderDelivered(DAY));
    delivered
        .when(new GoodsReturned("pen", 1, DAY))
        .thenCommands(send("pen", new Restock("7", 1)))
        .thenTimer("returns-over", Duration.ofDays(15));
    delivered.whenTimer("returns-over").thenEnded();
  }

  @Test
  void theTimeOutSurvivesARestart() {
    var clock = new TestClock();
    try (EventStore store = open(clock)) {
      var orders = new Orders(store, clock);
      var _ = orders.handle("pen", new Receive(5), "in-1");
      var _ = orders.handle("desk", new Receive(5), "in-2");
      for (String id : List.of("7", "8")) {
        var _ = orders.handle(id, new Place("Ada", LINES, DAY, DAY), "place-" + id);
      }
      orders.work();
      assertThat(orders.stock("pen").available()).isEqualTo(1);
      assertThat(orders.order("7").stockConfirmed()).isTrue();
      var _ = orders.handle("8", new Pay(PRICE, DAY), "pay-8");
    }
    clock.advance(Duration.ofMinutes(30));
    for (int restart = 0; restart < 2; restart++) {
      try (EventStore store = open(clock)) {
        new Orders(store, clock).work();
      }
    }
    try (EventStore store = open(clock)) {
      var orders = new Orders(store, clock);
      assertThat(orders.order("7").status()).isEqualTo(Order.Status.CANCELLED);
      assertThat(orders.order("8").status()).isEqualTo(Order.Status.PAID);
      assertThat(orders.stock("pen")).isEqualTo(new Stock(5, Map.of("8", 2)));
      assertThat(orders.timers()).isEmpty();
      assertThat(orders.history("7")).hasSize(3);
    }
  }

  private EventStore open(TestClock clock) {
    return EngineStore.open(directory.resolve("store"), EngineOptions.defaults().withClock(clock));
  }
}
