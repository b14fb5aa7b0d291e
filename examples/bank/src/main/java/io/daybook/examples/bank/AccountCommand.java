package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.Product;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that someone wants of an account. {@link AccountDecider#decide} accepts it or refuses
 * it.
 */
sealed interface AccountCommand {

  /** The account that is meant. */
  String account();

  /** The day on which it is to count. */
  LocalDate date();

  /** Opens the account with a first deposit (or none: zero), and agrees on the terms. */
  record Open(
      String account,
      LocalDate date,
      String owner,
      Product product,
      Money initial,
      List<Agreement> terms)
      implements AccountCommand {
    public Open {
      terms = List.copyOf(terms);
    }
  }

  record Deposit(String account, LocalDate date, Money amount, String description)
      implements AccountCommand {}

  record Withdraw(String account, LocalDate date, Money amount, String description)
      implements AccountCommand {}

  /** The paying half of a transfer; only {@link Transfer} puts both halves together. */
  record SendTransfer(
      String account, LocalDate date, String transfer, String to, Money amount, String description)
      implements AccountCommand {}

  /** The receiving half of a transfer. */
  record ReceiveTransfer(
      String account,
      LocalDate date,
      String transfer,
      String from,
      Money amount,
      String description)
      implements AccountCommand {}

  record Freeze(String account, LocalDate date) implements AccountCommand {}

  record Unfreeze(String account, LocalDate date) implements AccountCommand {}

  /** Freezes the account, and only {@link Review} lets money move again. */
  record FreezeUntilReviewed(String account, LocalDate date, String why)
      implements AccountCommand {}

  /** Lets money move again, after somebody looked at what happened. */
  record Review(String account, LocalDate date) implements AccountCommand {}

  /** Closes an empty account; interest not posted yet is paid out. */
  record Close(String account, LocalDate date) implements AccountCommand {}

  /** Posts what the account earned in a month that is over; the date is today. */
  record PostInterest(String account, LocalDate date, YearMonth month) implements AccountCommand {}

  /** The terms of an account, which may change. */
  sealed interface Agreement extends AccountCommand {}

  record AgreeOverdraft(String account, LocalDate date, Money limit, Money fee)
      implements Agreement {}

  /** Null means no limit. */
  record SetLimits(
      String account, LocalDate date, @Nullable Money perTransaction, @Nullable Money perDay)
      implements Agreement {}

  /** The rate in percent a year, from a day on, which may be to come. */
  record SetInterestRate(String account, LocalDate date, BigDecimal percent, LocalDate from)
      implements Agreement {}

  /**
   * A movement that another bank reported, with the balance that it shows. The account opens with
   * the first.
   *
   * @param version the movement's place in the account, from 1
   * @param shown the balance after the movement, as reported
   * @param lowest the lowest balance that the whole report shows for the account, for which an
   *     overdraft limit is agreed
   * @param unusable how many rows of the report before this one could not be used: so many of this
   *     account's may be missing
   */
  record PostReported(
      String account,
      LocalDate date,
      int version,
      Kind kind,
      Money amount,
      Money shown,
      String description,
      String purpose,
      String peer,
      Money lowest,
      long unusable)
      implements AccountCommand {}
}
