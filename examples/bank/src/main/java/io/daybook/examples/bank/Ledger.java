package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.AccountUnfrozen;
import io.daybook.examples.bank.AccountEvent.Kind;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.TransferReceived;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bank as a whole, as of a day: the balances of all accounts, the customers, the largest
 * movements and the total of the money. A read model: made of events, thrown away and made again.
 *
 * <p>Balances and totals are added up each by its own way, so that comparing them tells whether a
 * movement was lost. To be used by one thread at a time.
 */
final class Ledger implements BankView {
  private static final int LARGEST = 10;

  /** Numbers in their order, then names in theirs. */
  static final Comparator<String> ACCOUNT_ORDER =
      Comparator.comparing((String id) -> !isNumber(id))
          .thenComparingInt(id -> isNumber(id) ? id.length() : 0)
          .thenComparing(Comparator.naturalOrder());

  private final LocalDate asOf;
  private long events;
  private final SortedMap<String, Line> accounts = new TreeMap<>(ACCOUNT_ORDER);
  private final SortedMap<Currency, Totals> totals =
      new TreeMap<>(Comparator.comparing(Currency::getCurrencyCode));
  private final SortedMap<Currency, List<Large>> largest =
      new TreeMap<>(Comparator.comparing(Currency::getCurrencyCode));

  /** An account. */
  record Line(String account, String owner, Account.Status status, Money balance) {
    Line with(Account.Status newStatus) {
      return new Line(account, owner, newStatus, balance);
    }

    Line ofNobody() {
      return new Line(account, Owners.NOBODY, status, balance);
    }

    Line plus(Money change) {
      return new Line(account, owner, status, balance.plus(change));
    }
  }

  /** A movement among the largest. */
  record Large(String account, Movement movement) {}

  /** What came into the bank and left it, by what it was: each positive unless it is negative. */
  record Totals(Money zero, Map<Kind, Money> changes) {
    /** What all movements of that kind came to: withdrawals and fees are negative. */
    Money of(Kind kind) {
      return changes.getOrDefault(kind, zero);
    }

    /** All the money in the bank: deposits - withdrawals + interest - fees + adjustments. */
    Money total() {
      return changes.values().stream().reduce(zero, Money::plus);
    }

    Totals plus(Kind kind, Money change) {
      var more = new EnumMap<Kind, Money>(Kind.class);
      more.putAll(changes);
      more.merge(kind, change, Money::plus);
      return new Totals(zero, more);
    }
  }

  /** Of movements up to and including that day. */
  Ledger(LocalDate asOf) {
    this.asOf = asOf;
  }

  /** Takes one more event of an account into account. */
  void apply(String account, AccountEvent event) {
    events++;
    if (event.date().isAfter(asOf)) {
      return;
    }
    switch (event) {
      case AccountOpened opened -> {
        Money zero = Money.zero(opened.currency());
        accounts.put(account, new Line(account, opened.owner(), Account.Status.ACTIVE, zero));
      }
      case AccountFrozen _ -> change(account, Account.Status.FROZEN);
      case AccountUnfrozen _ -> change(account, Account.Status.ACTIVE);
      case AccountClosed _ -> change(account, Account.Status.CLOSED);
      case Movement movement -> apply(account, movement);
      default -> {}
    }
  }

  /** The name of the account's owner is gone. */
  void forget(String account) {
    accounts.computeIfPresent(account, (_, line) -> line.ofNobody());
  }

  private void apply(String account, Movement movement) {
    Money change = movement.change();
    accounts.computeIfPresent(account, (_, line) -> line.plus(change));
    Money zero = Money.zero(change.currency());
    totals.merge(
        change.currency(),
        new Totals(zero, Map.of(movement.kind(), change)),
        (sum, _) -> sum.plus(movement.kind(), change));
    boolean counted = movement instanceof TransferReceived || movement.kind() == Kind.ADJUSTMENT;
    if (!counted) {
      addLarge(new Large(account, movement));
    }
  }

  private void addLarge(Large large) {
    List<Large> list =
        largest.computeIfAbsent(large.movement().change().currency(), _ -> new ArrayList<>());
    int at = list.size();
    while (at > 0 && size(large).isMoreThan(size(list.get(at - 1)))) {
      at--;
    }
    if (at < LARGEST) {
      list.add(at, large);
      if (list.size() > LARGEST) {
        list.removeLast();
      }
    }
  }

  private static Money size(Large large) {
    return large.movement().change().abs();
  }

  private void change(String account, Account.Status status) {
    accounts.computeIfPresent(account, (_, line) -> line.with(status));
  }

  @Override
  public long events() {
    return events;
  }

  @Override
  public List<Line> accounts() {
    return List.copyOf(accounts.values());
  }

  /** The largest movements of each currency, the largest first; a transfer counts once. */
  SortedMap<Currency, List<Large>> largest() {
    return largest;
  }

  @Override
  public SortedMap<Currency, Totals> totals() {
    return totals;
  }

  @Override
  public List<LargeMovement> largestMovements() {
    return largest.values().stream()
        .flatMap(List::stream)
        .map(large -> {
          Movement movement = large.movement();
          return new LargeMovement(
              movement.date(), movement.change(), large.account(), EventText.of(movement));
        })
        .toList();
  }

  private static boolean isNumber(String id) {
    return Objects.requireNonNull(id).chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
