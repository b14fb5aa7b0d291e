package io.daybook.examples.bank;

import io.daybook.cli.Application;
import io.daybook.cli.ApplicationCommands;
import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.cli.ImportProgress;
import io.daybook.cli.TableOption;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.privacy.SubjectKeysFile;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.bank.AccountCommand.AgreeOverdraft;
import io.daybook.examples.bank.AccountCommand.Agreement;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Deposit;
import io.daybook.examples.bank.AccountCommand.Freeze;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountCommand.Review;
import io.daybook.examples.bank.AccountCommand.SetInterestRate;
import io.daybook.examples.bank.AccountCommand.SetLimits;
import io.daybook.examples.bank.AccountCommand.Unfreeze;
import io.daybook.examples.bank.AccountCommand.Withdraw;
import io.daybook.examples.bank.AccountEvent.Product;
import io.daybook.examples.bank.BankEvent.TransferMade;
import io.daybook.examples.bank.BankOptions.Entry;
import io.daybook.examples.bank.BankOptions.Help;
import io.daybook.examples.bank.BankOptions.Times;
import io.daybook.jackson.JsonState;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The bank's command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "bank",
    description = "A bank on an event store.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why",
      "2:asked wrongly: an unknown option, a missing argument, an amount that is no number",
      "3:conflict: others changed the same accounts all the time; try again",
      "4:refused by the bank's rules; standard error names the reason"
    })
final class BankCommand {
  private static final String ACCOUNT = "ACCOUNT";
  private static final String AMOUNT = "AMOUNT";
  private static final String DESCRIPTION = "DESCRIPTION";
  private static final String CURRENCY = "Default: the account's";
  private static final String OVERDRAFT = "How far the balance may go below zero";
  private static final String OVERDRAFT_FEE = "What it costs to go below zero";
  private static final String LIMIT = "The most that may leave the account at once";
  private static final String DAILY_LIMIT = "The most that may leave the account in a day";
  private static final String DEFAULT_DATA = "./bank-data";

