package io.daybook.examples.bank;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Something that happened in the bank.
 *
 * <p>Its {@link #date} is the day on which it counts: business time. When it was written down is
 * the store's knowledge, not the event's; the two differ whenever something is written down late.
 */
sealed interface BankEvent permits AccountEvent, BankEvent.TransferMade, BankEvent.StatementIssued {

  /** The day on which it counts. */
  LocalDate date();

  /**
   * Money went from one account to another. This is the record of the transfer; its two sides are
   * {@link AccountEvent.TransferSent} and {@link AccountEvent.TransferReceived}, and the three are
   * only ever written together.
   */
  record TransferMade(
      LocalDate date, String transfer, String from, String to, Money amount, String description)
      implements BankEvent {}

  /**
   * An account's owner was given the statement of a month. It says what was written down of the
   * account before this, and can be printed again so, whatever is written down late after it.
   *
   * @param date the day on which it was issued
   * @param opening the balance at the beginning of the month
   * @param closing the balance at its end
   */
  record StatementIssued(
      LocalDate date, String account, YearMonth month, Money opening, Money closing)
      implements BankEvent {}
}
