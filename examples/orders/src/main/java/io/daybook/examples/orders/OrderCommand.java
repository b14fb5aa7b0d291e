package io.daybook.examples.orders;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** What may be asked of an order. */
sealed interface OrderCommand {

  /**
   * Orders goods.
   *
   * @param promisedBy the day on which they are to be shipped at the latest
   */
  record Place(String customer, List<OrderLine> lines, LocalDate date, LocalDate promisedBy)
      implements OrderCommand {
    /** Copies the collection. */
    public Place {
      lines = List.copyOf(lines);
    }
  }

  /** Takes note that the stock of all lines is reserved. */
  record ConfirmStock(LocalDate date) implements OrderCommand {}

  /** Pays the whole price. */
  record Pay(BigDecimal amount, LocalDate date) implements OrderCommand {}

  /** Packs the goods. */
  record Pack(String parcel, LocalDate date) implements OrderCommand {}

  /** Gives the parcel to a carrier. */
  record Ship(String carrier, LocalDate date) implements OrderCommand {}

  /** Takes note that the parcel arrived. */
  record Deliver(LocalDate date) implements OrderCommand {}

  /** Takes goods back. */
  record Return(String product, int quantity, LocalDate date) implements OrderCommand {}

  /** Gives money back. */
  record Refund(BigDecimal amount, LocalDate date) implements OrderCommand {}

  /** Cancels the order, as long as nothing is packed. */
  record Cancel(String reason, LocalDate date) implements OrderCommand {}

  /**
   * Cancels the order because something of it cannot be had; one that is cancelled stays so. It
   * counts on that day, or on the day of the payment if that came later.
   */
  record RunOut(String reason, LocalDate date) implements OrderCommand {}

  /**
   * Cancels the order if it is not paid; one that is paid goes its way. It counts on that day, or
   * on the day of the order if that is later.
   */
  record Expire(String reason, LocalDate date) implements OrderCommand {}
}
