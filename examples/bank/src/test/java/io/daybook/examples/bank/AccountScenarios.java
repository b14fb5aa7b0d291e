package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.testkit.Scenario;
import java.time.LocalDate;
import java.util.Currency;

/** Accounts and what is done with them, to be told in tests of the rules. */
final class AccountScenarios {
  static final LocalDate DAY = LocalDate.parse("2026-01-10");
  static final LocalDate NEXT_DAY = DAY.plusDays(1);
  static final Currency CZK = Currency.getInstance("CZK");

  static final AccountOpened OPENED = new AccountOpened(DAY, "Ada", CZK, Product.STANDARD, "ada");
  static final AccountFrozen FROZEN = new AccountFrozen(DAY);
  static final AccountClosed CLOSED = new AccountClosed(DAY);

  static final Scenario<AccountCommand, AccountEvent, AccountState> NOTHING =
      Scenario.of(Bank.ACCOUNT);
  static final Scenario<AccountCommand, AccountEvent, AccountState> EMPTY = NOTHING.given(OPENED);
  static final Scenario<AccountCommand, AccountEvent, AccountState> WITH_100 =
      EMPTY.given(deposited("100"));

  private AccountScenarios() {}

  static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  static Deposited deposited(String amount) {
    return new Deposited(DAY, czk(amount), "salary");
  }

  static Deposit deposit(String amount) {
    return new Deposit("ada", DAY, czk(amount), "salary");
  }

  static Withdraw withdraw(String amount) {
    return withdraw(DAY, amount);
  }

  static Withdraw withdraw(LocalDate date, String amount) {
    return new Withdraw("ada", date, czk(amount), "cash");
  }

  static Withdrawn withdrawn(String amount) {
    return new Withdrawn(DAY, czk(amount), "cash");
  }
}
