package io.daybook.examples.bank;

import static io.daybook.examples.bank.Refused.Reason.*;

import io.daybook.examples.bank.Account.Status;
import io.daybook.examples.bank.Account.Terms;
import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Agreement;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.FreezeUntilReviewed;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.PostInterest;
import io.daybook.examples.bank.AccountCommand.PostReported;
import io.daybook.examples.bank.AccountCommand.ReceiveTransfer;
import io.daybook.examples.bank.AccountCommand.Review;
import io.daybook.examples.bank.AccountCommand.SendTransfer;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.SetLimits;
import io.daybook.examples.bank.AccountCommand.Unfreeze;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.AccountReviewed;
import io.daybook.examples.bank.AccountEvent.AccountUnfrozen;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.FeeCharged;
import io.daybook.examples.bank.AccountEvent.GapAdjusted;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.InterestRateSet;
import io.daybook.examples.bank.AccountEvent.LimitsSet;
import io.daybook.examples.bank.AccountEvent.Movement;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.AccountEvent.ReviewDemanded;
import io.daybook.examples.bank.AccountEvent.RoundingAdjusted;
import io.daybook.examples.bank.AccountEvent.TransferReceived;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import io.daybook.examples.bank.AccountState.NotOpened;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The rules of an account: which events a command leads to, and what an event changes. Both are
 * pure functions; every number that they need is in the command or in the account.
 */
final class AccountDecider {
  private static final BigDecimal MAX_PERCENT = BigDecimal.valueOf(100);
  private static final int MAX_PERCENT_SCALE = 6;
  private static final Pattern ACCOUNT_ID = Pattern.compile("[\\p{L}\\p{N}._-]{1,64}");

  private AccountDecider() {}

  static AccountState initial() {
    return new NotOpened();
  }

  /**
   * The events that the command leads to, which may be none.
   *
   * @throws Refused if the rules don't allow it
   */
  static List<AccountEvent> decide(AccountCommand command, AccountState state) {
    return switch (command) {
      case Open open -> open(open, state);
      case PostReported report -> postReported(report, state);
      default -> decide(command, opened(command, state));
    };
  }

  private static List<AccountEvent> decide(AccountCommand command, Account account) {
    return switch (command) {
      case Open c -> open(c, account);
      case PostReported c -> postReported(c, account);
      case Deposit(var id, var date, var amount, var description) -> {
        checkEntry(id, account, date, amount);
        yield List.of(new Deposited(date, amount, description));
      }
      case Withdraw(var id, var date, var amount, var description) ->
          payOut(id, account, new Withdrawn(date, amount, description));
      case SendTransfer(var id, var date, var transfer, var to, var amount, var text) -> {
        require(!to.equals(id), TRANSFER_TO_ITSELF, () -> id + " can't transfer to itself");
        yield payOut(id, account, new TransferSent(date, transfer, to, amount, text));
      }
      case ReceiveTransfer(var id, var date, var transfer, var from, var amount, var text) -> {
        checkEntry(id, account, date, amount);
        yield List.of(new TransferReceived(date, transfer, from, amount, text));
      }
      case Freeze(var id, var date) -> {
        checkActive(id, account);
        yield List.of(new AccountFrozen(date));
      }
      case Unfreeze(var id, var date) -> {
        checkNotClosed(id, account);
        require(
            account.status() != Status.UNDER_REVIEW,
            UNDER_REVIEW,
            () -> id + " is frozen until it is reviewed");
        require(account.status() == Status.FROZEN, ACCOUNT_NOT_FROZEN, () -> id + " is not frozen");
        yield List.of(new AccountUnfrozen(date));
      }
      case FreezeUntilReviewed c -> freezeUntilReviewed(c, account);
      case Review(var id, var date) -> {
        checkNotClosed(id, account);
        require(
            account.status() == Status.UNDER_REVIEW,
            NOT_UNDER_REVIEW,
            () -> id + " is not waiting for a review");
        yield List.of(new AccountReviewed(date), new AccountUnfrozen(date));
      }
      case Close c -> close(c, account);
      case PostInterest c -> postInterest(c, account);
      case Agreement c -> agree(c, account);
    };
  }

  /** The account with one more event. */
  static AccountState evolve(AccountState state, AccountEvent event) {
    return switch (state) {
      case NotOpened _ when event instanceof AccountOpened opened -> openedBy(opened);
      case NotOpened _ ->
          throw new IllegalStateException("an account's first event can't be " + event);
      case Account account -> evolve(account, event);
    };
  }

