package io.daybook.examples.bank;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * From which amount on a withdrawal is large.
 *
 * @param everywhere in currencies that have no limit of their own
 * @param limits by the currencies' codes
 */
record LargeAmounts(BigDecimal everywhere, Map<String, BigDecimal> limits) {
  /** What is large if nobody says so. */
  static final String DEFAULT = "10000";

  LargeAmounts {
    limits = Map.copyOf(limits);
  }

  static LargeAmounts standard() {
    return of(List.of(DEFAULT));
  }

  /**
   * Of texts like {@code 10000}, for all currencies, or {@code EUR=500}. The last one of a kind
   * counts.
   *
   * @throws IllegalArgumentException if one is neither, or not more than 0
   */
  static LargeAmounts of(List<String> texts) {
    var everywhere = new BigDecimal(DEFAULT);
    var limits = new TreeMap<String, BigDecimal>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      BigDecimal amount = amount(text, text.substring(equals + 1));
      if (equals < 0) {
        everywhere = amount;
      } else {
        limits.put(currency(text, text.substring(0, equals)), amount);
      }
    }
    return new LargeAmounts(everywhere, limits);
  }

  private static BigDecimal amount(String text, String number) {
    try {
      var amount = new BigDecimal(number.strip());
      if (amount.signum() > 0) {
        return amount;
      }
    } catch (NumberFormatException _) {
      // is said below
    }
    throw wrong(text);
  }

  private static String currency(String text, String code) {
    try {
      return Currency.getInstance(code.strip()).getCurrencyCode();
    } catch (IllegalArgumentException _) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "what is large is an amount above 0 like 10000 or EUR=500, not " + text);
  }

  /** The limit, as it is told. */
  String limit(Currency currency) {
    return limitOf(currency).toPlainString() + " " + currency;
  }

  /** Whether the amount is large. */
  boolean contains(Money amount) {
    return amount.amount().compareTo(limitOf(amount.currency())) >= 0;
  }

  private BigDecimal limitOf(Currency currency) {
    return limits.getOrDefault(currency.getCurrencyCode(), everywhere);
  }
}
