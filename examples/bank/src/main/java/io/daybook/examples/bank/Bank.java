package io.daybook.examples.bank;

import static io.daybook.examples.bank.Refused.Reason.ACCOUNT_NOT_CLOSED;
import static io.daybook.examples.bank.Refused.Reason.DATE_IN_FUTURE;
import static io.daybook.examples.bank.Refused.Reason.UNKNOWN_ACCOUNT;

import io.daybook.cli.ImportObserver;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.privacy.Forgetting;
import io.daybook.eventsourcing.privacy.Personal;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.examples.bank.AccountCommand.FreezeUntilReviewed;
import io.daybook.examples.bank.AccountCommand.PostInterest;
import io.daybook.examples.bank.AccountCommand.ReceiveTransfer;
import io.daybook.examples.bank.AccountCommand.SendTransfer;
import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.BankEvent.StatementIssued;
import io.daybook.examples.bank.BankEvent.TransferMade;
import io.daybook.examples.bank.MonthEnd.CloseMonth;
import io.daybook.examples.bank.ReportFile.Survey;
import io.daybook.jackson.JsonCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The bank on an event store: each account is a stream {@code account-ID}, each transfer a stream
 * {@code transfer-ID}. May be used by any number of threads.
 *
 * <p>A command is sent with an id. Sent again with the same id, by a retry or by mistake, it is not
 * carried out again.
 */
final class Bank implements AutoCloseable {
  static final Decider<AccountCommand, AccountEvent, AccountState> ACCOUNT =
      Decider.of(AccountDecider.initial(), AccountDecider::decide, AccountDecider::evolve);

  static final String ACCOUNTS = "account";
  private static final String TRANSFERS = "transfer";
  private static final String STATEMENTS = "statement";

  /** Popular accounts have many writers, each of which waits for its turn. */
  private static final Retry PATIENT = Retry.standard().withAttempts(200);

  private static final int CACHED_ACCOUNTS = 10_000;

  private final EventStore store;
  private final Clock clock;
  private final Codec<AccountEvent> codec;
  private final CommandHandler<AccountCommand, AccountEvent, AccountState> accounts;
  private final CommandHandler<TransferMade, TransferMade, Integer> transfers;
  private final CommandHandler<StatementIssued, StatementIssued, Issued> statements;
  private final UnitOfWork units;
  private final @Nullable Forgetting forgetting;

  /** Those that follow, and hold names. */
  private final List<RunningProjection> models = new CopyOnWriteArrayList<>();

  /** The last month whose statement was issued; null if none was. */
  private record Issued(@Nullable YearMonth last) {
    /** A month's statement is issued once. */
    private List<StatementIssued> decide(StatementIssued statement) {
      return last != null && !statement.month().isAfter(last) ? List.of() : List.of(statement);
    }
  }

  /** On that store, with the clock's day as today. Owners stand in the events in clear. */
  Bank(EventStore store, Clock clock) {
    this(store, clock, null);
  }

  /**
   * On that store, with the clock's day as today.
   *
   * @param keys seal the owners' names; null leaves them in clear. They stay open when the bank is
   *     closed.
   */
  Bank(EventStore store, Clock clock, @Nullable SubjectKeys keys) {
    this.store = store;
    this.clock = clock;
    codec = keys == null ? JsonCodec.of(AccountEvent.class) : Owners.codec(keys);
    accounts =
        CommandHandler.of(ACCOUNTS, ACCOUNT, codec)
            .retrying(PATIENT)
            .cachedStates(CACHED_ACCOUNTS)
            .on(store);
    // a transfer is decided by its two accounts; its own stream only records that it was made
    Decider<TransferMade, TransferMade, Integer> transfer =
        Decider.of(0, (made, _) -> List.of(made), (count, _) -> count + 1);
    transfers = CommandHandler.of(TRANSFERS, transfer, JsonCodec.of(TransferMade.class)).on(store);
    Decider<StatementIssued, StatementIssued, Issued> statement =
        Decider.of(
            new Issued(null),
            (command, issued) -> issued.decide(command),
            (_, event) -> new Issued(event.month()));
    statements =
        CommandHandler.of(STATEMENTS, statement, JsonCodec.of(StatementIssued.class)).on(store);
    units = UnitOfWork.on(store).retrying(PATIENT);
    forgetting =
        keys == null
            ? null
            : Forgetting.of(keys, Owners.FORGOTTEN)
                .purging(accounts)
                .telling((_, _) -> purgeModels())
                .on(store);
  }

  /** They come and go, so the forgetting is not told of each of them. */
  private void purgeModels() {
    models.removeIf(model -> model.status() == ReadModel.Status.CLOSED);
    models.forEach(RunningProjection::purge);
  }

