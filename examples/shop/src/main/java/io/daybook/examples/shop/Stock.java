package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.OUT_OF_STOCK;
import static io.daybook.examples.shop.Refused.Reason.QUANTITY_TOO_LARGE;

import io.daybook.eventsourcing.decider.Decider;
import java.util.List;

/**
 * How many of a product can be sold. Never less than zero.
 *
 * @param available in the shop and not reserved for an order
 */
record Stock(long available) {
  static final Decider<StockCommand, StockEvent, Stock> DECIDER =
      Decider.of(new Stock(0), Stock::decide, Stock::evolve);

  private static final long MOST = 1_000_000_000;

  /** What is asked for. */
  sealed interface StockCommand {
    /** The product that is meant. */
    String product();

    /** How many, 1 or more. */
    long quantity();

    record Receive(String product, long quantity) implements StockCommand {}

    /** Takes what was broken or lost out of the stock. */
    record WriteOff(String product, long quantity) implements StockCommand {}

    record Reserve(String product, String order, long quantity) implements StockCommand {}

    /** Puts back what was reserved, when an order is cancelled. */
    record Release(String product, String order, long quantity) implements StockCommand {}
  }

  /** What happened. */
  sealed interface StockEvent {
    /** By how much there is more, or less if it is negative. */
    long change();

    record StockReceived(long quantity) implements StockEvent {
      @Override
      public long change() {
        return quantity;
      }
    }

    record StockWrittenOff(long quantity) implements StockEvent {
      @Override
      public long change() {
        return -quantity;
      }
    }

    record StockReserved(String order, long quantity) implements StockEvent {
      @Override
      public long change() {
        return -quantity;
      }
    }

    record StockReleased(String order, long quantity) implements StockEvent {
      @Override
      public long change() {
        return quantity;
      }
    }
  }

  static List<StockEvent> decide(StockCommand command, Stock stock) {
    long quantity = Checked.quantity(command.quantity());
    StockEvent event =
        switch (command) {
          case StockCommand.Receive _ -> new StockEvent.StockReceived(quantity);
          case StockCommand.WriteOff _ -> new StockEvent.StockWrittenOff(quantity);
          case StockCommand.Reserve reserve ->
              new StockEvent.StockReserved(reserve.order(), quantity);
          case StockCommand.Release release ->
              new StockEvent.StockReleased(release.order(), quantity);
        };
    long after = stock.available + event.change();
    Refused.unless(
        after >= 0,
        OUT_OF_STOCK,
        () -> "of " + command.product() + " there are " + stock.available + ", not " + quantity);
    Refused.unless(
        after <= MOST,
        QUANTITY_TOO_LARGE,
        () -> "of " + command.product() + " there can be " + MOST + " at most, not " + after);
    return List.of(event);
  }

  static Stock evolve(Stock stock, StockEvent event) {
    return new Stock(stock.available + event.change());
  }
}