  private static Account openedBy(AccountOpened event) {
    Money zero = Money.zero(event.currency());
    return new Account(
        event.owner(),
        event.product(),
        event.date(),
        Status.ACTIVE,
        Terms.none(zero),
        Book.from(event.date(), zero),
        0);
  }

  private static Account evolve(Account account, AccountEvent event) {
    Book book = account.book();
    Terms terms = account.terms();
    return switch (event) {
      case AccountOpened _ -> throw new IllegalStateException("opened twice: " + event);
      case OverdraftAgreed(_, var limit, var fee) -> account.with(terms.withOverdraft(limit, fee));
      case LimitsSet(_, var perTransaction, var perDay) ->
          account.with(terms.withLimits(perTransaction, perDay));
      case InterestRateSet(_, var percent, var from) -> account.with(terms.withRate(from, percent));
      case AccountFrozen _ -> account.with(Status.FROZEN);
      case ReviewDemanded _ -> account.with(Status.UNDER_REVIEW);
      case AccountReviewed _ -> account;
      case AccountUnfrozen _ -> account.with(Status.ACTIVE);
      case AccountClosed _ -> account.with(Status.CLOSED);
      case InterestPosted(var date, var amount) ->
          account.with(book.plus(date, amount, false).closedUpTo(date));
      case MovementReported report ->
          // reports come in order, so a day is over when the next has begun
          account
              .with(
                  book.closedUpTo(report.date().minusDays(1))
                      .plus(report.date(), report.change(), false))
              .withReported(report.version());
      case Withdrawn _, TransferSent _ -> account.with(plus(book, (Movement) event, true));
      case Movement movement -> account.with(plus(book, movement, false));
    };
  }

  private static Book plus(Book book, Movement movement, boolean paidOut) {
    return book.plus(movement.date(), movement.change(), paidOut);
  }

  private static List<AccountEvent> open(Open command, AccountState state) {
    require(
        state instanceof NotOpened,
        ACCOUNT_EXISTS,
        () -> command.account() + " was opened already");
    require(
        ACCOUNT_ID.matcher(command.account()).matches(),
        INVALID_ACCOUNT_ID,
        () -> "an account id is letters, digits, dots, dashes and underscores, at most 64");
    require(!command.owner().isBlank(), OWNER_MISSING, () -> "an account has an owner");
    require(
        !command.initial().isNegative(),
        AMOUNT_NOT_POSITIVE,
        () -> "opened with less than nothing");
    var opened =
        new AccountOpened(
            command.date(),
            command.owner(),
            command.initial().currency(),
            command.product(),
            command.account());
    var events = new ArrayList<AccountEvent>(List.of(opened));
    var then = new ArrayList<AccountCommand>(command.terms());
    if (!command.initial().isZero()) {
      then.add(
          new Deposit(command.account(), command.date(), command.initial(), "initial deposit"));
    }
    Account account = openedBy(opened);
    for (AccountCommand next : then) {
      for (AccountEvent event : decide(next, account)) {
        events.add(event);
        account = evolve(account, event);
      }
    }
    return events;
  }

  private static List<AccountEvent> payOut(String id, Account account, Movement movement) {
    LocalDate date = movement.date();
    Money amount = movement.change().negated();
    checkEntry(id, account, date, amount);
    Money perTransaction = account.terms().perTransaction();
    if (perTransaction != null && amount.isMoreThan(perTransaction)) {
      throw new Refused(
          OVER_TRANSACTION_LIMIT,
          id + " may pay out " + perTransaction + " at once, not " + amount);
    }
    Money perDay = account.terms().perDay();
    Money today = account.book().paidOutOn(date);
    if (perDay != null && today.plus(amount).isMoreThan(perDay)) {
      throw new Refused(
          OVER_DAILY_LIMIT,
          id + " may pay out " + perDay + " a day, and has paid out " + today + " on " + date);
    }
    Money before = account.book().lowestFrom(date);
    Money after = before.minus(amount);
    boolean intoOverdraft = !before.isNegative() && after.isNegative();
    Money fee = intoOverdraft ? account.terms().overdraftFee() : Money.zero(account.currency());
    Money overdraft = account.terms().overdraft();
    if (after.minus(fee).isLessThan(overdraft.negated())) {
      throw new Refused(INSUFFICIENT_FUNDS, insufficient(id, before, overdraft, amount, fee));
    }
    return fee.isZero()
        ? List.of(movement)
        : List.of(movement, new FeeCharged(date, fee, "overdraft fee"));
  }

