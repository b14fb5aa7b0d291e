package io.daybook.examples.bank;

import static io.daybook.examples.bank.Refused.Reason.DATE_IN_FUTURE;
import static io.daybook.examples.bank.Refused.Reason.UNKNOWN_ACCOUNT;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.PostInterest;
import io.daybook.examples.bank.AccountCommand.ReceiveTransfer;
import io.daybook.examples.bank.AccountCommand.SendTransfer;
import io.daybook.examples.bank.BankEvent.TransferMade;
import io.daybook.examples.bank.ReportFile.Survey;
import io.daybook.jackson.JsonCodec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bank on an event store: each account is a stream {@code account-ID}, each transfer a stream
 * {@code transfer-ID}. May be used by any number of threads.
 *
 * <p>A command is sent with an id. Sent again with the same id, by a retry or by mistake, it is not
 * carried out again.
 */
final class Bank {
  static final Decider<AccountCommand, AccountEvent, AccountState> ACCOUNT =
      Decider.of(AccountDecider.initial(), AccountDecider::decide, AccountDecider::evolve);

  private static final String ACCOUNTS = "account";
  private static final String TRANSFERS = "transfer";

  /** Popular accounts have many writers, each of which waits for its turn. */
  private static final Retry PATIENT = Retry.standard().withAttempts(200);

  private static final int CACHED_ACCOUNTS = 10_000;

  private final EventStore store;
  private final Clock clock;
  private final Codec<AccountEvent> codec;
  private final CommandHandler<AccountCommand, AccountEvent, AccountState> accounts;
  private final CommandHandler<TransferMade, TransferMade, Integer> transfers;
  private final UnitOfWork units;

  /** On that store, with the clock's day as today. */
  Bank(EventStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    codec = JsonCodec.of(AccountEvent.class);
    accounts =
        CommandHandler.of(ACCOUNTS, ACCOUNT, codec)
            .retrying(PATIENT)
            .cachedStates(CACHED_ACCOUNTS)
            .on(store);
    // a transfer is decided by its two accounts; its own stream only records that it was made
    Decider<TransferMade, TransferMade, Integer> transfer =
        Decider.of(0, (made, _) -> List.of(made), (count, _) -> count + 1);
    transfers = CommandHandler.of(TRANSFERS, transfer, JsonCodec.of(TransferMade.class)).on(store);
    units = UnitOfWork.on(store).retrying(PATIENT);
  }

  LocalDate today() {
    return LocalDate.now(clock);
  }

  /**
   * Carries out a command on one account.
   *
   * @return the account after it
   * @throws Refused if the rules don't allow it
   */
  Account handle(AccountCommand command, String commandId) {
    checkDate(command.date());
    return (Account) accounts.handle(command.account(), command, commandId).state();
  }

  /**
   * Moves money from one account to another: both sides and the record of the transfer are written
   * in one append, or none is.
   *
   * @throws Refused if the rules of either account don't allow it
   */
  void transfer(TransferMade transfer, String commandId) {
    checkDate(transfer.date());
    LocalDate date = transfer.date();
    String id = transfer.transfer();
    String from = transfer.from();
    String to = transfer.to();
    Money amount = transfer.amount();
    String text = transfer.description();
    units.run(
        commandId,
        unit -> {
          unit.handle(accounts, from, new SendTransfer(from, date, id, to, amount, text));
          unit.handle(accounts, to, new ReceiveTransfer(to, date, id, from, amount, text));
          unit.handle(transfers, id, transfer);
        });
  }

  /**
   * Posts the interest of an account for every month up to and including that one, if it is not
   * posted yet. The command of a month has always the same id, so that it posts once, whoever runs
   * it how often.
   *
   * @return what was posted: nothing if the account is closed or no rate was set
   * @throws Refused if the month is not over, or there is no such account
   */
  List<AccountEvent> postInterest(String id, YearMonth through) {
    var posted = new ArrayList<AccountEvent>();
    Account account = account(id);
    Optional<LocalDate> due = Interest.firstDayDue(account);
    while (account.status() != Account.Status.CLOSED
        && due.isPresent()
        && !YearMonth.from(due.get()).isAfter(through)) {
      YearMonth month = YearMonth.from(due.get());
      var outcome =
          accounts.handle(id, new PostInterest(id, today(), month), "interest-" + id + "-" + month);
      posted.addAll(outcome.events());
      account = (Account) outcome.state();
      due = Interest.firstDayDue(account);
    }
    return posted;
  }

