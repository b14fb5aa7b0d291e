package io.daybook.testkit.docs;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.testkit.docs.Cart.CartCommand.Add;
import io.daybook.testkit.docs.Cart.CartCommand.CheckOut;
import io.daybook.testkit.docs.Cart.CartEvent.Added;
import io.daybook.testkit.docs.Cart.CartEvent.CheckedOut;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public record Cart(Map<String, Integer> items, boolean closed) {

  public sealed interface CartCommand {
    record Add(String product, int quantity) implements CartCommand {}

    record CheckOut() implements CartCommand {}
  }

  public sealed interface CartEvent {
    record Added(String product, int quantity) implements CartEvent {}

    record CheckedOut() implements CartEvent {}
  }

  public static final Decider<CartCommand, CartEvent, Cart> DECIDER =
      Decider.of(new Cart(Map.of(), false), Cart::decide, Cart::evolve);

  static List<CartEvent> decide(CartCommand command, Cart cart) {
    if (cart.closed) {
      throw new Rejected("cart is closed");
    }
    return switch (command) {
      case Add(var product, var quantity) -> {
        if (quantity < 1) {
          throw new Rejected("quantity too small", "at least one, not " + quantity);
        }
        yield List.of(new Added(product, quantity));
      }
      case CheckOut() -> {
        if (cart.items.isEmpty()) {
          throw new Rejected("cart is empty");
        }
        yield List.of(new CheckedOut());
      }
    };
  }

  static Cart evolve(Cart cart, CartEvent event) {
    return switch (event) {
      case Added(var product, var quantity) -> cart.plus(product, quantity);
      case CheckedOut() -> new Cart(cart.items, true);
    };
  }

  private Cart plus(String product, int quantity) {
    var more = new HashMap<>(items);
    more.merge(product, quantity, Integer::sum);
    return new Cart(Map.copyOf(more), closed);
  }
}
