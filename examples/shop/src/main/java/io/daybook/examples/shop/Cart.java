package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.CART_ABANDONED;
import static io.daybook.examples.shop.Refused.Reason.CART_CHECKED_OUT;
import static io.daybook.examples.shop.Refused.Reason.CART_EMPTY;
import static io.daybook.examples.shop.Refused.Reason.NOT_IN_CART;
import static io.daybook.examples.shop.Refused.Reason.UNKNOWN_CART;

import io.daybook.eventsourcing.decider.Decider;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What someone wants to buy, at the prices that they were told.
 *
 * @param items by product, in the order in which they were put in
 */
record Cart(Map<String, Item> items, Status status) {
  static final Decider<CartCommand, CartEvent, Cart> DECIDER =
      Decider.of(new Cart(Map.of(), Status.NEW), Cart::decide, Cart::evolve);

  /** What is asked for. */
  sealed interface CartCommand {
    /** Puts so many more into the cart, at the price that is told; it counts for all of them. */
    record AddItem(String product, long quantity, BigDecimal price) implements CartCommand {}

    record ChangeQuantity(String product, long quantity) implements CartCommand {}

    record RemoveItem(String product) implements CartCommand {}

    /** Takes the price of now instead of the one that was told. */
    record AcceptPrice(String product, BigDecimal price) implements CartCommand {}

    record CheckOut() implements CartCommand {}

    record Abandon() implements CartCommand {}
  }

  /** What happened. */
  sealed interface CartEvent {
    record ItemAdded(String product, long quantity, BigDecimal price) implements CartEvent {}

    record QuantityChanged(String product, long quantity) implements CartEvent {}

    record ItemRemoved(String product) implements CartEvent {}

    record PriceAccepted(String product, BigDecimal price) implements CartEvent {}

    record CartCheckedOut() implements CartEvent {}

    record CartAbandoned() implements CartEvent {}
  }

  enum Status {
    /** Nothing was ever put in. */
    NEW,
    OPEN,
    CHECKED_OUT,
    ABANDONED
  }

  /** So many of a product, each at that price. */
  record Item(long quantity, BigDecimal price) {
    BigDecimal total() {
      return price.multiply(BigDecimal.valueOf(quantity));
    }
  }

  Cart {
    items = Collections.unmodifiableMap(new LinkedHashMap<>(items));
  }

  /** What all items cost together, before any discount. */
  BigDecimal total() {
    return items.values().stream()
        .map(Item::total)
        .reduce(BigDecimal.ZERO.setScale(Checked.FRACTION_DIGITS), BigDecimal::add);
  }

  static List<CartEvent> decide(CartCommand command, Cart cart) {
    Refused.unless(
        cart.status != Status.CHECKED_OUT,
        CART_CHECKED_OUT,
        () -> "the cart was checked out; what was bought can be cancelled");
    Refused.unless(cart.status != Status.ABANDONED, CART_ABANDONED, () -> "the cart was abandoned");
    if (!(command instanceof CartCommand.AddItem)) {
      cart.checkExists();
    }
    return switch (command) {
      case CartCommand.AddItem(var product, var quantity, var price) -> {
        Item item = cart.items.get(product);
        long before = item == null ? 0 : item.quantity();
        var _ = Checked.quantity(before + Checked.quantity(quantity));
        yield List.of(new CartEvent.ItemAdded(product, quantity, price));
      }
      case CartCommand.ChangeQuantity(var product, var quantity) -> {
        Item item = cart.item(product);
        yield Checked.quantity(quantity) == item.quantity()
            ? List.of()
            : List.of(new CartEvent.QuantityChanged(product, quantity));
      }
      case CartCommand.RemoveItem(var product) -> {
        var _ = cart.item(product);
        yield List.of(new CartEvent.ItemRemoved(product));
      }
      case CartCommand.AcceptPrice(var product, var price) ->
          cart.item(product).price().compareTo(price) == 0
              ? List.of()
              : List.of(new CartEvent.PriceAccepted(product, price));
      case CartCommand.CheckOut() -> {
        Refused.unless(!cart.items.isEmpty(), CART_EMPTY, () -> "the cart is empty");
        yield List.of(new CartEvent.CartCheckedOut());
      }
      case CartCommand.Abandon() -> List.of(new CartEvent.CartAbandoned());
    };
  }

  static Cart evolve(Cart cart, CartEvent event) {
    return switch (event) {
      case CartEvent.ItemAdded(var product, var quantity, var price) -> {
        Item item = cart.items.get(product);
        long before = item == null ? 0 : item.quantity();
        yield cart.with(product, new Item(before + quantity, price));
      }
      case CartEvent.QuantityChanged(var product, var quantity) ->
          cart.with(product, new Item(quantity, cart.item(product).price()));
      case CartEvent.PriceAccepted(var product, var price) ->
          cart.with(product, new Item(cart.item(product).quantity(), price));
      case CartEvent.ItemRemoved(var product) -> {
        var fewer = new LinkedHashMap<>(cart.items);
        fewer.remove(product);
        yield new Cart(fewer, cart.status);
      }
      case CartEvent.CartCheckedOut() -> new Cart(cart.items, Status.CHECKED_OUT);
      case CartEvent.CartAbandoned() -> new Cart(cart.items, Status.ABANDONED);
    };
  }

  /** Refuses if nothing was ever put in. */
  void checkExists() {
    Refused.unless(
        status != Status.NEW, UNKNOWN_CART, () -> "nothing was ever put into such a cart");
  }

  private Item item(String product) {
    Item item = items.get(product);
    if (item == null) {
      throw new Refused(NOT_IN_CART, product + " is not in the cart");
    }
    return item;
  }

  private Cart with(String product, Item item) {
    var more = new LinkedHashMap<>(items);
    more.put(product, item);
    return new Cart(more, Status.OPEN);
  }
}
