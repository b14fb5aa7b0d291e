package io.daybook.benchmarks;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.jackson.JsonCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Accounts, as an application would write them: what the workloads of applications work with. */
final class AppDomain {
  static final String CATEGORY = "account";

  /** Events of each account before the clock runs. */
  static final int EVENTS_PER_ACCOUNT = 10;

  static final Codec<AccountEvent> CODEC = JsonCodec.of(AccountEvent.class);

  static final Decider<Withdraw, AccountEvent, Account> DECIDER =
      Decider.of(new Account(0, 0), AppDomain::decide, AppDomain::evolve);

  private static final int EVENTS_PER_APPEND = 1_000;
  private static final int IN_FLIGHT = 64;

  private AppDomain() {}

  /** Money is taken. */
  record Withdraw(String account, long cents) {}

  /** What happened. */
  sealed interface AccountEvent {
    /** Money came. */
    record Deposited(String account, long cents, String description) implements AccountEvent {}

    /** Money went. */
    record Withdrawn(String account, long cents, String description) implements AccountEvent {}
  }

  /** What decisions need to know. */
  record Account(long cents, long transactions) {}

  private static List<AccountEvent> decide(Withdraw command, Account account) {
    if (command.cents > account.cents) {
      throw new Rejected("overdrawn", "there are not so many cents");
    }
    return List.of(
        new AccountEvent.Withdrawn(command.account, command.cents, "standing order, monthly rent"));
  }

  static Account evolve(Account account, AccountEvent event) {
    return switch (event) {
      case AccountEvent.Deposited e ->
          new Account(account.cents + e.cents(), account.transactions + 1);
      case AccountEvent.Withdrawn e ->
          new Account(account.cents - e.cents(), account.transactions + 1);
    };
  }

  static AccountEvent.Deposited deposit(String account) {
    return new AccountEvent.Deposited(account, 1_000_000, "salary, with a line of text");
  }

  /** Fills a store with so many accounts of so many deposits each, side by side. */
  static void fill(EventStore store, int accounts, int eventsPerAccount) {
    Queue<CompletableFuture<AppendResult>> inFlight = new ArrayDeque<>();
    int together = Math.max(1, EVENTS_PER_APPEND / eventsPerAccount);
    for (int first = 0; first < accounts; first += together) {
      List<Append.Write> writes = new ArrayList<>();
      for (int i = first; i < Math.min(accounts, first + together); i++) {
        writes.add(new Append.Write(CATEGORY + "-" + i, deposits(i, eventsPerAccount)));
      }
      inFlight.add(store.appendAsync(new Append(writes, Map.of(), null)));
      if (inFlight.size() > IN_FLIGHT) {
        inFlight.remove().join();
      }
    }
    inFlight.forEach(CompletableFuture::join);
  }

  /** Appends so many deposits to one account. */
  static void deposit(EventStore store, int account, int count) {
    for (int done = 0; done < count; done += EVENTS_PER_APPEND) {
      List<Event> events = deposits(account, Math.min(EVENTS_PER_APPEND, count - done));
      store.append(CATEGORY + "-" + account, ExpectedRevision.any(), events);
    }
  }

  private static List<Event> deposits(int account, int count) {
    List<Event> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(CODEC.encode(Event.newId(), deposit(Integer.toString(account)), Audit.none()));
    }
    return events;
  }
}
