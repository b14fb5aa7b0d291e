package io.daybook.examples.shop;

import io.daybook.eventsourcing.decider.Rejected;
import java.util.Locale;
import java.util.function.Supplier;

/** The shop says no, and why. */
final class Refused extends Rejected {

  /** The reasons. Scripts depend on their names. */
  enum Reason {
    INVALID_ID,
    INVALID_PRICE,
    QUANTITY_NOT_POSITIVE,
    QUANTITY_TOO_LARGE,
    UNKNOWN_PRODUCT,
    PRODUCT_EXISTS,
    NAME_MISSING,
    INVALID_GRACE,
    OUT_OF_STOCK,
    UNKNOWN_CART,
    CART_EMPTY,
    CART_ABANDONED,
    CART_CHECKED_OUT,
    NOT_IN_CART,
    PRICE_CHANGED,
    UNKNOWN_CODE,
    CODE_EXISTS,
    INVALID_TERMS,
    CODE_NOT_VALID_YET,
    CODE_EXPIRED,
    CODE_ENDED,
    CODE_USED_UP,
    CODE_USED_BY_CUSTOMER,
    UNKNOWN_ORDER,
    NOT_IN_ORDER,
    MORE_THAN_BOUGHT;

    /** For example {@code out-of-stock}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Refused(Reason reason, String message) {
    super(reason.toString(), message);
  }

  /** Refuses for that reason unless the rule is kept. */
  static void unless(boolean kept, Reason reason, Supplier<String> message) {
    if (!kept) {
      throw new Refused(reason, message.get());
    }
  }
}
