package io.daybook.examples.bank;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * Interest on an account: each day earns the day's rate on the day's closing balance, by the actual
 * number of days over 365. A balance below zero earns nothing.
 *
 * <p>The days are added up exactly, and rounded once, half-even, when the interest is posted.
 */
final class Interest {
  private static final BigDecimal DAYS_TIMES_PERCENT = BigDecimal.valueOf(365 * 100);

  private Interest() {}

  /** The first day whose interest is not posted yet; none if no rate was ever set. */
  static Optional<LocalDate> firstDayDue(Account account) {
    var rates = account.terms().rates();
    if (rates.isEmpty()) {
      return Optional.empty();
    }
    LocalDate open = account.book().closedThrough().plusDays(1);
    return Optional.of(rates.firstKey().isAfter(open) ? rates.firstKey() : open);
  }

  /** What all open days up to this one have earned. */
  static Money earned(Account account, LocalDate through) {
    var total = BigDecimal.ZERO;
    Optional<LocalDate> first = firstDayDue(account);
    if (first.isPresent()) {
      Money closing = account.book().closingBalance(first.get());
      for (LocalDate day = first.get(); !day.isAfter(through); day = day.plusDays(1)) {
        if (day.isAfter(first.get())) {
          closing = closing.plus(account.book().changeOn(day));
        }
        if (closing.isPositive()) {
          total = total.add(closing.amount().multiply(rateOn(account, day)));
        }
      }
    }
    int digits = account.currency().getDefaultFractionDigits();
    return new Money(
        total.divide(DAYS_TIMES_PERCENT, digits, RoundingMode.HALF_EVEN), account.currency());
  }

  private static BigDecimal rateOn(Account account, LocalDate day) {
    Map.Entry<LocalDate, BigDecimal> rate = account.terms().rates().floorEntry(day);
    return rate == null ? BigDecimal.ZERO : rate.getValue();
  }
}
