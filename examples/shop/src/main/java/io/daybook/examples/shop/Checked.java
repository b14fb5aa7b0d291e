package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.INVALID_ID;
import static io.daybook.examples.shop.Refused.Reason.INVALID_PRICE;
import static io.daybook.examples.shop.Refused.Reason.QUANTITY_NOT_POSITIVE;
import static io.daybook.examples.shop.Refused.Reason.QUANTITY_TOO_LARGE;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * What people say, checked before anything is decided on it. The shop sells in one currency, and
 * its amounts have two fraction digits.
 */
final class Checked {
  static final int FRACTION_DIGITS = 2;

  private static final int MAX_INTEGER_DIGITS = 9;
  private static final long MAX_QUANTITY = 1_000_000;
  private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}._-]{1,64}");

  private Checked() {}

  /** The id of a product, a cart, a customer or a code. */
  static String id(String what, String id) {
    Refused.unless(
        ID.matcher(id).matches(),
        INVALID_ID,
        () ->
            "the id of a "
                + what
                + " is letters, digits, dots, dashes and underscores, at most 64, not \""
                + id
                + "\"");
    return id;
  }

  /** An amount of zero or more, with two fraction digits. An amount with more is not rounded. */
  static BigDecimal price(BigDecimal amount) {
    boolean fits =
        amount.signum() >= 0
            && (long) amount.precision() - amount.scale() <= MAX_INTEGER_DIGITS
            && amount.stripTrailingZeros().scale() <= FRACTION_DIGITS;
    Refused.unless(
        fits,
        INVALID_PRICE,
        () ->
            "an amount is 0 or more, with at most "
                + MAX_INTEGER_DIGITS
                + " digits before the point and "
                + FRACTION_DIGITS
                + " after it, not "
                + amount);
    return amount.setScale(FRACTION_DIGITS);
  }

  /** A quantity from 1 to a million. */
  static long quantity(long quantity) {
    Refused.unless(
        quantity > 0, QUANTITY_NOT_POSITIVE, () -> "a quantity is 1 or more, not " + quantity);
    Refused.unless(
        quantity <= MAX_QUANTITY,
        QUANTITY_TOO_LARGE,
        () -> "a quantity is at most " + MAX_QUANTITY + ", not " + quantity);
    return quantity;
  }
}