  private static String insufficient(
      String id, Money balance, Money overdraft, Money amount, Money fee) {
    return id
        + " has "
        + balance
        + (overdraft.isZero() ? "" : " and an overdraft of " + overdraft)
        + ", which is not enough for "
        + amount
        + (fee.isZero() ? "" : " and the overdraft fee of " + fee);
  }

  /** An account that is frozen already stays so, and waits for the review; once. */
  private static List<AccountEvent> freezeUntilReviewed(
      FreezeUntilReviewed command, Account account) {
    checkNotClosed(command.account(), account);
    var demanded = new ReviewDemanded(command.date(), command.why());
    return switch (account.status()) {
      case ACTIVE -> List.of(new AccountFrozen(command.date()), demanded);
      case FROZEN -> List.of(demanded);
      case UNDER_REVIEW, CLOSED -> List.of();
    };
  }

  private static List<AccountEvent> close(Close command, Account account) {
    String id = command.account();
    LocalDate date = command.date();
    checkActive(id, account);
    checkDate(id, account, date);
    require(
        !account.book().hasMovementsAfter(date),
        PERIOD_CLOSED,
        () -> id + " has movements after " + date);
    require(
        account.balance().isZero(),
        BALANCE_NOT_ZERO,
        () -> id + " can be closed when its balance is zero; it is " + account.balance());
    Money interest = Interest.earned(account, date);
    return interest.isZero()
        ? List.of(new AccountClosed(date))
        : List.of(
            new InterestPosted(date, interest),
            new Withdrawn(date, interest, "interest paid out on closing"),
            new AccountClosed(date));
  }

  private static List<AccountEvent> postInterest(PostInterest command, Account account) {
    String id = command.account();
    checkNotClosed(id, account);
    YearMonth month = command.month();
    LocalDate end = month.atEndOfMonth();
    require(end.isBefore(command.date()), MONTH_NOT_OVER, () -> month + " is not over yet");
    require(
        end.isAfter(account.book().closedThrough()),
        PERIOD_CLOSED,
        () -> "the interest of " + id + " for " + month + " is posted already");
    Optional<LocalDate> due = Interest.firstDayDue(account).filter(day -> !day.isAfter(end));
    if (due.isEmpty()) {
      return List.of();
    }
    require(
        YearMonth.from(due.get()).equals(month),
        EARLIER_MONTH_NOT_POSTED,
        () -> "the interest of " + id + " for " + YearMonth.from(due.get()) + " comes first");
    return List.of(new InterestPosted(end, Interest.earned(account, end)));
  }

  private static List<AccountEvent> agree(Agreement command, Account account) {
    checkNotClosed(command.account(), account);
    return List.of(
        switch (command) {
          case AgreeOverdraft(var id, var date, var limit, var fee) -> {
            checkTerm(account, limit);
            checkTerm(account, fee);
            require(
                !account.book().lowestFrom(date).isLessThan(limit.negated()),
                OVERDRAFT_IN_USE,
                () -> id + " is at " + account.balance() + ": the overdraft can't be " + limit);
            yield new OverdraftAgreed(date, limit, fee);
          }
          case SetLimits(_, var date, var perTransaction, var perDay) -> {
            if (perTransaction != null) {
              checkTerm(account, perTransaction);
            }
            if (perDay != null) {
              checkTerm(account, perDay);
            }
            yield new LimitsSet(date, perTransaction, perDay);
          }
          case SetInterestRate(var id, var date, var percent, var from) -> {
            require(
                account.product() == Product.STANDARD,
                INVALID_TERMS,
                () -> id + " is as reported: its interest is reported, too");
            require(
                percent.signum() >= 0
                    && percent.compareTo(MAX_PERCENT) <= 0
                    && percent.scale() <= MAX_PERCENT_SCALE,
                INVALID_TERMS,
                () -> "an interest rate is 0 to 100 percent a year, not " + percent);
            checkDate(id, account, from);
            yield new InterestRateSet(date, percent, from);
          }
        });
  }

