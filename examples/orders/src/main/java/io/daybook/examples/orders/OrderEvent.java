package io.daybook.examples.orders;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** What happened to an order. */
sealed interface OrderEvent {

  /** The day on which it happened. */
  LocalDate date();

  /** Goods were ordered. */
  record OrderPlaced(String customer, List<OrderLine> lines, LocalDate date, LocalDate promisedBy)
      implements OrderEvent {
    /** Copies the collection. */
    public OrderPlaced {
      lines = List.copyOf(lines);
    }
  }

  /** The stock of all lines is reserved. */
  record StockConfirmed(LocalDate date) implements OrderEvent {}

  /** The price was paid. */
  record OrderPaid(BigDecimal amount, LocalDate date) implements OrderEvent {}

  /** The goods were packed. */
  record OrderPacked(String parcel, LocalDate date) implements OrderEvent {}

  /** A carrier has the parcel. */
  record OrderShipped(String carrier, LocalDate date) implements OrderEvent {}

  /** The parcel arrived. */
  record OrderDelivered(LocalDate date) implements OrderEvent {}

  /** Goods came back. */
  record GoodsReturned(String product, int quantity, LocalDate date) implements OrderEvent {}

  /** Money was given back. */
  record OrderRefunded(BigDecimal amount, LocalDate date) implements OrderEvent {}

  /** The order was cancelled. */
  record OrderCancelled(String reason, LocalDate date) implements OrderEvent {}
}
