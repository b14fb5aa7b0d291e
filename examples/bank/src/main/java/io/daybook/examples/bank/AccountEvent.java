package io.daybook.examples.bank;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/** Something that happened to an account. */
sealed interface AccountEvent extends BankEvent {

  /** What an account is for. */
  enum Product {
    /** An account of this bank, with its own interest, fees and limits. */
    STANDARD,
    /** The copy of an account that another bank keeps, made from that bank's reports. */
    AS_REPORTED
  }

  /**
   * The account was opened.
   *
   * @param owner a personal datum, which may be forgotten
   * @param account its id, by which the owner is forgotten; null in events from before that was
   *     possible
   */
  record AccountOpened(
      LocalDate date, String owner, Currency currency, Product product, @Nullable String account)
      implements AccountEvent {}

  /** The balance may go down to minus the limit; going below zero costs the fee. */
  record OverdraftAgreed(LocalDate date, Money limit, Money fee) implements AccountEvent {}

  /** At most so much may leave the account at once, and in a day; null means no limit. */
  record LimitsSet(LocalDate date, @Nullable Money perTransaction, @Nullable Money perDay)
      implements AccountEvent {}

  /** From a day on, the account earns so many percent a year. */
  record InterestRateSet(LocalDate date, BigDecimal percent, LocalDate from)
      implements AccountEvent {}

  record AccountFrozen(LocalDate date) implements AccountEvent {}

  record AccountUnfrozen(LocalDate date) implements AccountEvent {}

  /** A frozen account has to be looked at before money moves again, and why. */
  record ReviewDemanded(LocalDate date, String why) implements AccountEvent {}

  /** Somebody has looked at it, and takes it upon himself that money moves again. */
  record AccountReviewed(LocalDate date) implements AccountEvent {}

  record AccountClosed(LocalDate date) implements AccountEvent {}

  /** An event that changes the balance: a line of the statement. */
  sealed interface Movement extends AccountEvent {
    /** What it is, for totals. */
    Kind kind();

    /** What the balance changes by: negative if money leaves the account. */
    Money change();

    /** What the statement says. */
    String description();

    /** The other account, or empty. */
    default String peer() {
      return "";
    }
  }

  /** What a movement counts as. */
  enum Kind {
    DEPOSIT,
    WITHDRAWAL,
    TRANSFER,
    INTEREST,
    FEE,
    ADJUSTMENT
  }

  record Deposited(LocalDate date, Money amount, String description) implements Movement {
    @Override
    public Kind kind() {
      return Kind.DEPOSIT;
    }

    @Override
    public Money change() {
      return amount;
    }
  }

  record Withdrawn(LocalDate date, Money amount, String description) implements Movement {
    @Override
    public Kind kind() {
      return Kind.WITHDRAWAL;
    }

    @Override
    public Money change() {
      return amount.negated();
    }
  }

  /** The paying side of a transfer. */
  record TransferSent(LocalDate date, String transfer, String to, Money amount, String description)
      implements Movement {
    @Override
    public Kind kind() {
      return Kind.TRANSFER;
    }

    @Override
    public Money change() {
      return amount.negated();
    }

    @Override
    public String peer() {
      return to;
    }
  }

  /** The receiving side of a transfer. */
  record TransferReceived(
      LocalDate date, String transfer, String from, Money amount, String description)
      implements Movement {
    @Override
    public Kind kind() {
      return Kind.TRANSFER;
    }

    @Override
    public Money change() {
      return amount;
    }

    @Override
    public String peer() {
      return from;
    }
  }

  /** The interest up to and including this day. It closes the book up to this day. */
  record InterestPosted(LocalDate date, Money amount) implements Movement {
    @Override
    public Kind kind() {
      return Kind.INTEREST;
    }

    @Override
    public Money change() {
      return amount;
    }

    @Override
    public String description() {
      return "interest";
    }
  }

  record FeeCharged(LocalDate date, Money amount, String description) implements Movement {
    @Override
    public Kind kind() {
      return Kind.FEE;
    }

    @Override
    public Money change() {
      return amount.negated();
    }
  }

  /**
   * A movement as another bank reported it.
   *
   * @param version its place among the account's reported movements, from 1
   * @param kind a deposit, withdrawal, interest or fee
   * @param amount always positive; the kind says which way it goes
   * @param purpose what the customer gave as purpose, or empty
   * @param peer the other account, or empty
   */
  record MovementReported(
      LocalDate date,
      int version,
      Kind kind,
      Money amount,
      String description,
      String purpose,
      String peer)
      implements Movement {
    @Override
    public Money change() {
      return isIncome(kind) ? amount : amount.negated();
    }

    static boolean isIncome(Kind kind) {
      return kind == Kind.DEPOSIT || kind == Kind.INTEREST;
    }
  }

  /** The other bank rounded: this brings our balance to the one that it shows. */
  record RoundingAdjusted(LocalDate date, Money change) implements Movement {
    @Override
    public Kind kind() {
      return Kind.ADJUSTMENT;
    }

    @Override
    public String description() {
      return "rounding";
    }
  }

  /** Reported movements are missing: this is what they must have come to. */
  record GapAdjusted(LocalDate date, Money change, int missing) implements Movement {
    @Override
    public Kind kind() {
      return Kind.ADJUSTMENT;
    }

    @Override
    public String description() {
      return missing + (missing == 1 ? " reported row" : " reported rows") + " missing";
    }
  }
}
