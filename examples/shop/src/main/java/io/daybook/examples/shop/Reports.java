package io.daybook.examples.shop;

import io.daybook.cli.Csv;
import io.daybook.examples.shop.DiscountCode.Discount;
import io.daybook.examples.shop.DiscountCode.Terms;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What the shop's command prints. */
final class Reports {
  private static final String ITEM = "  %-20s%10s x %10s%14s\n";
  private static final String TOTAL = "  %-43s%14s\n";
  private static final int MOST_IN_TEXT = 20;

  private Reports() {}

  static String cart(String id, Cart cart) {
    String status =
        switch (cart.status()) {
          case NEW, OPEN -> "";
          case CHECKED_OUT -> ", checked out";
          case ABANDONED -> ", abandoned";
        };
    var out = new StringBuilder("cart %s%s\n".formatted(id, status));
    cart.items()
        .forEach((product, item) ->
            out.append(
                ITEM.formatted(
                    product, item.quantity(), plain(item.price()), plain(item.total()))));
    return out.append(TOTAL.formatted("total", plain(cart.total()))).toString();
  }

  static String order(String id, Order order) {
    var out = new StringBuilder("order %s of %s\n".formatted(id, order.customer()));
    order
        .lines()
        .forEach((product, line) -> {
          BigDecimal full = line.price().multiply(BigDecimal.valueOf(line.bought()));
          out.append(ITEM.formatted(product, line.bought(), plain(line.price()), plain(full)));
          if (line.cancelled() > 0) {
            String what = line.cancelled() + " of " + product + " cancelled, refunded";
            out.append(TOTAL.formatted(what, plain(line.refunded().negate())));
          }
        });
    var redeemed = order.redeemed();
    if (redeemed != null) {
      BigDecimal off = redeemed.discount().negate();
      out.append(TOTAL.formatted("code " + redeemed.code(), plain(off)));
    }
    return out.append(TOTAL.formatted("total", plain(order.total()))).toString();
  }

  static String product(String id, Catalogue.Entry entry) {
    Product product = entry.product();
    var out =
        new StringBuilder(
            "%s: %s, %s, %d in stock\n"
                .formatted(
                    id,
                    oneLine(product.name()),
                    plain(product.price()),
                    entry.stock().available()));
    product.offers().stream()
        .filter(offer -> !offer.validUntil().equals(Instant.MAX))
        .forEach(offer ->
            out.append(
                "  carts that hold %s keep it until %s\n"
                    .formatted(plain(offer.price()), offer.validUntil())));
    return out.toString();
  }

  static String catalogue(Map<String, Catalogue.Entry> entries) {
    var out =
        new StringBuilder("%-20s%-30s%12s%12s\n".formatted("Product", "Name", "Price", "Stock"));
    entries.forEach((id, entry) ->
        out.append(
            "%-20s%-30s%12s%12d\n"
                .formatted(
                    id,
                    oneLine(entry.product().name()),
                    plain(entry.product().price()),
                    entry.stock().available())));
    return out.toString();
  }

  static String code(String id, DiscountCode code) {
    Terms terms = code.known(id);
    String discount =
        switch (terms.discount()) {
          case Discount.Percent(var percent) -> percent.toPlainString() + " %";
          case Discount.Fixed(var amount) -> plain(amount);
        };
    return "%s: %s off%s%s%s, used %d%s times%s\n"
        .formatted(
            id,
            discount,
            said(", from ", terms.from()),
            said(", until ", terms.to()),
            terms.oncePerCustomer() ? ", once per customer" : "",
            code.uses(),
            said(" of ", terms.uses()),
            code.ended() ? ", taken back" : "");
  }

  private static String said(String before, @Nullable Object value) {
    return value == null ? "" : before + value;
  }

  static String totals(Sales.Totals totals) {
    return String.format(
        Locale.ROOT,
        """
        lines                  %,20d
        invoices               %,20d
        customers              %,20d
        products               %,20d
        quantity               %,20d
        value                  %20s
        refused cancellations  %,20d
        """,
        totals.lines(),
        totals.invoices(),
        totals.customers(),
        totals.products(),
        totals.quantity(),
        plain(totals.value()),
        totals.refusedCancellations());
  }

  static String totalsAsJson(Sales.Totals totals) {
    return """
    {"lines":%d,"invoices":%d,"customers":%d,"products":%d,"quantity":%d,"value":%s,\
    "refusedCancellations":%d}
    """
        .formatted(
            totals.lines(),
            totals.invoices(),
            totals.customers(),
            totals.products(),
            totals.quantity(),
            plain(totals.value()),
            totals.refusedCancellations());
  }

  static String customersAsCsv(SortedMap<String, BigDecimal> revenues) {
    var out = new StringBuilder("customer,net_revenue\n");
    revenues.forEach((customer, revenue) -> out.append(Csv.line(customer, plain(revenue))));
    return out.toString();
  }

  static String productsAsCsv(SortedMap<String, Long> quantities) {
    var out = new StringBuilder("stock_code,net_quantity_sold\n");
    quantities.forEach(
        (product, quantity) -> out.append(Csv.line(product, Long.toString(quantity))));
    return out.toString();
  }

  /** The customers who paid most. */
  static String customers(SortedMap<String, BigDecimal> revenues) {
    var out = new StringBuilder("%-30s%20s\n".formatted("Customer", "Net revenue"));
    revenues.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_IN_TEXT)
        .forEach(entry ->
            out.append("%-30s%20s\n".formatted(oneLine(entry.getKey()), plain(entry.getValue()))));
    return out.append(more(revenues.size(), "customers")).toString();
  }

  /** The products that were sold most. */
  static String products(SortedMap<String, Long> quantities) {
    var out = new StringBuilder("%-30s%20s\n".formatted("Product", "Net quantity sold"));
    quantities.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_IN_TEXT)
        .forEach(entry ->
            out.append(
                String.format(
                    Locale.ROOT, "%-30s%,20d\n", oneLine(entry.getKey()), entry.getValue())));
    return out.append(more(quantities.size(), "products")).toString();
  }

  private static String more(int count, String what) {
    return count <= MOST_IN_TEXT
        ? ""
        : String.format(
            Locale.ROOT, "and %,d more %s; --format csv has all\n", count - MOST_IN_TEXT, what);
  }

  /** What came of an import. */
  static String imported(InvoiceImport.Summary summary) {
    return String.format(
        Locale.ROOT,
        """
        %,d lines: %,d recorded, %,d recorded before, %,d bad
        %,d invoices recorded, with %,d cancellations accepted and %,d refused
        """,
        summary.recorded() + summary.known() + summary.bad(),
        summary.recorded(),
        summary.known(),
        summary.bad(),
        summary.invoices(),
        summary.cancelled(),
        summary.refused());
  }

  /** An amount with all its digits, and two after the point at least. */
  static String plain(BigDecimal amount) {
    BigDecimal shortest = amount.stripTrailingZeros();
    return shortest.setScale(Math.max(Checked.FRACTION_DIGITS, shortest.scale())).toPlainString();
  }

  /** Text that somebody gave, with nothing in it that would move a terminal's cursor. */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
