package io.daybook.examples.bank;

import java.math.BigDecimal;
import java.util.Currency;

/**
 * An amount in a currency; it may be negative.
 *
 * <p>It has exactly the currency's fraction digits, so that equal amounts are equal objects. An
 * amount that does not fit (10.005 EUR) is kept as it was given, for {@link AccountDecider#decide}
 * to refuse by name: nothing is ever rounded in silence.
 *
 * @param amount how much
 * @param currency of which currency
 */
record Money(BigDecimal amount, Currency currency) implements Comparable<Money> {
  /** The most digits before the point: enough for a bank, too few to exhaust its memory. */
  private static final int MAX_INTEGER_DIGITS = 18;

  Money {
    int digits = currency.getDefaultFractionDigits();
    if (digits < 0) {
      throw new IllegalArgumentException("no amount of money can be in " + currency);
    }
    if (fits(amount, digits)) {
      amount = amount.setScale(digits);
    }
  }

  static Money of(String amount, String currency) {
    return new Money(new BigDecimal(amount), Currency.getInstance(currency));
  }

  static Money zero(Currency currency) {
    return new Money(BigDecimal.ZERO, currency);
  }

  /** An amount counted in the currency's smallest coin: 1234 of CZK are 12.34 CZK. */
  static Money ofMinorUnits(long units, Currency currency) {
    return new Money(BigDecimal.valueOf(units, currency.getDefaultFractionDigits()), currency);
  }

  /** Whether the currency has coins this small. */
  boolean isPrecise() {
    return amount.scale() <= currency.getDefaultFractionDigits();
  }

  boolean isTooLarge() {
    return isTooLarge(amount);
  }

  boolean isPositive() {
    return amount.signum() > 0;
  }

  boolean isNegative() {
    return amount.signum() < 0;
  }

  boolean isZero() {
    return amount.signum() == 0;
  }

  Money plus(Money other) {
    return new Money(amount.add(same(other).amount), currency);
  }

  Money minus(Money other) {
    return new Money(amount.subtract(same(other).amount), currency);
  }

  Money negated() {
    return new Money(amount.negate(), currency);
  }

  Money abs() {
    return new Money(amount.abs(), currency);
  }

  Money min(Money other) {
    return compareTo(other) <= 0 ? this : other;
  }

  boolean isMoreThan(Money other) {
    return compareTo(other) > 0;
  }

  boolean isLessThan(Money other) {
    return compareTo(other) < 0;
  }

  /** The number of the currency's smallest coins: 12.34 CZK are 1234. */
  BigDecimal inMinorUnits() {
    return amount.movePointRight(currency.getDefaultFractionDigits());
  }

  /**
   * Compares amounts of one currency.
   *
   * @throws IllegalArgumentException if the currencies differ
   */
  @Override
  public int compareTo(Money other) {
    return amount.compareTo(same(other).amount);
  }

  /** For example {@code 1250.00 CZK}. */
  @Override
  public String toString() {
    // of odd amounts the short form, for the long one may have millions of zeros
    boolean odd = isTooLarge() || !isPrecise();
    return (odd ? amount.toString() : amount.toPlainString()) + " " + currency;
  }

  private Money same(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(this + " and " + other + " don't add up");
    }
    return other;
  }

  private static boolean fits(BigDecimal amount, int digits) {
    return !isTooLarge(amount)
        && (amount.scale() <= digits || amount.stripTrailingZeros().scale() <= digits);
  }

  private static boolean isTooLarge(BigDecimal amount) {
    return (long) amount.precision() - amount.scale() > MAX_INTEGER_DIGITS;
  }
}
