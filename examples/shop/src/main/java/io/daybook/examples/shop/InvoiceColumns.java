package io.daybook.examples.shop;

import io.daybook.cli.CsvRows.BadRowException;
import io.daybook.examples.shop.Purchases.Line;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the columns of a file of invoices stand, as its header tells, and how their texts are read.
 * Used by one thread.
 */
final class InvoiceColumns {
  private static final long MAX_QUANTITY = 1_000_000_000;
  private static final int MAX_PRICE_DIGITS = 18;
  private static final int MAX_FRACTION_DIGITS = 10;
  private static final int MOST_SHOWN = 80;

  /** Later editions of the data set have other names for the same columns. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("invoice", "invoiceno", "price", "unitprice");

  private final int invoice;
  private final int product;
  private final int description;
  private final int quantity;
  private final int date;
  private final int price;
  private final int customer;
  private final int country;

  // rows of an invoice have the same date, and stand together
  private String lastDateText = "";
  private LocalDateTime lastDate = LocalDateTime.MIN;

  private InvoiceColumns(List<String> header) throws BadRowException {
    var places = new HashMap<String, Integer>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).replace(" ", "").toLowerCase(Locale.ROOT);
      places.putIfAbsent(OTHER_NAMES.getOrDefault(name, name), i);
    }
    invoice = place(places, "InvoiceNo");
    product = place(places, "StockCode");
    description = place(places, "Description");
    quantity = place(places, "Quantity");
    date = place(places, "InvoiceDate");
    price = place(places, "UnitPrice");
    customer = place(places, "CustomerID");
    country = place(places, "Country");
  }

  /**
   * As this header tells.
   *
   * @throws BadRowException if a column is missing
   */
  static InvoiceColumns of(List<String> header) throws BadRowException {
    return new InvoiceColumns(header);
  }

  private static int place(Map<String, Integer> places, String name) throws BadRowException {
    Integer place = places.get(name.toLowerCase(Locale.ROOT));
    if (place == null) {
      throw new BadRowException("the header has no column " + name);
    }
    return place;
  }

  /** The row of these fields. */
  Line line(List<String> fields) throws BadRowException {
    String known = fields.get(customer);
    return new Line(
        name("InvoiceNo", fields.get(invoice)),
        name("StockCode", fields.get(product)),
        fields.get(description),
        quantity(fields.get(quantity)),
        price(fields.get(price)),
        date(fields.get(date)),
        known.isBlank() ? "" : known,
        fields.get(country));
  }

  private static String name(String column, String text) throws BadRowException {
    if (text.isBlank()) {
      throw new BadRowException(column + " is empty");
    }
    return text;
  }

  private static long quantity(String text) throws BadRowException {
    long quantity;
    try {
      quantity = Long.parseLong(text);
    } catch (NumberFormatException _) {
      quantity = whole(text);
    }
    if (quantity > MAX_QUANTITY || quantity < -MAX_QUANTITY) {
      throw new BadRowException("Quantity is too large: " + text);
    }
    return quantity;
  }

  /** A whole number that is written with a point, like 6.0. */
  private static long whole(String text) throws BadRowException {
    BigDecimal number = number("Quantity", text);
    if (number.stripTrailingZeros().scale() > 0) {
      throw new BadRowException("Quantity is not a whole number: " + text);
    }
    return number.longValueExact();
  }

  private static BigDecimal price(String text) throws BadRowException {
    return number("UnitPrice", text);
  }

  private static BigDecimal number(String column, String text) throws BadRowException {
    BigDecimal number;
    try {
      number = new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw new BadRowException(column + " is not a number: \"" + abbreviated(text) + "\"");
    }
    if (number.scale() > MAX_FRACTION_DIGITS
        || (long) number.precision() - Math.min(0, number.scale()) > MAX_PRICE_DIGITS) {
      throw new BadRowException(column + " has too many digits: \"" + abbreviated(text) + "\"");
    }
    return number.scale() < 0 ? number.setScale(0) : number;
  }

  private LocalDateTime date(String text) throws BadRowException {
    if (!text.equals(lastDateText)) {
      try {
        lastDate = LocalDateTime.parse(text.strip().replace(' ', 'T'));
      } catch (DateTimeException _) {
        throw new BadRowException(
            "InvoiceDate is a time like 2010-12-01 08:26:00, not \"" + abbreviated(text) + "\"");
      }
      lastDateText = text;
    }
    return lastDate;
  }

  private static String abbreviated(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }
}
