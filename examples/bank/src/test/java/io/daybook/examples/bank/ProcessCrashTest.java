package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.process.ProcessException;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.Product;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Wherever the bank's processes are cut short, what they began is done once. */
class ProcessCrashTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-10");

  private final TravellingClock clock =
      new TravellingClock(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);

  /** A store that is closed instead of the append that follows so many. */
  private static final class ClosingStore extends ForwardingStore {
    private final AtomicInteger left;

    ClosingStore(EventStore store, int appends) {
      super(store);
      left = new AtomicInteger(appends);
    }

    @Override
    public AppendResult append(Append append) {
      if (left.decrementAndGet() < 0) {
        throw new EventStoreClosedException("the power is out");
      }
      return super.append(append);
    }

    @Override
    public Position head() {
      if (left.get() < 0) {
        throw new EventStoreClosedException("the power is out");
      }
      return super.head();
    }
  }

  private static Money czk(String amount) {
    return Money.of(amount, "CZK");
  }

  private static void open(Bank bank) {
    var rate = new SetInterestRate("ada", DAY, new BigDecimal("3.65"), DAY);
    bank.handle(
        new Open("ada", DAY, "Ada", Product.STANDARD, czk("100000"), List.of(rate)), "open");
  }

  /** Runs all processes until they have done all or are cut short; whether they were. */
  private boolean isCutShort(EventStore store) {
    var bank = new Bank(store, clock);
    try (var processes = bank.run(LargeAmounts.standard(), Checkpoints.inMemory())) {
      processes.settle();
      return false;
    } catch (EventStoreClosedException | ProcessException _) {
      return true;
    }
  }

  private static long count(EventStore store, String type) {
    return store.read(Query.types(type)).stream().count();
  }

  @Test
  void everyFreezeInterestAndStatementIsThereOnce() {
    int appends = 0;
    boolean cut = true;
    for (; cut; appends++) {
      var store = new InMemoryStore();
      clock.travelTo(Instant.parse("2026-01-10T12:00:00Z"));
      var bank = new Bank(store, clock);
      open(bank);
      for (int i = 0; i < 3; i++) {
        bank.handle(new Withdraw("ada", DAY, czk("10000"), "cash"), "w" + i);
      }
      clock.travelTo(Instant.parse("2026-03-01T00:00:00Z"));
      cut = isCutShort(new ClosingStore(store, appends));
      boolean cutAgain = isCutShort(store);

      assertThat(cutAgain).isFalse();
      assertThat(count(store, "AccountFrozen")).as("after %s appends", appends).isEqualTo(1);
      assertThat(count(store, "ReviewDemanded")).isEqualTo(1);
      assertThat(count(store, "InterestPosted")).isEqualTo(2);
      assertThat(count(store, "StatementIssued")).isEqualTo(2);
      assertThat(bank.account("ada").balance()).isEqualTo(czk("70350.43"));
    }
    assertThat(appends).isGreaterThan(12);
  }
}
