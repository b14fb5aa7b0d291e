package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountEvent.Kind;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The bank as a whole, wherever the figures come from. */
interface BankView {

  /**
   * One of the largest movements.
   *
   * @param text what it was, in words
   */
  record LargeMovement(LocalDate date, Money change, String account, String text) {}

  /** How many events it is made of. */
  long events();

  /** All accounts, numbers first and in their order. */
  List<Ledger.Line> accounts();

  /** What came in and went out in each currency. */
  SortedMap<Currency, Ledger.Totals> totals();

  /** The ten largest movements of each currency, the largest first; a transfer counts once. */
  List<LargeMovement> largestMovements();

  /** The accounts of each owner. */
  default SortedMap<String, List<Ledger.Line>> customers() {
    var customers = new TreeMap<String, List<Ledger.Line>>();
    accounts()
        .forEach(line -> customers.computeIfAbsent(line.owner(), _ -> new ArrayList<>()).add(line));
    return customers;
  }

  /** The sum of all balances in that currency. */
  default Money sumOfBalances(Currency currency) {
    return accounts().stream()
        .map(Ledger.Line::balance)
        .filter(balance -> balance.currency().equals(currency))
        .reduce(Money.zero(currency), Money::plus);
  }

  /** Whether the balances add up to the totals: no money is lost, and none is made. */
  default boolean addsUp() {
    return totals().entrySet().stream()
        .allMatch(entry -> entry.getValue().total().equals(sumOfBalances(entry.getKey())));
  }

  /** Whether all transfers have both sides; only a position between the two cuts one in half. */
  default boolean transfersAreWhole() {
    return totals().values().stream().allMatch(sums -> sums.of(Kind.TRANSFER).isZero());
  }
}
