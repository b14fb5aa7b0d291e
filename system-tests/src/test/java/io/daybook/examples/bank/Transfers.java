package io.daybook.examples.bank;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.BankEvent.TransferMade;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Transfers between the accounts of a bank, for a test that kills it. It stands here to reach the
 * bank, which nobody else needs.
 *
 * <p>A transfer follows from its id and a seed, so that it can be sent again by whoever knows only
 * its id, and checked by whoever finds it. Its id is also the id of its command.
 */
public final class Transfers {
  static final Currency EURO = Currency.getInstance("EUR");
  static final Money DEPOSIT = Money.of("1000", "EUR");
  private static final Money OVERDRAFT = Money.of("150", "EUR");
  private static final int ACCOUNTS = 64;
  private static final int POPULAR = 4;
  private static final int MOST_CENTS = 40_000;
  private static final int REPEATED = 50;
  private static final int LONGEST_TEXT = 400;
  private static final LocalDate DAY = LocalDate.of(2026, 1, 2);

  private final EventStore store;
  private final Bank bank;
  private final long seed;

  /** Of the bank in that store. */
  public Transfers(EventStore store, long seed) {
    this.store = store;
    this.bank = new Bank(store, Clock.systemUTC());
    this.seed = seed;
  }

  /** Opens the accounts that are not open; every third may be overdrawn. */
  void openAccounts() {
    for (int i = 0; i < ACCOUNTS; i++) {
      String id = account(i);
      Money limit = i % 3 == 0 ? OVERDRAFT : Money.zero(EURO);
      var terms = new AgreeOverdraft(id, DAY, limit, Money.zero(EURO));
      bank.handle(
          new Open(id, DAY, "owner " + i, Product.STANDARD, DEPOSIT, List.of(terms)), "open-" + id);
    }
  }

  /** Makes a transfer, and returns when it is durable; false if the bank refused it. */
  boolean make(String id) {
    try {
      bank.transfer(of(id), id);
      return true;
    } catch (Refused refused) {
      if (refused.reason().equals(Refused.Reason.INSUFFICIENT_FUNDS.toString())) {
        return false;
      }
      throw refused;
    }
  }

  /**
   * Sends the newest of transfers that were acknowledged again, and fails if that changes anything.
   */
  void repeatNewest(List<String> acknowledged) {
    Position before = store.head();
    int known = acknowledged.size();
    for (String id : acknowledged.subList(Math.max(0, known - REPEATED), known)) {
      TransferCheck.require(make(id), "acknowledged, but refused when sent again: " + id);
      TransferCheck.require(
          store.head().equals(before), "acknowledged, but made again when sent again: " + id);
    }
  }

  /**
   * Reads everything, sends acknowledged transfers again, and fails with what is wrong.
   *
   * @param acknowledged the ids of transfers, in the order in which they were acknowledged
   * @see TransferCheck
   */
  public void verify(List<String> acknowledged) {
    new TransferCheck(store, bank, this::of).verify(acknowledged);
    repeatNewest(acknowledged);
  }

  /** The transfer with that id: often from or to one of few popular accounts. */
  private TransferMade of(String id) {
    var random = new SplittableRandom(seed + id.hashCode());
    int from = random.nextInt(random.nextBoolean() ? POPULAR : ACCOUNTS);
    int to = random.nextInt(random.nextBoolean() ? POPULAR : ACCOUNTS);
    if (from == to) {
      to = (to + 1) % ACCOUNTS;
    }
    return new TransferMade(
        DAY,
        id,
        account(from),
        account(to),
        Money.ofMinorUnits(1 + random.nextInt(MOST_CENTS), EURO),
        "x".repeat(random.nextInt(LONGEST_TEXT)));
  }

  private static String account(int number) {
    return Integer.toString(number);
  }
}