  private static List<AccountEvent> postReported(PostReported command, AccountState state) {
    var events = new ArrayList<AccountEvent>();
    String id = command.account();
    LocalDate date = command.date();
    Account account;
    switch (state) {
      case Account known -> account = known;
      case NotOpened _ -> {
        var opened =
            new AccountOpened(
                date, "Holder of " + id, command.shown().currency(), Product.AS_REPORTED, id);
        events.add(opened);
        account = openedBy(opened);
      }
    }
    require(
        account.product() == Product.AS_REPORTED,
        NOT_AS_REPORTED,
        () -> id + " is an account of this bank, which nobody else reports on");
    int missing = command.version() - account.reported() - 1;
    require(
        missing >= 0 && (state instanceof NotOpened || missing <= command.unusable()),
        VERSION_OUT_OF_ORDER,
        () ->
            id
                + " is at version "
                + account.reported()
                + ", which "
                + command.version()
                + " does not follow");
    checkEntry(id, account, date, command.amount());
    var movement =
        new MovementReported(
            date,
            command.version(),
            command.kind(),
            command.amount(),
            command.description(),
            command.purpose(),
            command.peer());
    Money overdraft = overdraftNeeded(command, account);
    if (!overdraft.equals(account.terms().overdraft())) {
      events.add(new OverdraftAgreed(date, overdraft, Money.zero(account.currency())));
    }
    Money difference = command.shown().minus(account.balance().plus(movement.change()));
    if (missing > 0) {
      events.add(new GapAdjusted(date, difference, missing));
    }
    events.add(movement);
    if (missing == 0 && !difference.isZero()) {
      require(
          isRounding(difference),
          BALANCE_MISMATCH,
          () -> id + " shows " + command.shown() + ", which is " + difference + " off");
      events.add(new RoundingAdjusted(date, difference));
    }
    return events;
  }

  /** The limit that the report shows the other bank must have agreed to. */
  private static Money overdraftNeeded(PostReported command, Account account) {
    Money needed = command.lowest().negated();
    Money agreed = account.terms().overdraft();
    Money overdraft = needed.isMoreThan(agreed) ? needed : agreed;
    require(
        !command.shown().isLessThan(overdraft.negated()),
        INSUFFICIENT_FUNDS,
        () ->
            command.account() + " shows " + command.shown() + " with an overdraft of " + overdraft);
    return overdraft;
  }

  /** A bank that rounds what it shows is off by less than a whole unit of the currency. */
  private static boolean isRounding(Money difference) {
    return difference.abs().amount().compareTo(BigDecimal.ONE) < 0;
  }

  private static Account opened(AccountCommand command, AccountState state) {
    return switch (state) {
      case Account account -> account;
      case NotOpened _ ->
          throw new Refused(UNKNOWN_ACCOUNT, "there is no account " + command.account());
    };
  }

  private static void checkEntry(String id, Account account, LocalDate date, Money amount) {
    checkActive(id, account);
    checkCurrency(account, amount);
    require(!amount.isTooLarge(), AMOUNT_TOO_LARGE, () -> amount + " is too much for this bank");
    require(amount.isPrecise(), AMOUNT_OVER_PRECISE, () -> amount + " has too many decimals");
    require(
        amount.isPositive(), AMOUNT_NOT_POSITIVE, () -> "an amount is more than 0, not " + amount);
    checkDate(id, account, date);
  }

  private static void checkTerm(Account account, Money amount) {
    checkCurrency(account, amount);
    require(
        !amount.isTooLarge() && amount.isPrecise() && !amount.isNegative(),
        INVALID_TERMS,
        () -> "a limit or fee is 0 or more, not " + amount);
  }

  private static void checkCurrency(Account account, Money amount) {
    require(
        amount.currency().equals(account.currency()),
        OTHER_CURRENCY,
        () -> "the account is in " + account.currency() + ", not in " + amount.currency());
  }

  private static void checkDate(String id, Account account, LocalDate date) {
    require(
        !date.isBefore(account.opened()),
        DATE_BEFORE_OPENING,
        () -> id + " was opened on " + account.opened() + ", after " + date);
    require(
        date.isAfter(account.book().closedThrough()),
        PERIOD_CLOSED,
        () -> "the book of " + id + " is closed up to " + account.book().closedThrough());
  }

  private static void checkActive(String id, Account account) {
    checkNotClosed(id, account);
    require(account.status() != Status.FROZEN, ACCOUNT_FROZEN, () -> id + " is frozen");
    require(
        account.status() != Status.UNDER_REVIEW,
        ACCOUNT_FROZEN,
        () -> id + " is frozen until it is reviewed");
  }

  private static void checkNotClosed(String id, Account account) {
    require(account.status() != Status.CLOSED, ACCOUNT_CLOSED, () -> id + " is closed");
  }

  private static void require(
      boolean fulfilled, Refused.Reason reason, Supplier<String> otherwise) {
    if (!fulfilled) {
      throw new Refused(reason, otherwise.get());
    }
  }
}
