package io.daybook.examples.bank;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.TransferReceived;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.BankEvent.TransferMade;
import io.daybook.jackson.JsonCodec;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads all that a bank wrote down, and fails with what is wrong: money came or went, an account
 * was ever below its limit, a transfer is there in part, twice or not as it was sent, an
 * acknowledged one is not there, a revision or a position is left out, or the bank or an index says
 * otherwise than the log. To be used once.
 */
final class TransferCheck {
  private static final int NEWEST = 100;

  private final EventStore store;
  private final Bank bank;
  private final Function<String, TransferMade> sentAs;
  private final Codec<BankEvent> codec = JsonCodec.of(BankEvent.class);

  private final Map<String, Money> balances = new HashMap<>();
  private final Map<String, Money> limits = new HashMap<>();
  private final Map<String, Long> revisions = new HashMap<>();
  private final Set<String> transfers = new LinkedHashSet<>();
  private final ArrayDeque<RecordedEvent> open = new ArrayDeque<>();
  private long nextPosition;

  /**
   * A check of the bank in that store.
   *
   * @param sentAs the transfer that was sent with an id
   */
  TransferCheck(EventStore store, Bank bank, Function<String, TransferMade> sentAs) {
    this.store = store;
    this.bank = bank;
    this.sentAs = sentAs;
  }

  /** Fails with what is wrong; these should all be there. */
  void verify(Collection<String> acknowledged) {
    try (var all = store.read(Query.everything())) {
      all.forEach(this::add);
    }
    require(open.isEmpty(), "a part of a transfer: " + open);
    require(
        store.head().value() == nextPosition - 1,
        "the head is " + store.head() + ", the last event read " + (nextPosition - 1));
    var missing = new TreeSet<>(acknowledged);
    missing.removeAll(transfers);
    require(missing.isEmpty(), "acknowledged, but not there: " + missing);
    verifyBank();
    verifyIndex();
  }

  /** Everything, in the order of positions. */
  private void add(RecordedEvent event) {
    require(
        event.position().value() == nextPosition,
        "position " + nextPosition + " is left out before " + event);
    nextPosition++;
    long revision = revisions.merge(event.stream(), 0L, (last, _) -> last + 1);
    require(event.revision().value() == revision, "revision " + revision + " expected: " + event);
    BankEvent said = said(event);
    if (said instanceof OverdraftAgreed agreed) {
      limits.put(event.stream(), agreed.limit().negated());
    }
    if (said instanceof Movement movement) {
      Money balance = balances.merge(event.stream(), movement.change(), Money::plus);
      require(
          !balance.isLessThan(limits.get(event.stream())),
          "the balance is " + balance + ", below the limit: " + event);
    }
    if (said instanceof TransferSent || said instanceof TransferReceived || isRecord(said)) {
      open.add(event);
      if (open.size() == 3) {
        addTransfer(open.remove(), open.remove(), open.remove());
      }
    } else {
      require(open.isEmpty(), "a part of a transfer: " + open);
    }
  }

  private static boolean isRecord(BankEvent event) {
    return event instanceof TransferMade;
  }

  private void addTransfer(RecordedEvent first, RecordedEvent second, RecordedEvent third) {
    boolean whole =
        said(third) instanceof TransferMade made
            && made.equals(sentAs.apply(made.transfer()))
            && third.stream().equals("transfer-" + made.transfer())
            && first.stream().equals("account-" + made.from())
            && second.stream().equals("account-" + made.to())
            && said(first).equals(sent(made))
            && said(second).equals(received(made))
            && first.recordedAt().equals(third.recordedAt());
    require(whole, "not one transfer: " + first + ", " + second + ", " + third);
    String id = third.stream().substring("transfer-".length());
    require(transfers.add(id), "made twice: " + id);
  }

  private static TransferSent sent(TransferMade made) {
    return new TransferSent(
        made.date(), made.transfer(), made.to(), made.amount(), made.description());
  }

  private static TransferReceived received(TransferMade made) {
    return new TransferReceived(
        made.date(), made.transfer(), made.from(), made.amount(), made.description());
  }

  private BankEvent said(RecordedEvent event) {
    return codec.decode(event).getFirst();
  }

  /** What the bank says by its own ways: its read model, and the accounts that decide. */
  private void verifyBank() {
    Ledger ledger = bank.ledger(LocalDate.MAX, new RecordedBy.Now());
    require(ledger.addsUp(), "balances and totals differ: " + ledger.totals());
    require(ledger.transfersAreWhole(), "half a transfer: " + ledger.totals());
    Money deposited = Money.zero(Transfers.EURO);
    for (Ledger.Line line : ledger.accounts()) {
      deposited = deposited.plus(Transfers.DEPOSIT);
      Money balance = balances.get("account-" + line.account());
      Money decided = bank.account(line.account()).balance();
      require(
          line.balance().equals(balance) && decided.equals(balance),
          line + " by the ledger, " + decided + " by the account, " + balance + " by a scan");
    }
    require(
        ledger.accounts().size() == balances.size(), "accounts are missing: " + ledger.accounts());
    Money sum = ledger.sumOfBalances(Transfers.EURO);
    require(sum.equals(deposited), sum + " is in the bank, but " + deposited + " was deposited");
  }

  private void verifyIndex() {
    revisions.forEach((stream, last) -> {
      if (stream.startsWith("account-")) {
        long count = count(Query.stream(stream));
        require(count == last + 1, stream + " has " + count + " events, by a scan " + (last + 1));
      }
    });
    long records = count(Query.category("transfer"));
    require(records == transfers.size(), records + " records, by a scan " + transfers.size());
    for (String id : newest()) {
      long count = count(Query.tags(Audit.commandTag(id)));
      require(count == 3, "the tag of the command " + id + " finds " + count + " events");
      count = count(Query.stream("transfer-" + id));
      require(count == 1, "the transfer " + id + " has " + count + " records");
    }
  }

  private long count(Query query) {
    try (var read = store.read(query)) {
      return read.stream().count();
    }
  }

  private List<String> newest() {
    return transfers.stream().skip(Math.max(0, transfers.size() - NEWEST)).toList();
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }
}
