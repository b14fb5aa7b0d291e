package io.daybook.examples.orders;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
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
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An order, as far as decisions need to know it, and its rules.
 *
 * @param status how far it is
 * @param lines what was ordered
 * @param stockConfirmed whether its stock is reserved
 * @param paid what was paid
 * @param refunded what was given back of it
 * @param returned how many of each product came back
 * @param lastDay when it last moved on: what follows does not happen before
 */
record Order(
    Status status,
    List<OrderLine> lines,
    boolean stockConfirmed,
    BigDecimal paid,
    BigDecimal refunded,
    Map<String, Integer> returned,
    LocalDate lastDay) {

  /** For so many days after the delivery, goods are taken back. */
  static final int DAYS_TO_RETURN = 14;

  /** Digits of an amount: before the point, and after it. */
  private static final int MOST_DIGITS = 12;

  private static final int DECIMALS = 2;

  static final Decider<OrderCommand, OrderEvent, Order> DECIDER =
      Decider.of(initial(), Order::decide, Order::evolve);

  enum Status {
    NONE,
    PLACED,
    PAID,
    PACKED,
    SHIPPED,
    DELIVERED,
    CANCELLED
  }

  static Order initial() {
    return new Order(
        Status.NONE, List.of(), false, BigDecimal.ZERO, BigDecimal.ZERO, Map.of(), LocalDate.MIN);
  }

  /** The price of all lines. */
  BigDecimal price() {
    return lines.stream().map(OrderLine::price).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** What may be given back: all of a cancelled order, or what came back of a delivered one. */
  BigDecimal refundable() {
    BigDecimal due =
        status == Status.CANCELLED
            ? paid
            : lines.stream()
                .map(line -> line.priceOf(returned.getOrDefault(line.product(), 0)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    return due.subtract(refunded);
  }

  static List<OrderEvent> decide(OrderCommand command, Order order) {
    if (!(command instanceof Place)) {
      require(order.status != Status.NONE, "unknown-order", "there is no such order");
    }
    return switch (command) {
      case Place place -> order.place(place);
      case ConfirmStock(var date) -> order.confirm(date);
      case Pay pay -> order.pay(pay);
      case Pack(var parcel, var date) -> order.pack(parcel, date);
      case Ship(var carrier, var date) -> {
        order.require(Status.PACKED, "not-packed");
        order.requireNotBefore(date);
        yield List.of(new OrderShipped(carrier, date));
      }
      case Deliver(var date) -> {
        order.require(Status.SHIPPED, "not-shipped");
        order.requireNotBefore(date);
        yield List.of(new OrderDelivered(date));
      }
      case Return back -> order.takeBack(back);
      case Refund refund -> order.refund(refund);
      case Cancel(var reason, var date) -> {
        require(order.status != Status.CANCELLED, "already-cancelled", "it is cancelled already");
        require(
            order.status == Status.PLACED || order.status == Status.PAID,
            "already-packed",
            "it is " + order.status + ", and what is packed goes its way");
        order.requireNotBefore(date);
        yield List.of(new OrderCancelled(reason, date));
      }
      case RunOut(var reason, var date) ->
          order.status == Status.PLACED || order.status == Status.PAID
              ? List.of(new OrderCancelled(reason, order.notBeforeLastDay(date)))
              : List.of();
      case Expire(var reason, var date) ->
          order.status == Status.PLACED
              ? List.of(new OrderCancelled(reason, order.notBeforeLastDay(date)))
              : List.of();
    };
  }

  private List<OrderEvent> place(Place place) {
    require(status == Status.NONE, "already-placed", "there is an order of that name already");
    require(!place.customer().isBlank(), "no-customer", "nobody is named as the customer");
    require(!place.lines().isEmpty(), "nothing-ordered", "an order has one line or more");
    Set<String> products = new HashSet<>();
    for (OrderLine line : place.lines()) {
      String product = line.product();
      require(!product.isBlank(), "no-product", "a line names no product");
      Names.require("a product", product);
      require(products.add(product), "product-twice", product + " stands on two lines");
      require(
          line.quantity() > 0,
          "quantity-not-positive",
          "at least one of " + product + ", not " + line.quantity());
      requireAmount(line.unitPrice());
    }
    require(
        !place.promisedBy().isBefore(place.date()),
        "promised-in-the-past",
        "it is ordered on " + place.date() + " and promised by " + place.promisedBy());
    return List.of(
        new OrderPlaced(place.customer(), place.lines(), place.date(), place.promisedBy()));
  }

  private List<OrderEvent> confirm(LocalDate date) {
    require(status != Status.CANCELLED, "order-cancelled", "it is cancelled");
    return stockConfirmed ? List.of() : List.of(new StockConfirmed(date));
  }

  private List<OrderEvent> pay(Pay pay) {
    require(status != Status.CANCELLED, "order-cancelled", "it is cancelled");
    require(status == Status.PLACED, "already-paid", "it is paid already");
    requireAmount(pay.amount());
    requireNotBefore(pay.date());
    require(
        pay.amount().compareTo(price()) == 0,
        "wrong-amount",
        "the price is " + price() + ", not " + pay.amount());
    return List.of(new OrderPaid(pay.amount(), pay.date()));
  }

  private List<OrderEvent> pack(String parcel, LocalDate date) {
    require(status != Status.CANCELLED, "order-cancelled", "it is cancelled");
    require(status != Status.PLACED, "not-paid", "it is not paid");
    require(status == Status.PAID, "already-packed", "it is " + status);
    require(stockConfirmed, "stock-not-reserved", "not all of its stock is reserved yet");
    requireNotBefore(date);
    return List.of(new OrderPacked(parcel, date));
  }

  private List<OrderEvent> takeBack(Return back) {
    require(Status.DELIVERED, "not-delivered");
    int ordered =
        lines.stream()
            .filter(line -> line.product().equals(back.product()))
            .mapToInt(OrderLine::quantity)
            .sum();
    require(ordered > 0, "product-not-ordered", back.product() + " was not ordered");
    require(
        back.quantity() > 0,
        "quantity-not-positive",
        "at least one comes back, not " + back.quantity());
    int left = ordered - returned.getOrDefault(back.product(), 0);
    require(
        back.quantity() <= left,
        "returned-too-much",
        left + " of " + back.product() + " can come back, not " + back.quantity());
    requireNotBefore(back.date());
    LocalDate last = lastDay.plusDays(DAYS_TO_RETURN);
    require(!back.date().isAfter(last), "returned-too-late", "goods were taken back until " + last);
    return List.of(new GoodsReturned(back.product(), back.quantity(), back.date()));
  }

  private List<OrderEvent> refund(Refund refund) {
    requireAmount(refund.amount());
    require(refund.amount().signum() > 0, "amount-not-positive", "nothing would be given back");
    require(
        refund.amount().compareTo(refundable()) <= 0,
        "refunded-too-much",
        refundable() + " may be given back, not " + refund.amount());
    requireNotBefore(refund.date());
    return List.of(new OrderRefunded(refund.amount(), refund.date()));
  }

  static Order evolve(Order order, OrderEvent event) {
    return switch (event) {
      case OrderPlaced placed ->
          new Order(
              Status.PLACED,
              placed.lines(),
              false,
              BigDecimal.ZERO,
              BigDecimal.ZERO,
              Map.of(),
              placed.date());
      case StockConfirmed _ ->
          new Order(
              order.status,
              order.lines,
              true,
              order.paid,
              order.refunded,
              order.returned,
              order.lastDay);
      case OrderPaid(var amount, var date) -> order.paid(amount).at(Status.PAID, date);
      case OrderPacked(_, var date) -> order.at(Status.PACKED, date);
      case OrderShipped(_, var date) -> order.at(Status.SHIPPED, date);
      case OrderDelivered(var date) -> order.at(Status.DELIVERED, date);
      case GoodsReturned(var product, var quantity, var _) -> order.returned(product, quantity);
      case OrderRefunded(var amount, var _) -> order.refunded(amount);
      case OrderCancelled(_, var date) -> order.at(Status.CANCELLED, date);
    };
  }

  private Order at(Status newStatus, LocalDate day) {
    return new Order(newStatus, lines, stockConfirmed, paid, refunded, returned, day);
  }

  private Order paid(BigDecimal amount) {
    return new Order(status, lines, stockConfirmed, paid.add(amount), refunded, returned, lastDay);
  }

  private Order refunded(BigDecimal amount) {
    return new Order(status, lines, stockConfirmed, paid, refunded.add(amount), returned, lastDay);
  }

  private Order returned(String product, int quantity) {
    var more = new HashMap<>(returned);
    more.merge(product, quantity, Integer::sum);
    return new Order(status, lines, stockConfirmed, paid, refunded, Map.copyOf(more), lastDay);
  }

  private void requireNotBefore(LocalDate date) {
    require(
        !date.isBefore(lastDay),
        "before-what-came-first",
        date + " is before " + lastDay + ", when it came to be " + status);
  }

  /** The day on which something counts that nobody can be told to date otherwise. */
  private LocalDate notBeforeLastDay(LocalDate date) {
    return date.isBefore(lastDay) ? lastDay : date;
  }

  private static void requireAmount(BigDecimal amount) {
    require(amount.signum() >= 0, "amount-negative", "an amount is not negative: " + amount);
    // first of all the exponent: a short text may mean a number of millions of digits
    require(
        (long) amount.precision() - amount.scale() <= MOST_DIGITS,
        "amount-too-large",
        "an amount has " + MOST_DIGITS + " digits before the point at most: " + amount);
    require(
        amount.scale() <= MOST_DIGITS && amount.stripTrailingZeros().scale() <= DECIMALS,
        "amount-over-precise",
        "an amount has two decimals at most: " + amount);
  }

  private void require(Status wanted, String reason) {
    require(status == wanted, reason, "it is " + status);
  }

  private static void require(boolean condition, String reason, String message) {
    if (!condition) {
      throw new Rejected(reason, message);
    }
  }
}
