package io.daybook.examples.bank;

import java.time.LocalDate;

/**
 * Something that happened in the bank.
 *
 * <p>Its {@link #date} is the day on which it counts: business time. When it was written down is
 * the store's knowledge, not the event's; the two differ whenever something is written down late.
 */
sealed interface BankEvent permits AccountEvent, BankEvent.TransferMade {

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
}