  private <M extends RunningProjection> M following(M model) {
    models.add(model);
    return model;
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
    return postInterest(id, through, today());
  }

  private List<AccountEvent> postInterest(String id, YearMonth through, LocalDate today) {
    var posted = new ArrayList<AccountEvent>();
    Account account = account(id);
    Optional<LocalDate> due = Interest.firstDayDue(account);
    while (account.status() != Account.Status.CLOSED
        && due.isPresent()
        && !YearMonth.from(due.get()).isAfter(through)) {
      YearMonth month = YearMonth.from(due.get());
      var outcome =
          accounts.handle(id, new PostInterest(id, today, month), "interest-" + id + "-" + month);
      posted.addAll(outcome.events());
      account = (Account) outcome.state();
      due = Interest.firstDayDue(account);
    }
    return posted;
  }

  /**
   * Does what is to be done with an account when that month is over: posts its interest, and issues
   * its statements, each as far as it was not done before.
   *
   * @throws Refused if there is no such account
   */
  void closeMonth(CloseMonth command) {
    String id = command.account();
    var _ = postInterest(id, command.month(), command.month().plusMonths(1).atDay(1));
    while (issueNextStatement(id, command.month())) {
      // one month after the other
    }
  }

  /** Issues the first statement that is missing; whether there was one up to that month. */
  private boolean issueNextStatement(String id, YearMonth through) {
    // its position in the log is the moment that it shows: the account must not change meanwhile
    return units
            .run(unit -> {
              Issued issued = unit.state(statements, id);
              if (unit.state(accounts, id) instanceof Account account) {
                YearMonth first = YearMonth.from(account.opened());
                YearMonth month = issued.last() == null ? first : issued.last().plusMonths(1);
                List<AccountEvent> events = events(id);
                LocalDate end = endOfStatement(month, events);
                if (!month.isAfter(through) && !end.isBefore(month.atDay(1))) {
                  unit.handle(statements, id, issue(id, events, month, end));
                }
              }
            })
            .eventCount()
        > 0;
  }

  private static StatementIssued issue(
      String id, List<AccountEvent> events, YearMonth month, LocalDate end) {
    Statement statement = Statement.of(id, events, month.atDay(1), end);
    LocalDate date = end.equals(month.atEndOfMonth()) ? end.plusDays(1) : end;
    return new StatementIssued(date, id, month, statement.opening(), statement.closing());
  }

  /** The end of the month, or the day before it on which the account was closed. */
  private static LocalDate endOfStatement(YearMonth month, List<AccountEvent> events) {
    LocalDate end = month.atEndOfMonth();
    return events.getLast() instanceof AccountClosed(var date) && date.isBefore(end) ? date : end;
  }

  private List<AccountEvent> events(String id) {
    return history(id, new RecordedBy.Now()).stream().map(Recorded::event).toList();
  }

  /**
   * The statements that were issued for an account, the first one first.
   *
   * @throws Refused if there is no such account
   */
  List<Recorded<StatementIssued>> issuedStatements(String id) {
    var _ = account(id);
    try (var read = statements.history(id)) {
      return read.toList();
    }
  }

  /**
   * Forgets who the owner of a closed account was: the key to the name is deleted, and with it the
   * name in every copy of the events; read models that follow are made anew without it. To forget
   * again does nothing more.
   *
   * @throws Refused if there is no such account, or it is not closed
   * @throws IllegalStateException if the name was written in clear
   */
  void forgetOwner(String id) {
    Account account = account(id);
    if (account.status() != Account.Status.CLOSED) {
      throw new Refused(ACCOUNT_NOT_CLOSED, id + " is not closed, and its owner has to be known");
    }
    if (forgetting == null || !isSealed(id)) {
      throw new IllegalStateException("the name of the owner of " + id + " was written in clear");
    }
    var _ = forgetting.forget(id);
  }

  /** The same, where nobody follows into that folder now: its read models forget, too. */
  void forgetOwner(String id, Path folder) {
    if (Files.exists(folder.resolve(BankTables.FILE))) {
      try (var _ = followTables(folder, ProjectionListener.none())) {
        forgetOwner(id);
      }
    } else {
      forgetOwner(id);
    }
  }

  private boolean isSealed(String id) {
    Query sealed =
        Query.item().withStreams(accounts.streamOf(id)).withTags(Personal.subjectTag(id)).asQuery();
    try (var read = store.read(ReadRequest.of(sealed).limit(1))) {
      return read.iterator().hasNext();
    }
  }

  /** Freezes an account on behalf of those who watch for fraud, once per command id. */
  private void freezeUntilReviewed(FreezeUntilReviewed command, String commandId) {
    Audit.current()
        .withActor("fraud-watch")
        .because("fraud watch")
        .run(() -> {
          var _ = accounts.handle(command.account(), command, commandId);
        });
  }

