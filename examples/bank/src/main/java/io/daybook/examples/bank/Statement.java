package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What an account's owner gets to see of a period: the movements in the order of their dates (of
 * one day, in the order in which they were written down), each with the balance after it.
 *
 * @param from the first day
 * @param to the last day
 */
record Statement(
    String account,
    String owner,
    LocalDate from,
    LocalDate to,
    Money opening,
    List<Line> lines,
    Money closing,
    Totals totals) {

  /**
   * A movement.
   *
   * @param purpose what the customer gave as purpose, or empty
   * @param peer the other account, or empty
   * @param change what came in; negative if it went out
   * @param balance the balance after it
   */
  record Line(
      LocalDate date,
      Kind kind,
      String description,
      String purpose,
      String peer,
      Money change,
      Money balance) {

    /** All that is known of it in one line. */
    String text() {
      var direction = change.isNegative() ? "to " : "from ";
      return Stream.of(description, purpose, peer.isEmpty() ? "" : direction + peer)
          .filter(part -> !part.isBlank())
          .reduce((a, b) -> a + ", " + b)
          .orElseGet(() -> kind.toString().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * The sums of the lines.
   *
   * @param in all that came in; opening + in - out = closing
   * @param out all that went out
   * @param interest how much of it was interest
   * @param fees how much of it were fees
   */
  record Totals(Money in, Money out, Money interest, Money fees) {
    static Totals none(Money zero) {
      return new Totals(zero, zero, zero, zero);
    }

    Totals plus(Kind kind, Money change) {
      return new Totals(
          change.isNegative() ? in : in.plus(change),
          change.isNegative() ? out.minus(change) : out,
          kind == Kind.INTEREST ? interest.plus(change) : interest,
          kind == Kind.FEE ? fees.minus(change) : fees);
    }
  }

  /**
   * The statement of a period, from all events of the account in the order of its stream.
   *
   * @throws IllegalArgumentException if the period ends before it begins, or the first event is not
   *     {@link AccountOpened}
   */
  static Statement of(String account, List<AccountEvent> events, LocalDate from, LocalDate to) {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("a statement from " + from + " can't go to " + to);
    }
    if (!(events.getFirst() instanceof AccountOpened opened)) {
      throw new IllegalArgumentException(account + " begins with " + events.getFirst());
    }
    Money zero = Money.zero(opened.currency());
    Money opening = zero;
    Money balance = zero;
    Totals totals = Totals.none(zero);
    var lines = new ArrayList<Line>();
    for (Movement movement : inOrder(events)) {
      if (movement.date().isAfter(to)) {
        break;
      }
      balance = balance.plus(movement.change());
      if (movement.date().isBefore(from)) {
        opening = balance;
      } else if (!movement.change().isZero()) {
        totals = totals.plus(movement.kind(), movement.change());
        lines.add(line(movement, balance));
      }
    }
    return new Statement(
        account, opened.owner(), from, to, opening, List.copyOf(lines), balance, totals);
  }

  /** A stable sort: the days in order, and within a day the order of the stream. */
  private static List<Movement> inOrder(List<AccountEvent> events) {
    return events.stream()
        .filter(Movement.class::isInstance)
        .map(Movement.class::cast)
        .sorted(Comparator.comparing(Movement::date))
        .toList();
  }

  private static Line line(Movement movement, Money balance) {
    return new Line(
        movement.date(),
        movement.kind(),
        movement.description(),
        movement instanceof MovementReported reported ? reported.purpose() : "",
        movement.peer(),
        movement.change(),
        balance);
  }
}
