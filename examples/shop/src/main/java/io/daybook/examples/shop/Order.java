package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.MORE_THAN_BOUGHT;
import static io.daybook.examples.shop.Refused.Reason.NOT_IN_ORDER;
import static io.daybook.examples.shop.Refused.Reason.UNKNOWN_ORDER;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeRedeemed;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What someone bought.
 *
 * @param customer empty before it was placed
 * @param lines by product, in the order of the cart
 */
record Order(String customer, Map<String, Line> lines, @Nullable CodeRedeemed redeemed) {
  static final Decider<OrderCommand, OrderEvent, Order> DECIDER =
      Decider.of(new Order("", Map.of(), null), Order::decide, Order::evolve);

  private static final BigDecimal NOTHING = BigDecimal.ZERO.setScale(Checked.FRACTION_DIGITS);

  /** What is asked for. */
  sealed interface OrderCommand {
    /** The order that is meant. */
    String order();

    /**
     * Places the order of a cart that was checked out.
     *
     * @param redeemed the discount; null if there is none
     */
    record PlaceOrder(
        String order,
        String customer,
        Map<String, Cart.Item> items,
        @Nullable CodeRedeemed redeemed)
        implements OrderCommand {}

    /** Gives so many of a product back. */
    record CancelItem(String order, String product, long quantity) implements OrderCommand {}
  }

  /** What happened. Each tells who bought what, so that it can be found by either. */
  sealed interface OrderEvent permits ItemOrdered, ItemCancelled, CodeRedeemed {
    /** Who bought it. */
    String customer();
  }

  /**
   * So many of a product were bought.
   *
   * @param price what one costs
   * @param paid what all of them cost, the line's share of the discount taken off
   */
  record ItemOrdered(
      String customer, String product, long quantity, BigDecimal price, BigDecimal paid)
      implements OrderEvent {}

  /** So many of a product were given back, for that refund. */
  record ItemCancelled(String customer, String product, long quantity, BigDecimal refund)
      implements OrderEvent {}

  /**
   * A product in the order.
   *
   * @param bought how many
   * @param paid for all of them
   * @param cancelled how many of them were given back
   * @param refunded for those
   */
  record Line(long bought, BigDecimal price, BigDecimal paid, long cancelled, BigDecimal refunded) {
    long kept() {
      return bought - cancelled;
    }

    /** What is due if so many more are given back: together never more than was paid. */
    BigDecimal refundFor(long quantity) {
      return paid.multiply(BigDecimal.valueOf(cancelled + quantity))
          .divide(BigDecimal.valueOf(bought), Checked.FRACTION_DIGITS, RoundingMode.DOWN)
          .subtract(refunded);
    }
  }

  Order {
    lines = Collections.unmodifiableMap(new LinkedHashMap<>(lines));
  }

  /** Whether it was placed. */
  boolean exists() {
    return !lines.isEmpty();
  }

  /** What the customer paid, refunds taken off. */
  BigDecimal total() {
    return lines.values().stream()
        .map(line -> line.paid().subtract(line.refunded()))
        .reduce(NOTHING, BigDecimal::add);
  }

  static List<OrderEvent> decide(OrderCommand command, Order order) {
    return switch (command) {
      case OrderCommand.PlaceOrder place -> {
        if (order.exists()) {
          throw new IllegalStateException("a cart is checked out once: " + place.order());
        }
        yield placed(place);
      }
      case OrderCommand.CancelItem(var id, var product, var quantity) -> {
        Line line = order.line(id, product);
        Refused.unless(
            line.kept() > 0, MORE_THAN_BOUGHT, () -> "all of " + product + " was cancelled before");
        long checked = Checked.quantity(quantity);
        Refused.unless(
            checked <= line.kept(),
            MORE_THAN_BOUGHT,
            () -> "of " + product + " " + line.kept() + " can be cancelled, not " + checked);
        BigDecimal refund = line.refundFor(checked);
        yield List.of(new ItemCancelled(order.customer, product, checked, refund));
      }
    };
  }

  /** Every line bears its share of the discount; the shares add up to it exactly. */
  private static List<OrderEvent> placed(OrderCommand.PlaceOrder place) {
    CodeRedeemed redeemed = place.redeemed();
    BigDecimal discount = redeemed == null ? NOTHING : redeemed.discount();
    BigDecimal total =
        place.items().values().stream().map(Cart.Item::total).reduce(NOTHING, BigDecimal::add);
    var events = new ArrayList<OrderEvent>();
    BigDecimal before = NOTHING;
    BigDecimal shared = NOTHING;
    for (var entry : place.items().entrySet()) {
      Cart.Item item = entry.getValue();
      before = before.add(item.total());
      // rounded down of the sum up to here, no share is more than its line
      BigDecimal sharedUpToHere =
          total.signum() == 0
              ? NOTHING
              : discount.multiply(before).divide(total, Checked.FRACTION_DIGITS, RoundingMode.DOWN);
      BigDecimal paid = item.total().subtract(sharedUpToHere.subtract(shared));
      shared = sharedUpToHere;
      events.add(
          new ItemOrdered(place.customer(), entry.getKey(), item.quantity(), item.price(), paid));
    }
    if (redeemed != null) {
      events.add(redeemed);
    }
    return events;
  }

  static Order evolve(Order order, OrderEvent event) {
    return switch (event) {
      case ItemOrdered(var customer, var product, var quantity, var price, var paid) ->
          new Order(
              customer,
              order.with(product, new Line(quantity, price, paid, 0, NOTHING)),
              order.redeemed);
      case ItemCancelled(_, var product, var quantity, var refund) -> {
        Line line = order.line("the order", product);
        var less =
            new Line(
                line.bought(),
                line.price(),
                line.paid(),
                line.cancelled() + quantity,
                line.refunded().add(refund));
        yield new Order(order.customer, order.with(product, less), order.redeemed);
      }
      case CodeRedeemed redeemed -> new Order(order.customer, order.lines, redeemed);
    };
  }

  /** Refuses if it was not placed. */
  void checkExists(String id) {
    Refused.unless(exists(), UNKNOWN_ORDER, () -> "there is no order " + id);
  }

  /** A product in the order; refuses if it is not. */
  Line line(String id, String product) {
    checkExists(id);
    Line line = lines.get(product);
    if (line == null) {
      throw new Refused(NOT_IN_ORDER, product + " is not in " + id);
    }
    return line;
  }

  private Map<String, Line> with(String product, Line line) {
    var more = new LinkedHashMap<>(lines);
    more.put(product, line);
    return more;
  }
}