  private final Function<Path, EventStore> stores;
  private final Clock clock;
  private final Application application;
  private final PrintStream out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      defaultValue = DEFAULT_DATA,
      description = "The store's directory; default: ${DEFAULT-VALUE}")
  private Path data = Path.of(DEFAULT_DATA);

  @Option(
      names = "--large",
      paramLabel = "[CURRENCY=]AMOUNT",
      scope = ScopeType.INHERIT,
      split = ",",
      defaultValue = "${env:BANK_LARGE:-" + LargeAmounts.DEFAULT + "}",
      description =
          "From where on a withdrawal is large: three within an hour freeze the account until it is"
              + " reviewed; default: what BANK_LARGE says, or "
              + LargeAmounts.DEFAULT)
  private List<String> large = List.of();

  @Option(
      names = "--master-key",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:BANK_MASTER_KEY}",
      description =
          "The master key of the keys that seal the owners' names; default: what BANK_MASTER_KEY"
              + " says, or "
              + Owners.MASTER_KEY
              + " in DIR, which is made if it is missing")
  private @Nullable Path masterKey;

  @Mixin final Help help = new Help();

  BankCommand(Function<Path, EventStore> stores, Clock clock, Terminal terminal) {
    this.stores = stores;
    this.clock = clock;
    this.application = new Application(terminal);
    this.out = application.out();
  }

  /** Runs the command that the arguments name, and returns its exit code. Never throws. */
  int execute(String... args) {
    return application.run(
        this,
        commandLine -> {
          watching().addTo(commandLine);
          commandLine
              .registerConverter(RecordedBy.class, RecordedBy::parse)
              .registerConverter(BigDecimal.class, Amounts::number);
        },
        Application.withNumbersBelowZero(args));
  }

  /** The commands that look at the bank as an application of Daybook. */
  private ApplicationCommands watching() {
    return ApplicationCommands.of(
            application,
            () -> data,
            folder -> EngineStore.openReadOnly(folder, EngineOptions.defaults()))
        .states(
            Bank.ACCOUNTS,
            Bank.ACCOUNT,
            // it looks on beside the bank at work, which alone has the keys
            Owners.codecWithoutKeys(),
            JsonState.of(AccountState.class))
        .projections(BankTables.NAME)
        .processes(FraudWatch.NAME, MonthEnd.NAME)
        .timers();
  }

  @Command(description = "Opens an account. The first one makes the store.")
  void open(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Option(names = "--owner", required = true, description = "Who it belongs to") String owner,
      @Option(names = "--initial", paramLabel = AMOUNT, description = "The first deposit")
          @Nullable BigDecimal initial,
      @Option(
              names = "--currency",
              defaultValue = "CZK",
              description = "${DEFAULT-VALUE} if not said")
          Currency currency,
      @Option(names = "--overdraft", paramLabel = AMOUNT, description = OVERDRAFT)
          @Nullable BigDecimal overdraft,
      @Option(names = "--overdraft-fee", paramLabel = AMOUNT, description = OVERDRAFT_FEE)
          @Nullable BigDecimal fee,
      @Option(names = "--limit", paramLabel = AMOUNT, description = LIMIT)
          @Nullable BigDecimal limit,
      @Option(names = "--daily-limit", paramLabel = AMOUNT, description = DAILY_LIMIT)
          @Nullable BigDecimal dailyLimit,
      @Option(names = "--rate", paramLabel = "PERCENT", description = "Interest a year")
          @Nullable BigDecimal rate,
      @Mixin Entry entry) {
    write(
        entry,
        true,
        bank -> {
          LocalDate date = entry.date(bank);
          var terms = new ArrayList<Agreement>();
          if (overdraft != null || fee != null) {
            Money agreed = Amounts.money(overdraft, currency);
            terms.add(new AgreeOverdraft(account, date, agreed, Amounts.money(fee, currency)));
          }
          if (limit != null || dailyLimit != null) {
            terms.add(
                new SetLimits(
                    account,
                    date,
                    Amounts.limit(limit, currency),
                    Amounts.limit(dailyLimit, currency)));
          }
          if (rate != null) {
            terms.add(new SetInterestRate(account, date, rate, date));
          }
          Money first = Amounts.money(initial, currency);
          var open = new Open(account, date, owner.strip(), Product.STANDARD, first, terms);
          handle(bank, open, entry);
        });
  }

  @Command(description = "Pays money in.")
  void deposit(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Parameters(paramLabel = AMOUNT) BigDecimal amount,
      @Parameters(paramLabel = DESCRIPTION, arity = "0..1", defaultValue = "") String description,
      @Option(names = "--currency", description = CURRENCY) @Nullable Currency currency,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          Money money = Amounts.money(bank, account, amount, currency);
          handle(bank, new Deposit(account, entry.date(bank), money, description.strip()), entry);
        });
  }

  @Command(description = "Pays money out.")
  void withdraw(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Parameters(paramLabel = AMOUNT) BigDecimal amount,
      @Parameters(paramLabel = DESCRIPTION, arity = "0..1", defaultValue = "") String description,
      @Option(names = "--currency", description = CURRENCY) @Nullable Currency currency,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          Money money = Amounts.money(bank, account, amount, currency);
          handle(bank, new Withdraw(account, entry.date(bank), money, description.strip()), entry);
        });
  }

  @Command(
      description = {
        "Ends the review of an account that the fraud watch froze.",
        "Money moves again, and what led to it counts no more."
      })
  void review(@Parameters(paramLabel = ACCOUNT) String account, @Mixin Entry entry) {
    write(entry, false, bank -> handle(bank, new Review(account, entry.date(bank)), entry));
  }

  @Command(description = "Moves money from one account to another.")
  void transfer(
      @Parameters(paramLabel = "FROM") String from,
      @Parameters(paramLabel = "TO") String to,
      @Parameters(paramLabel = AMOUNT) BigDecimal amount,
      @Parameters(paramLabel = DESCRIPTION, arity = "0..1", defaultValue = "") String description,
      @Option(names = "--currency", description = CURRENCY) @Nullable Currency currency,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          Money money = Amounts.money(bank, from, amount, currency);
          String id = entry.commandId;
          bank.transfer(
              new TransferMade(entry.date(bank), id, from, to, money, description.strip()), id);
          out.println(from + ": " + bank.account(from).balance());
          out.println(to + ": " + bank.account(to).balance());
        });
  }

  @Command(description = "Keeps money from moving in or out until the account is unfrozen.")
  void freeze(@Parameters(paramLabel = ACCOUNT) String account, @Mixin Entry entry) {
    write(entry, false, bank -> handle(bank, new Freeze(account, entry.date(bank)), entry));
  }

  @Command(description = "Lets money move again.")
  void unfreeze(@Parameters(paramLabel = ACCOUNT) String account, @Mixin Entry entry) {
    write(entry, false, bank -> handle(bank, new Unfreeze(account, entry.date(bank)), entry));
  }

  @Command(description = "Closes an account whose balance is zero.")
  void close(@Parameters(paramLabel = ACCOUNT) String account, @Mixin Entry entry) {
    write(entry, false, bank -> handle(bank, new Close(account, entry.date(bank)), entry));
  }

  @Command(
      description = {
        "Forgets who the owner of a closed account was, for good.",
        "The key to the name is deleted: no copy of the events tells it any more."
      })
  void forget(@Parameters(paramLabel = ACCOUNT) String account, @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          bank.forgetOwner(account, derived());
          out.println(account + ": the owner is forgotten");
        });
  }

  @Command(description = "Agrees on an overdraft.")
  void overdraft(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Parameters(paramLabel = AMOUNT, description = OVERDRAFT) BigDecimal amount,
      @Option(names = "--fee", paramLabel = AMOUNT, description = OVERDRAFT_FEE)
          @Nullable BigDecimal fee,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          Currency currency = bank.account(account).currency();
          Money limit = Amounts.money(amount, currency);
          LocalDate date = entry.date(bank);
          handle(
              bank, new AgreeOverdraft(account, date, limit, Amounts.money(fee, currency)), entry);
        });
  }

  @Command(description = "Sets the limits of what may leave an account; what is not said, is none.")
  void limits(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Option(names = "--limit", paramLabel = AMOUNT, description = LIMIT)
          @Nullable BigDecimal limit,
      @Option(names = "--daily-limit", paramLabel = AMOUNT, description = DAILY_LIMIT)
          @Nullable BigDecimal dailyLimit,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          Currency currency = bank.account(account).currency();
          Money once = Amounts.limit(limit, currency);
          Money daily = Amounts.limit(dailyLimit, currency);
          handle(bank, new SetLimits(account, entry.date(bank), once, daily), entry);
        });
  }

  @Command(description = "Sets the interest rate from a day on, which may be to come.")
  void rate(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Parameters(paramLabel = "PERCENT") BigDecimal percent,
      @Option(names = "--from", paramLabel = "DATE", description = "From when; default: --date")
          @Nullable LocalDate from,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          LocalDate date = entry.date(bank);
          LocalDate start = from == null ? date : from;
          handle(bank, new SetInterestRate(account, date, percent, start), entry);
        });
  }

  @Command(description = "Posts the interest of all months that are over, each once.")
  void interest(
      @Parameters(paramLabel = ACCOUNT, arity = "0..1", description = "Default: all accounts")
          @Nullable String account,
      @Option(names = "--month", paramLabel = "YYYY-MM", description = "Up to this; default: last")
          @Nullable YearMonth month,
      @Mixin Entry entry) {
    write(
        entry,
        false,
        bank -> {
          YearMonth last = YearMonth.from(bank.today()).minusMonths(1);
          for (String id : account == null ? bank.accountIds() : List.of(account)) {
            for (AccountEvent posted : bank.postInterest(id, month == null ? last : month)) {
              out.println(id + ": " + EventText.of(posted) + " on " + posted.date());
            }
          }
        });
  }

  @Command(
      description = {
        "Has the bank work until Ctrl-C: when a month is over, interest is posted and statements"
            + " are issued; the fraud watch watches.",
        "Months that were missed are made up for, in their order. What is done is printed. While it"
            + " works, it has the store, and other commands don't; with --once it does what is due,"
            + " and ends."
      })
  void run(
      @Option(names = "--once", description = "Do what is due, and end") boolean once,
      @Option(names = "--metrics", description = "At the end, print what was measured")
          boolean metered,
      @Mixin Help help) {
    BankMetrics metrics = metered ? new BankMetrics() : null;
    withBank(
        false,
        store -> metrics == null ? store : metrics.of(store),
        bank -> new BankService(bank, data, derived(), application, metrics).run(large(), once));
  }

  @Command(
      description = {
        "Prints which monthly statements were issued.",
        "Each can be printed again as it was issued: bank statement ACCOUNT --month MONTH"
            + " --recorded-by POSITION"
      })
  void statements(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Mixin TableOption table,
      @Mixin Help help) {
    read(bank -> {
      var issued = bank.issuedStatements(account);
      out.print(table.isCsv() ? Reports.issuedAsCsv(issued) : Reports.issuedAsText(issued));
    });
  }

  @Command(description = "Prints an account's statement.")
  void statement(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Option(names = "--month", paramLabel = "YYYY-MM", description = "Of this month")
          @Nullable YearMonth month,
      @Option(names = "--from", paramLabel = "DATE", description = "Default: when it was opened")
          @Nullable LocalDate from,
      @Option(names = "--to", paramLabel = "DATE", description = "Default: today")
          @Nullable LocalDate to,
      @Option(names = "--format", defaultValue = "text", description = "${COMPLETION-CANDIDATES}")
          StatementFormat format,
      @Mixin Times times) {
    read(bank -> {
      LocalDate first = month == null ? from : month.atDay(1);
      LocalDate end = month == null ? to : month.atEndOfMonth();
      LocalDate last = end == null ? bank.today() : end;
      LocalDate asOf = times.asOf();
      out.print(
          format.write(
              bank.statement(account, first, last.isAfter(asOf) ? asOf : last, times.recordedBy)));
    });
  }

  @Command(description = "Prints an account's balance.")
  void balance(@Parameters(paramLabel = ACCOUNT) String account, @Mixin Times times) {
    read(bank -> out.println(bank.balance(account, times.asOf(), times.recordedBy)));
  }

  @Command(description = "Prints what an account had at the end of each day that moved money.")
  void days(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Mixin TableOption table,
      @Mixin Times times) {
    read(bank -> {
      var days = bank.dailyBalances(account, times.asOf(), times.recordedBy);
      out.print(table.isCsv() ? Reports.daysAsCsv(days) : Reports.daysAsText(days));
    });
  }

  @Command(description = "Prints the balances of all accounts.")
  void balances(@Mixin TableOption table, @Mixin Times times) {
    read(bank -> {
      var accounts = view(bank, times).accounts();
      out.print(table.isCsv() ? Reports.balancesAsCsv(accounts) : Reports.balancesAsText(accounts));
    });
  }

  @Command(description = "Prints the owners, their accounts and what they have.")
  void customers(@Mixin Times times) {
    read(bank -> out.print(Reports.customers(view(bank, times))));
  }

  @Command(description = "Prints the ten largest movements; a transfer counts once.")
  void largest(@Mixin Times times) {
    read(bank -> out.print(Reports.largest(view(bank, times))));
  }

  @Command(description = "Prints all the money in the bank, and where it came from.")
  void total(@Mixin Times times) {
    read(bank -> out.print(Reports.total(view(bank, times))));
  }

  @Command(description = "Prints who did what with an account, when and why.")
  void audit(
      @Parameters(paramLabel = ACCOUNT) String account,
      @Mixin TableOption table,
      @Mixin Times times) {
    read(bank -> {
      var history =
          bank.history(account, times.recordedBy).stream()
              .filter(recorded -> !recorded.event().date().isAfter(times.asOf()))
              .toList();
      out.print(table.isCsv() ? Reports.auditAsCsv(history) : Reports.auditAsText(history));
    });
  }

  @Command(name = "import", description = "Records what another bank reports in a CSV file.")
  int importFile(
      @Parameters(paramLabel = "FILE", description = "Plain or gzipped") Path file,
      @Option(names = "--strict", description = "Stop at the first bad row") boolean strict,
      @Mixin Entry entry)
      throws Exception {
    ReportFile.Survey survey = ReportFile.survey(file);
    if (!EngineStore.exists(data)) {
      // before a bank is made for nothing
      FirstRow.require(file, survey, strict);
    }
    var exitCode = new AtomicInteger();
    write(
        entry,
        true,
        bank -> {
          ReportImport.Summary summary;
          try (var progress = new ImportProgress(application.terminal(), file, "row")) {
            summary = bank.reportImport(file, survey, strict, progress).run();
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
          out.print(Reports.imported(summary, view(bank, new Times())));
          exitCode.set(summary.bad() == 0 ? ExitCode.OK : ExitCode.FAILURE);
        });
    return exitCode.get();
  }

  @Command(
      description = {
        "Makes the read models anew from the events, and checks that they add up.",
        "The new ones are built beside the old ones, and take their place when they are complete."
      })
  void rebuild(@Mixin Help help) {
    read(bank -> {
      boolean first = !Files.exists(derived().resolve(BankTables.FILE));
      try (var progress = new TablesProgress(application.terminal());
          BankTables tables = bank.followTables(derived(), progress)) {
        if (first) {
          tables.awaitHead();
        } else {
          tables.rebuild();
        }
        out.print(Reports.rebuilt(Reports.checked(tables.view(), false)));
      }
    });
  }

  /** What is made of the events lies beside them, where the store doesn't look. */
  private Path derived() {
    return data.resolve("derived");
  }

  private LargeAmounts large() {
    return LargeAmounts.of(large);
  }

  /**
   * Does the work, under the eyes of the fraud watch: before it, what an earlier command had no
   * time for, and after it, what follows from it.
   */
  private void write(Entry entry, boolean create, Consumer<Bank> work) {
    LargeAmounts limits = large();
    withBank(
        create,
        UnaryOperator.identity(),
        bank -> {
          try (var watch = bank.watch(limits, new FileCheckpoints(derived()));
              var news = bank.news()) {
            watch.settle();
            entry.audit().run(() -> work.accept(bank));
            watch.settle();
            news.suspicions().forEach(out::println);
          }
        });
  }

  private void read(Consumer<Bank> work) {
    withBank(false, UnaryOperator.identity(), work);
  }

  private void withBank(boolean create, UnaryOperator<EventStore> around, Consumer<Bank> work) {
    if (!create && !EngineStore.exists(data)) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          "there is no bank in " + data + "; open and import make one, --data names another");
    }
    try (EventStore store = around.apply(stores.apply(data));
        SubjectKeysFile keys = Owners.keys(data, masterKey);
        var bank = new Bank(store, clock, keys)) {
      work.accept(bank);
    }
  }

  private void handle(Bank bank, AccountCommand command, Entry entry) {
    out.println(command.account() + ": " + bank.handle(command, entry.commandId).balance());
  }

  /** The bank as it is now, from the read models, or as it was then, from the events. */
  private BankView view(Bank bank, Times times) {
    if (times.asOf == null && times.recordedBy instanceof RecordedBy.Now) {
      try (var progress = new TablesProgress(application.terminal());
          BankTables tables = bank.followTables(derived(), progress)) {
        tables.awaitHead();
        return Reports.checked(tables.view(), false);
      }
    }
    boolean mayCutTransfer = times.recordedBy instanceof RecordedBy.AtPosition;
    return Reports.checked(bank.ledger(times.asOf(), times.recordedBy), mayCutTransfer);
  }
}