  /** The fraud watch at work, until it is closed. */
  BankProcesses watch(LargeAmounts large, Checkpoints checkpoints) {
    return new BankProcesses(null, fraudWatch(large, checkpoints));
  }

  /** All processes and timers at work, until they are closed. */
  BankProcesses run(LargeAmounts large, Checkpoints checkpoints) {
    ProcessRunner<String> monthEnd =
        MonthEnd.process(clock.getZone(), codec)
            .on(store)
            .sending(
                CloseMonth.class,
                JsonCodec.of(CloseMonth.class),
                (_, command, _) ->
                    Audit.current()
                        .withActor("month-end")
                        .because("end of month")
                        .run(() -> closeMonth(command)))
            .checkpoints(checkpoints)
            .run();
    return new BankProcesses(Timers.run(store, clock), monthEnd, fraudWatch(large, checkpoints));
  }

  private ProcessRunner<FraudWatch> fraudWatch(LargeAmounts large, Checkpoints checkpoints) {
    return FraudWatch.process(large, codec, JsonCodec.of(FraudWatch.WatchEvent.class))
        .on(store)
        .sending(
            FreezeUntilReviewed.class,
            JsonCodec.of(FreezeUntilReviewed.class),
            (_, command, commandId) -> freezeUntilReviewed(command, commandId))
        .checkpoints(checkpoints)
        .run();
  }

  /** The bank's read models in a folder, which follow the store until they are closed. */
  BankTables followTables(Path folder, ProjectionListener listener) {
    BankTables tables = BankTables.follow(store, codec, folder, listener);
    var _ = following(tables.model());
    return tables;
  }

  /** What the processes do from now on, in words, as it is done. */
  BankNews news() {
    return new BankNews(store, codec, JsonCodec.of(StatementIssued.class));
  }

  /** Records what another bank reports in a file, once it is run. */
  ReportImport reportImport(Path file, Survey survey, boolean strict, ImportObserver observer) {
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

  /**
   * What an account had at the end of each day on which something moved, up to that day.
   *
   * @throws Refused if there was no such account then
   */
  SortedMap<LocalDate, Money> dailyBalances(String id, LocalDate asOf, RecordedBy recordedBy) {
    Query events = Query.stream(accounts.streamOf(id));
    var days = fold(DailyBalances.projection(codec, events), recordedBy).of(id, asOf);
    if (days.isEmpty()) {
      throw unknown(id);
    }
    return days;
  }

  /** What all accounts had on each day, kept current in memory until it is closed. */
  ReadModel<DailyBalances> followDailyBalances() {
    return DailyBalances.projection(codec, Query.category(ACCOUNTS)).follow(store);
  }

  /** The bank as a whole: what happened up to that day, as far as it was recorded by then. */
  Ledger ledger(LocalDate asOf, RecordedBy recordedBy) {
    return fold(ledgerProjection(asOf), recordedBy);
  }

  private <V> V fold(Projection<V> projection, RecordedBy recordedBy) {
    return switch (recordedBy) {
      case RecordedBy.Now _ -> projection.fold(store);
      case RecordedBy.AtPosition(var position) -> projection.foldAsOf(store, position);
      case RecordedBy.AtInstant(var instant) -> projection.foldAsOf(store, instant);
    };
  }

  /** The bank as a whole, kept current in memory until it is closed. */
  ReadModel<Ledger> followLedger() {
    return following(ledgerProjection(LocalDate.MAX).follow(store));
  }

  private Projection<Ledger> ledgerProjection(LocalDate asOf) {
    return Projection.named("ledger", () -> new Ledger(asOf))
        .reading(codec, ACCOUNTS)
        .reading(Owners.FORGOTTEN, Forgetting.CATEGORY)
        .from(Query.category(ACCOUNTS).or(Query.category(Forgetting.CATEGORY)))
        .update(AccountEvent.class, (ledger, e) -> ledger.apply(e.streamId(), e.event()))
        .update(SubjectForgotten.class, (ledger, e) -> ledger.forget(e.event().subject()));
  }

  private void checkDate(LocalDate date) {
    if (date.isAfter(today())) {
      throw new Refused(DATE_IN_FUTURE, date + " is yet to come; today is " + today());
    }
  }

  private static Refused unknown(String id) {
    return new Refused(UNKNOWN_ACCOUNT, "there is no account " + id);
  }

  /** Ends what the bank does by itself. The store and the keys stay open. */
  @Override
  public void close() {
    if (forgetting != null) {
      forgetting.close();
    }
  }
}
