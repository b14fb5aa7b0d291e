package io.daybook.examples.bank;

import java.time.LocalDate;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an account's movements add up to, as far as it is needed to decide what comes next: day by
 * day for the open days, in one sum for those before.
 *
 * <p>Movements may be written down late, with a date in the past, but not of a closed day: interest
 * was posted for those.
 *
 * @param balance the sum of all movements
 * @param closedThrough the last closed day
 * @param broughtForward the balance at the end of that day
 * @param days the open days that have a movement
 */
record Book(
    Money balance, LocalDate closedThrough, Money broughtForward, SortedMap<LocalDate, Day> days) {

  /**
   * A day's movements.
   *
   * @param change the sum of all of them
   * @param paidOut the sum of those that count towards the daily limit
   */
  record Day(Money change, Money paidOut) {}

  /** An empty book that begins on that day. */
  static Book from(LocalDate firstDay, Money zero) {
    return new Book(zero, firstDay.minusDays(1), zero, Collections.emptySortedMap());
  }

  /** The book with one more movement. */
  Book plus(LocalDate date, Money change, boolean paidOut) {
    Money newBalance = balance.plus(change);
    if (!date.isAfter(closedThrough)) {
      return new Book(newBalance, closedThrough, broughtForward.plus(change), days);
    }
    Money zero = Money.zero(balance.currency());
    Money out = paidOut ? change.negated() : zero;
    var newDays = new TreeMap<>(days);
    newDays.merge(
        date,
        new Day(change, out),
        (day, more) -> new Day(day.change.plus(more.change), day.paidOut.plus(more.paidOut)));
    return new Book(newBalance, closedThrough, broughtForward, newDays);
  }

  /** The book with all days closed up to this one, itself included. */
  Book closedUpTo(LocalDate date) {
    return date.isAfter(closedThrough)
        ? new Book(
            balance, date, closingBalance(date), new TreeMap<>(days.tailMap(date.plusDays(1))))
        : this;
  }

  /** The balance at the end of an open day, or of the last closed one. */
  Money closingBalance(LocalDate date) {
    Money sum = broughtForward;
    for (Day day : days.headMap(date.plusDays(1)).values()) {
      sum = sum.plus(day.change);
    }
    return sum;
  }

  /** The lowest balance that any day from this one on ends with: what can be spent on that day. */
  Money lowestFrom(LocalDate date) {
    Money closing = closingBalance(date);
    Money lowest = closing;
    for (Day day : days.tailMap(date.plusDays(1)).values()) {
      closing = closing.plus(day.change);
      lowest = lowest.min(closing);
    }
    return lowest;
  }

  /** The sum of an open day's movements. */
  Money changeOn(LocalDate date) {
    Day day = days.get(date);
    return day == null ? Money.zero(balance.currency()) : day.change;
  }

  /** What counts towards the limit of that day already. */
  Money paidOutOn(LocalDate date) {
    Day day = days.get(date);
    return day == null ? Money.zero(balance.currency()) : day.paidOut;
  }

  /** Whether a movement is dated later. */
  boolean hasMovementsAfter(LocalDate date) {
    return !days.tailMap(date.plusDays(1)).isEmpty();
  }
}