  /** Records what another bank reports in a file, once it is run. */
  ReportImport reportImport(
      Path file, Survey survey, boolean strict, ReportImport.Observer observer) {
    return new ReportImport(store, accounts, file, survey, strict, observer);
  }

  /** The ids of all accounts that were ever opened. */
  List<String> accountIds() {
    String prefix = accounts.streamOf("");
    try (var streams = store.list(Dimension.STREAM, prefix)) {
      return streams.stream()
          .map(stream -> stream.substring(prefix.length()))
          .sorted(Ledger.ACCOUNT_ORDER)
          .toList();
    }
  }

  /**
   * An account as it is now.
   *
   * @throws Refused if there is no such account
   */
  Account account(String id) {
    return switch (accounts.stateOf(id)) {
      case Account account -> account;
      case AccountState.NotOpened _ -> throw unknown(id);
    };
  }

  /**
   * The events of an account in the order in which they were written down.
   *
   * @throws Refused if there was no such account then
   */
  List<Recorded<AccountEvent>> history(String id, RecordedBy recordedBy) {
    try (var read = accounts.history(id, recordedBy::restrict)) {
      List<Recorded<AccountEvent>> events = read.toList();
      if (events.isEmpty()) {
        throw unknown(id);
      }
      return events;
    }
  }

  /**
   * The statement of a period.
   *
   * @param from the first day; null for the day on which the account was opened
   * @throws Refused if there was no such account then
   */
  Statement statement(String id, @Nullable LocalDate from, LocalDate to, RecordedBy recordedBy) {
    List<AccountEvent> events = history(id, recordedBy).stream().map(Recorded::event).toList();
    LocalDate opened = events.getFirst().date();
    if (to.isBefore(opened)) {
      throw new Refused(UNKNOWN_ACCOUNT, id + " was opened on " + opened + ", after " + to);
    }
    return Statement.of(id, events, from == null ? opened : from, to);
  }

  /**
   * The balance at the end of a day.
   *
   * @throws Refused if there was no such account then
   */
  Money balance(String id, LocalDate asOf, RecordedBy recordedBy) {
    return statement(id, null, asOf, recordedBy).closing();
  }

  /** The bank as a whole: what happened up to that day, as far as it was recorded by then. */
  Ledger ledger(LocalDate asOf, RecordedBy recordedBy) {
    Projection<Ledger> projection = ledgerProjection(asOf);
    return switch (recordedBy) {
      case RecordedBy.Now _ -> projection.fold(store);
      case RecordedBy.AtPosition(var position) -> projection.foldAsOf(store, position);
      case RecordedBy.AtInstant(var instant) -> projection.foldAsOf(store, instant);
    };
  }

  /** The bank as a whole, kept current in memory until it is closed. */
  ReadModel<Ledger> followLedger() {
    return ledgerProjection(LocalDate.MAX).follow(store);
  }

  private Projection<Ledger> ledgerProjection(LocalDate asOf) {
    return Projection.named("ledger", () -> new Ledger(asOf))
        .reading(codec, ACCOUNTS)
        .from(Query.category(ACCOUNTS))
        .update(AccountEvent.class, (ledger, e) -> ledger.apply(e.streamId(), e.event()));
  }

  private void checkDate(LocalDate date) {
    if (date.isAfter(today())) {
      throw new Refused(DATE_IN_FUTURE, date + " is yet to come; today is " + today());
    }
  }

  private static Refused unknown(String id) {
    return new Refused(UNKNOWN_ACCOUNT, "there is no account " + id);
  }
}
