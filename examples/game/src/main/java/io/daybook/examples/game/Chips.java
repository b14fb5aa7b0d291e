package io.daybook.examples.game;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * An exact number of chips, which may have a fraction: a pot of 1349 is split into 674.5 and 674.5.
 * Kept without trailing zeros, so that equal amounts are equal objects.
 *
 * @param amount how many
 */
record Chips(BigDecimal amount) implements Comparable<Chips> {
  static final Chips ZERO = new Chips(BigDecimal.ZERO);

  private static final BigDecimal HALF = new BigDecimal("0.5");

  Chips {
    amount = amount.stripTrailingZeros();
    if (amount.scale() < 0) {
      amount = amount.setScale(0);
    }
  }

  static Chips of(long amount) {
    return new Chips(BigDecimal.valueOf(amount));
  }

  static Chips sum(Collection<Chips> amounts) {
    return amounts.stream().reduce(ZERO, Chips::plus);
  }

  Chips plus(Chips other) {
    return new Chips(amount.add(other.amount));
  }

  Chips minus(Chips other) {
    return new Chips(amount.subtract(other.amount));
  }

  Chips negated() {
    return new Chips(amount.negate());
  }

  Chips min(Chips other) {
    return compareTo(other) <= 0 ? this : other;
  }

  Chips max(Chips other) {
    return compareTo(other) >= 0 ? this : other;
  }

  boolean isMoreThan(Chips other) {
    return compareTo(other) > 0;
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

  /**
   * These chips in so many shares that add up to them exactly.
   *
   * <p>All shares are equal where a decimal fraction can say so: 1349 in two are 674.5 and 674.5.
   * Where none can (100 in three), shares are counted in halves of the smallest chip in play, and
   * the halves that are left over go to the first shares, one each.
   *
   * @param count from 1
   */
  List<Chips> split(int count) {
    BigDecimal parts = BigDecimal.valueOf(count);
    var shares = new ArrayList<Chips>();
    try {
      BigDecimal share = amount.divide(parts);
      for (int i = 0; i < count; i++) {
        shares.add(new Chips(share));
      }
    } catch (ArithmeticException _) {
      // the quotient has no end
      BigDecimal unit = HALF.movePointLeft(amount.scale());
      BigDecimal share = amount.divide(unit.multiply(parts), 0, RoundingMode.FLOOR).multiply(unit);
      BigDecimal left = amount.subtract(share.multiply(parts));
      for (int i = 0; i < count; i++) {
        boolean one = left.signum() > 0;
        shares.add(new Chips(one ? share.add(unit) : share));
        left = one ? left.subtract(unit) : left;
      }
    }
    return shares;
  }

  @Override
  public int compareTo(Chips other) {
    return amount.compareTo(other.amount);
  }

  /** For example {@code 674.5}. */
  @Override
  public String toString() {
    return amount.toPlainString();
  }
}
