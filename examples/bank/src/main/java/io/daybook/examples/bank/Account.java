package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountEvent.Product;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Currency;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An account as its events tell it: what is needed to decide what comes next, and no more.
 *
 * @param opened its first day
 * @param reported how many movements another bank reported
 */
record Account(
    String owner,
    Product product,
    LocalDate opened,
    Status status,
    Terms terms,
    Book book,
    int reported)
    implements AccountState {

  enum Status {
    ACTIVE,
    FROZEN,
    /** Frozen, and somebody has to look at it before it is not. */
    UNDER_REVIEW,
    CLOSED
  }

  /**
   * What was agreed.
   *
   * @param overdraft how far the balance may go below zero
   * @param overdraftFee what it costs to go below zero
   * @param perTransaction how much may leave the account at once; null means no limit
   * @param perDay how much may leave the account in a day; null means no limit
   * @param rates interest in percent a year, by the day from which it counts
   */
  record Terms(
      Money overdraft,
      Money overdraftFee,
      @Nullable Money perTransaction,
      @Nullable Money perDay,
      NavigableMap<LocalDate, BigDecimal> rates) {

    static Terms none(Money zero) {
      return new Terms(zero, zero, null, null, Collections.emptyNavigableMap());
    }

    Terms withOverdraft(Money limit, Money fee) {
      return new Terms(limit, fee, perTransaction, perDay, rates);
    }

    Terms withLimits(@Nullable Money newPerTransaction, @Nullable Money newPerDay) {
      return new Terms(overdraft, overdraftFee, newPerTransaction, newPerDay, rates);
    }

    Terms withRate(LocalDate from, BigDecimal percent) {
      var newRates = new TreeMap<>(rates);
      newRates.put(from, percent);
      return new Terms(overdraft, overdraftFee, perTransaction, perDay, newRates);
    }
  }

  Currency currency() {
    return balance().currency();
  }

  Money balance() {
    return book.balance();
  }

  Account with(Status newStatus) {
    return new Account(owner, product, opened, newStatus, terms, book, reported);
  }

  Account with(Terms newTerms) {
    return new Account(owner, product, opened, status, newTerms, book, reported);
  }

  Account with(Book newBook) {
    return new Account(owner, product, opened, status, terms, newBook, reported);
  }

  Account withReported(int version) {
    return new Account(owner, product, opened, status, terms, book, version);
  }
}
