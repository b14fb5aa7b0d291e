package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.CODE_ENDED;
import static io.daybook.examples.shop.Refused.Reason.CODE_EXISTS;
import static io.daybook.examples.shop.Refused.Reason.CODE_EXPIRED;
import static io.daybook.examples.shop.Refused.Reason.CODE_NOT_VALID_YET;
import static io.daybook.examples.shop.Refused.Reason.CODE_USED_BY_CUSTOMER;
import static io.daybook.examples.shop.Refused.Reason.CODE_USED_UP;
import static io.daybook.examples.shop.Refused.Reason.INVALID_TERMS;
import static io.daybook.examples.shop.Refused.Reason.UNKNOWN_CODE;

import io.daybook.eventsourcing.decider.Decider;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A discount code as all events that are about it tell it, whatever streams they stand in: how it
 * was agreed on, and who used it.
 *
 * @param terms null if there is no such code
 * @param ended whether it was taken back
 * @param uses how often it was used
 * @param customers those who used it
 */
record DiscountCode(@Nullable Terms terms, boolean ended, long uses, Set<String> customers) {
  static final Decider<CodeCommand, CodeEvent, DiscountCode> DECIDER =
      Decider.of(
          new DiscountCode(null, false, 0, Set.of()), DiscountCode::decide, DiscountCode::evolve);

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int MAX_PERCENT_SCALE = 4;

  /** What is asked for. */
  sealed interface CodeCommand {
    /** The code that is meant. */
    String code();

    record CreateCode(String code, Terms terms) implements CodeCommand {}

    /** Uses the code on that day, for an order that costs so much without it. */
    record Redeem(String code, String customer, BigDecimal total, LocalDate day)
        implements CodeCommand {}

    record EndCode(String code) implements CodeCommand {}
  }

  /** What happened. */
  sealed interface CodeEvent {
    /** The code that it is about. */
    String code();

    record CodeCreated(String code, Terms terms) implements CodeEvent {}

    /** Stands in the stream of the order that got the discount. */
    record CodeRedeemed(String code, String customer, BigDecimal discount)
        implements CodeEvent, Order.OrderEvent {}

    record CodeEnded(String code) implements CodeEvent {}
  }

  /** What is taken off. */
  sealed interface Discount {
    /** So many percent of the total, rounded down to the hundredth. */
    record Percent(BigDecimal percent) implements Discount {}

    /** That amount, but never more than the total. */
    record Fixed(BigDecimal amount) implements Discount {}

    default BigDecimal of(BigDecimal total) {
      return switch (this) {
        case Percent(var percent) ->
            total.multiply(percent).divide(HUNDRED, Checked.FRACTION_DIGITS, RoundingMode.DOWN);
        case Fixed(var amount) -> amount.min(total);
      };
    }
  }

  /**
   * What was agreed on.
   *
   * @param from the first day; null for any
   * @param to the last day; null for any
   * @param uses how often it can be used in all; null for any number
   */
  record Terms(
      Discount discount,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      boolean oncePerCustomer,
      @Nullable Long uses) {}

  DiscountCode {
    customers = Set.copyOf(customers);
  }

  static List<CodeEvent> decide(CodeCommand command, DiscountCode code) {
    return switch (command) {
      case CodeCommand.CreateCode(var id, var terms) -> {
        Refused.unless(code.terms == null, CODE_EXISTS, () -> "there is a code " + id);
        yield List.of(new CodeEvent.CodeCreated(Checked.id("code", id), checked(terms)));
      }
      case CodeCommand.Redeem redeem -> List.of(code.redeem(redeem));
      case CodeCommand.EndCode(var id) -> {
        var _ = code.known(id);
        yield code.ended ? List.of() : List.of(new CodeEvent.CodeEnded(id));
      }
    };
  }

  static DiscountCode evolve(DiscountCode code, CodeEvent event) {
    return switch (event) {
      case CodeEvent.CodeCreated(_, var terms) ->
          new DiscountCode(terms, code.ended, code.uses, code.customers);
      case CodeEvent.CodeRedeemed(_, var customer, _) -> {
        var more = new HashSet<>(code.customers);
        more.add(customer);
        yield new DiscountCode(code.terms, code.ended, code.uses + 1, more);
      }
      case CodeEvent.CodeEnded _ -> new DiscountCode(code.terms, true, code.uses, code.customers);
    };
  }

  private CodeEvent redeem(CodeCommand.Redeem redeem) {
    String id = redeem.code();
    Terms agreed = known(id);
    LocalDate day = redeem.day();
    Refused.unless(!ended, CODE_ENDED, () -> id + " was taken back");
    Refused.unless(
        agreed.from == null || !day.isBefore(agreed.from),
        CODE_NOT_VALID_YET,
        () -> id + " is valid from " + agreed.from + " on; it is " + day);
    Refused.unless(
        agreed.to == null || !day.isAfter(agreed.to),
        CODE_EXPIRED,
        () -> id + " was valid until " + agreed.to + "; it is " + day);
    Refused.unless(
        !agreed.oncePerCustomer || !customers.contains(redeem.customer()),
        CODE_USED_BY_CUSTOMER,
        () -> redeem.customer() + " has used " + id + ", which each customer may once");
    Refused.unless(
        agreed.uses == null || uses < agreed.uses,
        CODE_USED_UP,
        () -> id + " could be used " + agreed.uses + " times, and was");
    return new CodeEvent.CodeRedeemed(id, redeem.customer(), agreed.discount.of(redeem.total()));
  }

  private Terms known(String id) {
    if (terms == null) {
      throw new Refused(UNKNOWN_CODE, "there is no code " + id);
    }
    return terms;
  }

  private static Terms checked(Terms terms) {
    Discount discount =
        switch (terms.discount) {
          case Discount.Percent(var percent) -> {
            Refused.unless(
                percent.signum() > 0
                    && percent.compareTo(HUNDRED) <= 0
                    && percent.scale() <= MAX_PERCENT_SCALE,
                INVALID_TERMS,
                () -> "a discount is more than 0 and up to 100 percent, not " + percent);
            yield terms.discount;
          }
          case Discount.Fixed(var amount) -> {
            Refused.unless(amount.signum() > 0, INVALID_TERMS, () -> "a discount is more than 0");
            yield new Discount.Fixed(Checked.price(amount));
          }
        };
    Refused.unless(
        terms.from == null || terms.to == null || !terms.to.isBefore(terms.from),
        INVALID_TERMS,
        () -> "a code that is valid from " + terms.from + " can't end before, on " + terms.to);
    Refused.unless(
        terms.uses == null || terms.uses > 0,
        INVALID_TERMS,
        () -> "a code can be used once or more, not " + terms.uses + " times");
    return new Terms(discount, terms.from, terms.to, terms.oncePerCustomer, terms.uses);
  }
}
