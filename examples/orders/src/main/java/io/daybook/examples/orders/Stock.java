package io.daybook.examples.orders;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in stock of one product, and its rules: never less than what is reserved.
 *
 * @param onHand how many lie there
 * @param reserved how many of them are for which order
 */
record Stock(int onHand, Map<String, Integer> reserved) {
  static final Decider<StockCommand, StockEvent, Stock> DECIDER =
      Decider.of(new Stock(0, Map.of()), Stock::decide, Stock::evolve);

  /** What may be asked of the stock. */
  sealed interface StockCommand {

    /** New goods came in. */
    record Receive(int quantity) implements StockCommand {}

    /** Sets goods aside for an order. */
    record Reserve(String order, int quantity) implements StockCommand {}

    /** Gives what is set aside for an order back. */
    record Release(String order) implements StockCommand {}

    /** What is set aside for an order leaves the house. */
    record TakeOut(String order) implements StockCommand {}

    /** Goods of an order came back. */
    record Restock(String order, int quantity) implements StockCommand {}
  }

  /** What happened to the stock. */
  sealed interface StockEvent {

    /** New goods came in. */
    record StockReceived(int quantity) implements StockEvent {}

    /** Goods were set aside for an order. */
    record StockReserved(String order, int quantity) implements StockEvent {}

    /** They are for anybody again. */
    record StockReleased(String order, int quantity) implements StockEvent {}

    /** They left the house. */
    record StockTaken(String order, int quantity) implements StockEvent {}

    /** They came back. */
    record StockReturned(String order, int quantity) implements StockEvent {}
  }

  /** How many are for anybody. */
  int available() {
    return onHand - reserved.values().stream().mapToInt(Integer::intValue).sum();
  }

  static List<StockEvent> decide(StockCommand command, Stock stock) {
    return switch (command) {
      case StockCommand.Receive(var quantity) -> {
        stock.requireRoom(quantity);
        yield List.of(new StockEvent.StockReceived(quantity));
      }
      case StockCommand.Reserve(var order, var quantity) -> {
        requirePositive(quantity);
        if (stock.reserved.containsKey(order)) {
          throw new Rejected("already-reserved", "something is set aside for it already");
        }
        if (quantity > stock.available()) {
          throw new Rejected(
              "out-of-stock", stock.available() + " are left, " + quantity + " are wanted");
        }
        yield List.of(new StockEvent.StockReserved(order, quantity));
      }
      case StockCommand.Release(var order) -> {
        Integer quantity = stock.reserved.get(order);
        yield quantity == null ? List.of() : List.of(new StockEvent.StockReleased(order, quantity));
      }
      case StockCommand.TakeOut(var order) -> {
        Integer quantity = stock.reserved.get(order);
        yield quantity == null ? List.of() : List.of(new StockEvent.StockTaken(order, quantity));
      }
      case StockCommand.Restock(var order, var quantity) -> {
        stock.requireRoom(quantity);
        yield List.of(new StockEvent.StockReturned(order, quantity));
      }
    };
  }

  static Stock evolve(Stock stock, StockEvent event) {
    return switch (event) {
      case StockEvent.StockReceived(var quantity) ->
          new Stock(stock.onHand + quantity, stock.reserved);
      case StockEvent.StockReserved(var order, var quantity) -> {
        var more = new HashMap<>(stock.reserved);
        more.put(order, quantity);
        yield new Stock(stock.onHand, Map.copyOf(more));
      }
      case StockEvent.StockReleased(var order, _) -> stock.without(order, stock.onHand);
      case StockEvent.StockTaken(var order, var quantity) ->
          stock.without(order, stock.onHand - quantity);
      case StockEvent.StockReturned(_, var quantity) ->
          new Stock(stock.onHand + quantity, stock.reserved);
    };
  }

  private Stock without(String order, int left) {
    var fewer = new HashMap<>(reserved);
    fewer.remove(order);
    return new Stock(left, Map.copyOf(fewer));
  }

  private void requireRoom(int quantity) {
    requirePositive(quantity);
    if (quantity > Integer.MAX_VALUE - onHand) {
      throw new Rejected("too-many", "so many cannot be counted: " + quantity);
    }
  }

  private static void requirePositive(int quantity) {
    if (quantity < 1) {
      throw new Rejected("quantity-not-positive", "at least one, not " + quantity);
    }
  }
}
