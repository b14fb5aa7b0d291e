package io.daybook.examples.bank;

import io.daybook.eventsourcing.decider.Rejected;
import java.util.Locale;

/** The bank says no, and why. */
final class Refused extends Rejected {

  /** The reasons. Scripts depend on their names. */
  enum Reason {
    UNKNOWN_ACCOUNT,
    ACCOUNT_EXISTS,
    INVALID_ACCOUNT_ID,
    OWNER_MISSING,
    ACCOUNT_CLOSED,
    ACCOUNT_FROZEN,
    ACCOUNT_NOT_FROZEN,
    ACCOUNT_NOT_CLOSED,
    UNDER_REVIEW,
    NOT_UNDER_REVIEW,
    AMOUNT_NOT_POSITIVE,
    AMOUNT_OVER_PRECISE,
    AMOUNT_TOO_LARGE,
    OTHER_CURRENCY,
    INSUFFICIENT_FUNDS,
    OVER_TRANSACTION_LIMIT,
    OVER_DAILY_LIMIT,
    TRANSFER_TO_ITSELF,
    BALANCE_NOT_ZERO,
    DATE_IN_FUTURE,
    DATE_BEFORE_OPENING,
    PERIOD_CLOSED,
    MONTH_NOT_OVER,
    EARLIER_MONTH_NOT_POSTED,
    INVALID_TERMS,
    OVERDRAFT_IN_USE,
    NOT_AS_REPORTED,
    VERSION_OUT_OF_ORDER,
    BALANCE_MISMATCH;

    /** For example {@code insufficient-funds}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Refused(Reason reason, String message) {
    super(reason.toString(), message);
  }
}
