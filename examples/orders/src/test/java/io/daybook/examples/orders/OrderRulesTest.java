package io.daybook.examples.orders;

import io.daybook.examples.orders.OrderCommand.Cancel;
import io.daybook.examples.orders.OrderCommand.ConfirmStock;
import io.daybook.examples.orders.OrderCommand.Deliver;
import io.daybook.examples.orders.OrderCommand.Expire;
import io.daybook.examples.orders.OrderCommand.Pack;
import io.daybook.examples.orders.OrderCommand.Pay;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.examples.orders.OrderCommand.Refund;
import io.daybook.examples.orders.OrderCommand.Return;
import io.daybook.examples.orders.OrderCommand.RunOut;
import io.daybook.examples.orders.OrderCommand.Ship;
import io.daybook.examples.orders.OrderEvent.GoodsReturned;
import io.daybook.examples.orders.OrderEvent.OrderCancelled;
import io.daybook.examples.orders.OrderEvent.OrderDelivered;
import io.daybook.examples.orders.OrderEvent.OrderPacked;
import io.daybook.examples.orders.OrderEvent.OrderPaid;
import io.daybook.examples.orders.OrderEvent.OrderPlaced;
import io.daybook.examples.orders.OrderEvent.OrderRefunded;
import io.daybook.examples.orders.OrderEvent.OrderShipped;
import io.daybook.examples.orders.OrderEvent.StockConfirmed;
import io.daybook.examples.orders.Stock.StockCommand.Receive;
import io.daybook.examples.orders.Stock.StockCommand.Release;
import io.daybook.examples.orders.Stock.StockCommand.Reserve;
import io.daybook.examples.orders.Stock.StockCommand.Restock;
import io.daybook.examples.orders.Stock.StockCommand.TakeOut;
import io.daybook.examples.orders.Stock.StockEvent.StockReceived;
import io.daybook.examples.orders.Stock.StockEvent.StockReleased;
import io.daybook.examples.orders.Stock.StockEvent.StockReserved;
import io.daybook.examples.orders.Stock.StockEvent.StockReturned;
import io.daybook.examples.orders.Stock.StockEvent.StockTaken;
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every rule of orders and of stock. */
class OrderRulesTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 2);
  private static final OrderLine PENS = line("pen", 2, "1.50");
  private static final OrderLine DESK = line("desk", 1, "249.00");
  private static final BigDecimal PRICE = new BigDecimal("252.00");

  private final Scenario<OrderCommand, OrderEvent, Order> nothing = Scenario.of(Order.DECIDER);
  private final Scenario<OrderCommand, OrderEvent, Order> placed =
      nothing.given(new OrderPlaced("Ada", List.of(PENS, DESK), DAY, DAY.plusDays(3)));
  private final Scenario<OrderCommand, OrderEvent, Order> paid =
      placed.given(new StockConfirmed(DAY), new OrderPaid(PRICE, DAY));
  private final Scenario<OrderCommand, OrderEvent, Order> shipped =
      paid.given(new OrderPacked("P-1", DAY), new OrderShipped("Lasse", DAY.plusDays(1)));
  private final Scenario<OrderCommand, OrderEvent, Order> delivered =
      shipped.given(new OrderDelivered(DAY.plusDays(2)));
  private final Scenario<OrderCommand, OrderEvent, Order> cancelled =
      paid.given(new OrderCancelled("by request", DAY));

  private static OrderLine line(String product, int quantity, String price) {
    return new OrderLine(product, quantity, new BigDecimal(price));
  }

  private static Place place(OrderLine... lines) {
    return new Place("Ada", List.of(lines), DAY, DAY.plusDays(3));
  }

  @Test
  void placing() {
    nothing
        .when(place(PENS, DESK))
        .thenEvents(new OrderPlaced("Ada", List.of(PENS, DESK), DAY, DAY.plusDays(3)));
    placed.when(place(PENS)).thenRejected("already-placed");
    nothing.when(place()).thenRejected("nothing-ordered");
    nothing.when(place(PENS, PENS)).thenRejected("product-twice");
    nothing.when(place(line(" ", 1, "1"))).thenRejected("no-product");
    nothing.when(place(line("pen", 0, "1"))).thenRejected("quantity-not-positive");
    nothing.when(place(line("pen", 1, "-1"))).thenRejected("amount-negative");
    nothing.when(place(line("pen", 1, "1.005"))).thenRejected("amount-over-precise");
    nothing.when(place(line("a\nb", 1, "1"))).thenRejected("invalid-name");
    nothing.when(place(line("x".repeat(201), 1, "1"))).thenRejected("invalid-name");
    nothing
        .when(place(line("pen", 1, "999999999999.99")))
        .thenEvents(
            new OrderPlaced(
                "Ada", List.of(line("pen", 1, "999999999999.99")), DAY, DAY.plusDays(3)));
    nothing.when(place(line("pen", 1, "1000000000000"))).thenRejected("amount-too-large");
    nothing.when(place(line("pen", 1, "1e999999999"))).thenRejected("amount-too-large");
    nothing.when(place(line("pen", 1, "0e-999999999"))).thenRejected("amount-over-precise");
    nothing.when(new Place(" ", List.of(PENS), DAY, DAY)).thenRejected("no-customer");
    nothing
        .when(new Place("Ada", List.of(PENS), DAY, DAY.minusDays(1)))
        .thenRejected("promised-in-the-past");
  }

  @Test
  void whatWasNeverPlacedCannotGoOn() {
    for (OrderCommand command :
        List.of(
            new Pay(PRICE, DAY),
            new ConfirmStock(DAY),
            new Pack("P", DAY),
            new Ship("L", DAY),
            new Deliver(DAY),
            new Return("pen", 1, DAY),
            new Refund(PRICE, DAY),
            new Cancel("no", DAY),
            new RunOut("none left", DAY),
            new Expire("no", DAY))) {
      nothing.when(command).thenRejected("unknown-order");
    }
  }

  @Test
  void paying() {
    placed
        .when(new Pay(new BigDecimal("252"), DAY))
        .thenEvents(new OrderPaid(new BigDecimal("252"), DAY));
    placed.when(new Pay(new BigDecimal("251.99"), DAY)).thenRejected("wrong-amount");
    placed.when(new Pay(new BigDecimal("252.01"), DAY)).thenRejected("wrong-amount");
    placed.when(new Pay(PRICE, DAY.minusDays(1))).thenRejected("before-what-came-first");
    paid.when(new Pay(PRICE, DAY)).thenRejected("already-paid");
    cancelled.when(new Pay(PRICE, DAY)).thenRejected("order-cancelled");
  }

  @Test
  void confirmingStock() {
    placed.when(new ConfirmStock(DAY)).thenEvents(new StockConfirmed(DAY));
    paid.when(new ConfirmStock(DAY)).thenNothing();
    cancelled.when(new ConfirmStock(DAY)).thenRejected("order-cancelled");
  }

  @Test
  void packingShippingDelivering() {
    paid.when(new Pack("P-1", DAY)).thenEvents(new OrderPacked("P-1", DAY));
    placed.when(new Pack("P-1", DAY)).thenRejected("not-paid");
    placed
        .given(new OrderPaid(PRICE, DAY))
        .when(new Pack("P", DAY))
        .thenRejected("stock-not-reserved");
    paid.when(new Pack("P-1", DAY.minusDays(1))).thenRejected("before-what-came-first");
    paid.given(new OrderPacked("P-1", DAY))
        .when(new Ship("Lasse", DAY.minusDays(1)))
        .thenRejected("before-what-came-first");
    shipped.when(new Pack("P-1", DAY)).thenRejected("already-packed");
    cancelled.when(new Pack("P-1", DAY)).thenRejected("order-cancelled");
    paid.when(new Ship("Lasse", DAY)).thenRejected("not-packed");
    paid.given(new OrderPacked("P-1", DAY))
        .when(new Ship("Lasse", DAY))
        .thenEvents(new OrderShipped("Lasse", DAY));
    shipped.when(new Deliver(DAY)).thenRejected("before-what-came-first");
    shipped.when(new Deliver(DAY.plusDays(1))).thenEvents(new OrderDelivered(DAY.plusDays(1)));
    paid.when(new Deliver(DAY)).thenRejected("not-shipped");
  }

  @Test
  void returning() {
    LocalDate last = DAY.plusDays(16);
    delivered.when(new Return("pen", 2, last)).thenEvents(new GoodsReturned("pen", 2, last));
    delivered.when(new Return("pen", 1, last.plusDays(1))).thenRejected("returned-too-late");
    delivered.when(new Return("pen", 3, last)).thenRejected("returned-too-much");
    delivered
        .given(new GoodsReturned("pen", 1, last))
        .when(new Return("pen", 2, last))
        .thenRejected("returned-too-much");
    delivered.when(new Return("pen", 0, last)).thenRejected("quantity-not-positive");
    delivered.when(new Return("ink", 1, last)).thenRejected("product-not-ordered");
    delivered.when(new Return("pen", 1, DAY)).thenRejected("before-what-came-first");
    shipped.when(new Return("pen", 1, last)).thenRejected("not-delivered");
  }

  @Test
  void refunding() {
    var oneBack = delivered.given(new GoodsReturned("pen", 1, DAY.plusDays(3)));
    var amount = new BigDecimal("1.50");
    LocalDate day = DAY.plusDays(3);
    oneBack.when(new Refund(amount, day)).thenEvents(new OrderRefunded(amount, day));
    oneBack.when(new Refund(amount, DAY)).thenRejected("before-what-came-first");
    oneBack.when(new Refund(new BigDecimal("1.51"), DAY)).thenRejected("refunded-too-much");
    oneBack.when(new Refund(BigDecimal.ZERO, DAY)).thenRejected("amount-not-positive");
    oneBack
        .given(new OrderRefunded(amount, DAY))
        .when(new Refund(amount, day))
        .thenRejected("refunded-too-much");
    delivered.when(new Refund(amount, DAY)).thenRejected("refunded-too-much");
    cancelled.when(new Refund(PRICE, DAY)).thenEvents(new OrderRefunded(PRICE, DAY));
  }

  @Test
  void cancelling() {
    placed.when(new Cancel("no", DAY)).thenEvents(new OrderCancelled("no", DAY));
    paid.when(new Cancel("no", DAY)).thenEvents(new OrderCancelled("no", DAY));
    shipped.when(new Cancel("no", DAY)).thenRejected("already-packed");
    cancelled.when(new Cancel("no", DAY)).thenRejected("already-cancelled");
    placed.when(new Expire("late", DAY)).thenEvents(new OrderCancelled("late", DAY));
    paid.when(new Expire("late", DAY)).thenNothing();
    cancelled.when(new Expire("late", DAY)).thenNothing();
    placed.when(new RunOut("none left", DAY)).thenEvents(new OrderCancelled("none left", DAY));
    shipped.when(new RunOut("none left", DAY)).thenNothing();
    cancelled.when(new RunOut("none left", DAY)).thenNothing();
  }

  @Test
  void aCancellationIsNotBeforeWhatCameFirst() {
    LocalDate next = DAY.plusDays(1);
    var paidNext = placed.given(new OrderPaid(PRICE, next));
    placed.when(new Cancel("no", DAY.minusDays(1))).thenRejected("before-what-came-first");
    paidNext.when(new Cancel("no", DAY)).thenRejected("before-what-came-first");
    paidNext.when(new Cancel("no", next)).thenEvents(new OrderCancelled("no", next));
    // the process cannot be told to date it otherwise
    paidNext.when(new RunOut("none left", DAY)).thenEvents(new OrderCancelled("none left", next));
    placed.when(new Expire("late", DAY.minusDays(1))).thenEvents(new OrderCancelled("late", DAY));
  }

  @Test
  void stock() {
    var three = Scenario.of(Stock.DECIDER).given(new StockReceived(3));
    three.when(new Receive(2)).thenEvents(new StockReceived(2)).thenState(new Stock(5, Map.of()));
    three.when(new Receive(0)).thenRejected("quantity-not-positive");
    three.when(new Receive(Integer.MAX_VALUE)).thenRejected("too-many");
    three.when(new Reserve("7", 3)).thenEvents(new StockReserved("7", 3));
    three.when(new Reserve("7", 4)).thenRejected("out-of-stock");
    var reserved = three.given(new StockReserved("7", 2));
    reserved.when(new Reserve("8", 2)).thenRejected("out-of-stock");
    reserved.when(new Reserve("7", 1)).thenRejected("already-reserved");
    reserved
        .when(new Release("7"))
        .thenEvents(new StockReleased("7", 2))
        .thenState(new Stock(3, Map.of()));
    three.when(new Release("7")).thenNothing();
    reserved
        .when(new TakeOut("7"))
        .thenEvents(new StockTaken("7", 2))
        .thenState(new Stock(1, Map.of()));
    three.when(new TakeOut("7")).thenNothing();
    three.when(new Restock("7", 1)).thenEvents(new StockReturned("7", 1));
    three.when(new Restock("7", Integer.MAX_VALUE - 2)).thenRejected("too-many");
    three.when(new Restock("7", 0)).thenRejected("quantity-not-positive");
  }
}
