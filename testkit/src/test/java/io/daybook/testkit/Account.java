package io.daybook.testkit;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import java.math.BigDecimal;
import java.util.List;

/** An account, small enough for a test. */
public record Account(String owner, BigDecimal balance, Status status) {
  /** Whether it can be used. */
  public enum Status {
    NEW,
    OPEN,
    CLOSED
  }

  /** What may be asked of an account. */
  public sealed interface Command {
    record Open(String owner) implements Command {}

    record Deposit(BigDecimal amount) implements Command {}

    record Withdraw(BigDecimal amount) implements Command {}

    record Close() implements Command {}

    /** Deposits what is missing to that balance: does nothing if nothing is. */
    record FillUpTo(BigDecimal balance) implements Command {}
  }

  /** What happens to an account. */
  public sealed interface Event {
    record Opened(String owner) implements Event {}

    record Closed() implements Event {}

    /** What changes the balance. */
    sealed interface Movement extends Event {
      BigDecimal amount();
    }

    record Deposited(BigDecimal amount) implements Movement {}

    record Withdrawn(BigDecimal amount) implements Movement {}
  }

  public static final Account NONE = new Account("", BigDecimal.ZERO, Status.NEW);

  public static final Decider<Command, Event, Account> DECIDER =
      Decider.of(NONE, Account::decide, Account::evolve);

  static List<Event> decide(Command command, Account account) {
    return switch (command) {
      case Command.Open(var owner) -> {
        require(account.status == Status.NEW, "account exists");
        yield List.of(new Event.Opened(owner));
      }
      case Command.Deposit(var amount) -> {
        require(account.status == Status.OPEN, "account not open");
        yield List.of(new Event.Deposited(amount));
      }
      case Command.Withdraw(var amount) -> {
        require(account.status == Status.OPEN, "account not open");
        if (account.balance.compareTo(amount) < 0) {
          throw new Rejected(
              "insufficient funds", "the balance is " + account.balance + ", not " + amount);
        }
        yield List.of(new Event.Withdrawn(amount));
      }
      case Command.Close() -> {
        require(account.status == Status.OPEN, "account not open");
        yield account.balance.signum() == 0
            ? List.of(new Event.Closed())
            : List.of(new Event.Withdrawn(account.balance), new Event.Closed());
      }
      case Command.FillUpTo(var wanted) ->
          account.balance.compareTo(wanted) >= 0
              ? List.of()
              : List.of(new Event.Deposited(wanted.subtract(account.balance)));
    };
  }

  static Account evolve(Account account, Event event) {
    return switch (event) {
      case Event.Opened(var owner) -> new Account(owner, account.balance, Status.OPEN);
      case Event.Closed() -> new Account(account.owner, account.balance, Status.CLOSED);
      case Event.Deposited(var amount) -> account.withBalance(account.balance.add(amount));
      case Event.Withdrawn(var amount) -> account.withBalance(account.balance.subtract(amount));
    };
  }

  private Account withBalance(BigDecimal newBalance) {
    return new Account(owner, newBalance, status);
  }

  private static void require(boolean allowed, String reason) {
    if (!allowed) {
      throw new Rejected(reason);
    }
  }
}
