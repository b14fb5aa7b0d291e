package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.CODE_ENDED;
import static io.daybook.examples.shop.Refused.Reason.CODE_EXISTS;
import static io.daybook.examples.shop.Refused.Reason.CODE_EXPIRED;
import static io.daybook.examples.shop.Refused.Reason.CODE_NOT_VALID_YET;
import static io.daybook.examples.shop.Refused.Reason.CODE_USED_BY_CUSTOMER;
import static io.daybook.examples.shop.Refused.Reason.CODE_USED_UP;
import static io.daybook.examples.shop.Refused.Reason.INVALID_TERMS;
import static io.daybook.examples.shop.Refused.Reason.UNKNOWN_CODE;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A discount code as a decision needs to know it: how it was agreed on, and how it was used.
 *
 * @param terms null if there is no such code
 * @param ended whether it was taken back
 * @param uses how often it was used
 * @param usedByCustomer whether the customer that the decision is about has used it
 */
record DiscountCode(@Nullable Terms terms, boolean ended, long uses, boolean usedByCustomer) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int MAX_PERCENT_SCALE = 4;

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

  /** Makes the code, which must be new. */
  List<CodeEvent> create(String code, Terms wanted) {
    Refused.unless(terms == null, CODE_EXISTS, () -> "there is a code " + code);
    return List.of(new CodeEvent.CodeCreated(Checked.id("code", code), checked(wanted)));
  }

  /** Takes the code back: nobody can use it any more. */
  List<CodeEvent> end(String code) {
    var _ = known(code);
    return ended ? List.of() : List.of(new CodeEvent.CodeEnded(code));
  }

  /** Uses the code on that day, for an order that costs so much without it. */
  CodeEvent.CodeRedeemed redeem(String code, String customer, BigDecimal total, LocalDate day) {
    Terms agreed = known(code);
    Refused.unless(!ended, CODE_ENDED, () -> code + " was taken back");
    Refused.unless(
        agreed.from == null || !day.isBefore(agreed.from),
        CODE_NOT_VALID_YET,
        () -> code + " is valid from " + agreed.from + " on; it is " + day);
    Refused.unless(
        agreed.to == null || !day.isAfter(agreed.to),
        CODE_EXPIRED,
        () -> code + " was valid until " + agreed.to + "; it is " + day);
    Refused.unless(
        !agreed.oncePerCustomer || !usedByCustomer,
        CODE_USED_BY_CUSTOMER,
        () -> customer + " has used " + code + ", which each customer may once");
    Refused.unless(
        agreed.uses == null || uses < agreed.uses,
        CODE_USED_UP,
        () -> code + " could be used " + agreed.uses + " times, and was");
    return new CodeEvent.CodeRedeemed(code, customer, agreed.discount.of(total));
  }

  /**
   * What was agreed on.
   *
   * @throws Refused if there is no such code
   */
  Terms known(String id) {
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
