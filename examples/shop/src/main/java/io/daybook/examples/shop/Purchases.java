package io.daybook.examples.shop;

import io.daybook.eventsourcing.decider.Decider;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;

/**
 * How many of one product a customer bought and has not cancelled, as invoices tell it: what the
 * rule about cancellations needs to know.
 *
 * <p>An invoice of another shop is not ours to refuse: all its lines are recorded. Only whether a
 * cancellation counts is decided here.
 *
 * @param held bought and not yet cancelled; less than zero only after corrections
 */
record Purchases(long held) {
  static final Decider<Line, InvoiceEvent, Purchases> DECIDER =
      Decider.of(new Purchases(0), Purchases::decide, Purchases::evolve);

  /**
   * A line of an invoice.
   *
   * @param invoice the invoice's number; those that begin with {@code C} are cancellations
   * @param quantity negative in cancellations and corrections
   * @param price what one costs
   * @param customer empty if it is not known
   */
  record Line(
      String invoice,
      String product,
      String description,
      long quantity,
      BigDecimal price,
      LocalDateTime at,
      String customer,
      String country) {

    /** Whether it takes back something that a known customer bought. */
    boolean isCancellation() {
      return invoice.startsWith("C") && hasCustomer() && quantity < 0;
    }

    boolean hasCustomer() {
      return !customer.isEmpty();
    }

    BigDecimal value() {
      return price.multiply(BigDecimal.valueOf(quantity));
    }
  }

  /** A line was recorded. */
  sealed interface InvoiceEvent {
    Line line();

    /** How many more the customer holds of the product after it. */
    default long change() {
      return this instanceof CancellationRefused ? 0 : line().quantity();
    }

    /** Sold, or corrected. */
    record LineInvoiced(Line line) implements InvoiceEvent {}

    record LineCancelled(Line line) implements InvoiceEvent {}

    /** The line stands in the invoice, but more was cancelled than was bought: it doesn't count. */
    record CancellationRefused(Line line) implements InvoiceEvent {}
  }

  static List<InvoiceEvent> decide(Line line, Purchases purchases) {
    if (!line.isCancellation()) {
      return List.of(new InvoiceEvent.LineInvoiced(line));
    }
    return List.of(
        purchases.held + line.quantity() >= 0
            ? new InvoiceEvent.LineCancelled(line)
            : new InvoiceEvent.CancellationRefused(line));
  }

  static Purchases evolve(Purchases purchases, InvoiceEvent event) {
    return new Purchases(purchases.held + event.change());
  }
}
