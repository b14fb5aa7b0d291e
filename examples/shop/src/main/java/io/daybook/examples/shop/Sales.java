package io.daybook.examples.shop;

import io.daybook.examples.shop.Order.ItemCancelled;
import io.daybook.examples.shop.Order.ItemOrdered;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent.CancellationRefused;
import io.daybook.examples.shop.Purchases.Line;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was sold: to whom, of what, and in all. A read model: made of events, thrown away and made
 * again. To be used by one thread at a time.
 *
 * <p>Totals are over all lines, as the invoices have them. Net figures, by customer and by product,
 * leave refused cancellations out; lines without a customer count for their product only. An order
 * of this shop is an invoice with a line for each product, and one more for each cancellation.
 */
final class Sales {
  private long lines;
  private long quantity;
  private BigDecimal value = BigDecimal.ZERO;
  private long refusedCancellations;
  private final Set<String> invoices = new HashSet<>();
  private final SortedMap<String, BigDecimal> revenues = new TreeMap<>();
  private final SortedMap<String, Long> quantities = new TreeMap<>();

  /**
   * Figures over all lines.
   *
   * @param value the sum of quantity × price, exactly
   */
  record Totals(
      long lines,
      long invoices,
      long customers,
      long products,
      long quantity,
      BigDecimal value,
      long refusedCancellations) {}

  /** A line of an invoice was recorded. */
  void apply(InvoiceEvent event) {
    Line line = event.line();
    boolean counts = !(event instanceof CancellationRefused);
    refusedCancellations += counts ? 0 : 1;
    add(line.invoice(), line.customer(), line.product(), line.quantity(), line.value(), counts);
  }

  /** Something was bought in this shop; the stream tells the order. */
  void apply(String stream, ItemOrdered item) {
    add(stream, item.customer(), item.product(), item.quantity(), item.paid(), true);
  }

  /** Something that was bought in this shop was given back. */
  void apply(String stream, ItemCancelled item) {
    BigDecimal refund = item.refund().negate();
    add(stream, item.customer(), item.product(), -item.quantity(), refund, true);
  }

  private void add(
      String invoice,
      String customer,
      String product,
      long lineQuantity,
      BigDecimal lineValue,
      boolean counts) {
    lines++;
    invoices.add(invoice);
    quantity = Math.addExact(quantity, lineQuantity);
    value = value.add(lineValue);
    quantities.merge(product, counts ? lineQuantity : 0, Math::addExact);
    if (!customer.isEmpty()) {
      revenues.merge(customer, counts ? lineValue : BigDecimal.ZERO, BigDecimal::add);
    }
  }

  Totals totals() {
    return new Totals(
        lines,
        invoices.size(),
        revenues.size(),
        quantities.size(),
        quantity,
        value,
        refusedCancellations);
  }

  /** What each customer paid, cancellations taken off. */
  SortedMap<String, BigDecimal> revenues() {
    return revenues;
  }

  /** How many of each product were sold, cancellations taken off. */
  SortedMap<String, Long> quantities() {
    return quantities;
  }
}
