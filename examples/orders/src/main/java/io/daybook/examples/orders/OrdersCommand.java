package io.daybook.examples.orders;

import io.daybook.cli.Application;
import io.daybook.cli.ApplicationCommands;
import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ControlEndpoint;
import io.daybook.cli.ExitCode;
import io.daybook.cli.ProgressLine;
import io.daybook.cli.TableOption;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.orders.OrderCommand.Cancel;
import io.daybook.examples.orders.OrderCommand.Deliver;
import io.daybook.examples.orders.OrderCommand.Pack;
import io.daybook.examples.orders.OrderCommand.Pay;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.examples.orders.OrderCommand.Refund;
import io.daybook.examples.orders.OrderCommand.Return;
import io.daybook.examples.orders.OrderCommand.Ship;
import io.daybook.examples.orders.Stock.StockCommand.Receive;
import io.daybook.jackson.JsonState;
import io.daybook.opentelemetry.TracedStore;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "orders",
    description = {
      "Order management by CQRS on an event store: orders, payments, packages, deliveries.",
      "What has to follow from a command (stock is reserved, unpaid orders are cancelled after 30"
          + " minutes, …) is done before it returns; what is due later, by any command after that,"
          + " or by 'orders work'."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why",
      "2:asked wrongly: an unknown option, a missing argument, an amount that is no number",
      "3:conflict: others changed the same order all the time; try again",
      "4:refused by the rules; standard error names the reason"
    })
final class OrdersCommand {
  private static final String ORDER = "ORDER";
  private static final String PRODUCT = "PRODUCT";
  private static final int LAST_YEAR = 9999;
  private static final String DEFAULT_DATA = "./orders-data";

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

  @Mixin final Help help = new Help();

  /** Every subcommand explains itself. */
  static final class Help {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Print this help and exit")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean asked;
  }

  /** How things come to be written down. */
  static final class Entry {
    @Mixin final Help help = new Help();

    @Option(names = "--date", description = "The day on which it counts; default: today")
    private @Nullable LocalDate date;

    @Option(names = "--actor", paramLabel = "WHO", description = "Who does it; default: you")
    private String actor = System.getProperty("user.name", "unknown");

    @Option(names = "--reason", paramLabel = "WHY", description = "Why, for the audit trail")
    private @Nullable String reason;

    @Option(
        names = "--command-id",
        paramLabel = "ID",
        description = "Names this command: sent twice with the same id, it counts once")
    private String commandId = UUID.randomUUID().toString();

    LocalDate date(Orders orders) {
      return date == null ? orders.today() : date;
    }

    Audit audit() {
      Audit audit = Audit.by(actor);
      return reason == null ? audit : audit.because(reason);
    }
  }

  /** Reads {@code PRODUCT=QUANTITY@PRICE}. */
  static final class LineConverter implements ITypeConverter<OrderLine> {
    @Override
    public OrderLine convert(String value) {
      int at = value.lastIndexOf('@');
      int equals = value.lastIndexOf('=', at);
      try {
        if (equals > 0 && at > equals) {
          return new OrderLine(
              value.substring(0, equals),
              Integer.parseInt(value.substring(equals + 1, at)),
              new BigDecimal(value.substring(at + 1)));
        }
      } catch (NumberFormatException _) {
        // is said below
      }
      throw new TypeConversionException(
          "'" + value + "' is not PRODUCT=QUANTITY@PRICE, like pen=2@1.50");
    }
  }

  OrdersCommand(Function<Path, EventStore> stores, Clock clock, Application application) {
    this.stores = stores;
    this.clock = clock;
    this.application = application;
    this.out = application.out();
  }

  /** Runs the command that the arguments name, and returns its exit code. Never throws. */
  int execute(String... args) {
    return application.run(
        this,
        commandLine -> {
          watching().addTo(commandLine);
          commandLine
              .registerConverter(BigDecimal.class, OrdersCommand::amount)
              .registerConverter(int.class, OrdersCommand::quantity)
              .registerConverter(LocalDate.class, OrdersCommand::day);
        },
        Application.withNumbersBelowZero(args));
  }

  private static BigDecimal amount(String text) {
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text.strip() + "' is not an amount like 1.50");
    }
  }

  private static int quantity(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text.strip() + "' is not a whole number");
    }
  }

  /** Days that calendars have; what is far beyond them cannot be counted on from. */
  private static LocalDate day(String text) {
    try {
      LocalDate day = LocalDate.parse(text.strip());
      if (day.getYear() >= 1 && day.getYear() <= LAST_YEAR) {
        return day;
      }
    } catch (DateTimeParseException _) {
      // is said below
    }
    throw new TypeConversionException("'" + text.strip() + "' is not a day like 2026-01-31");
  }

  /** The commands that look at what was recorded, as every application on Daybook has them. */
  private ApplicationCommands watching() {
    return ApplicationCommands.of(
            application,
            () -> data,
            folder -> EngineStore.openReadOnly(folder, EngineOptions.defaults()))
        .states(Orders.ORDERS, Order.DECIDER, Orders.ORDER_EVENTS, JsonState.of(Order.class))
        .states(Orders.STOCK, Stock.DECIDER, Orders.STOCK_EVENTS, JsonState.of(Stock.class))
        .projections("open-orders", "revenue", "stock", "shipments")
        .processes(Fulfilment.NAME)
        .timers();
  }

  @Command(description = "Takes goods into stock.")
  void receive(
      @Parameters(paramLabel = PRODUCT) String product,
      @Parameters(paramLabel = "QUANTITY") int quantity,
      @Mixin Entry entry) {
    withStore(
        true,
        store -> {
          var orders = new Orders(store, clock);
          entry
              .audit()
              .run(() -> {
                var _ = orders.handle(product, new Receive(quantity), entry.commandId);
              });
          orders.work();
          out.print(Texts.line(product, orders.stock(product)));
        });
  }

  @Command(description = "Orders goods; their stock is reserved, or the order is cancelled.")
  void place(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(
              paramLabel = "PRODUCT=QUANTITY@PRICE",
              arity = "1..*",
              converter = LineConverter.class,
              description = "What is ordered, like pen=2@1.50")
          List<OrderLine> lines,
      @Option(names = "--customer", required = true, description = "Who orders") String customer,
      @Option(
              names = "--promised",
              paramLabel = "DATE",
              description = "To be shipped by then; default: three days after")
          @Nullable LocalDate promised,
      @Mixin Entry entry) {
    change(
        id,
        entry,
        true,
        date -> new Place(customer, lines, date, promised == null ? date.plusDays(3) : promised));
  }

  @Command(description = "Pays an order.")
  void pay(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(paramLabel = "AMOUNT") BigDecimal amount,
      @Mixin Entry entry) {
    change(id, entry, false, date -> new Pay(amount, date));
  }

  @Command(description = "Packs an order.")
  void pack(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(paramLabel = "PARCEL", description = "The number on the parcel") String parcel,
      @Mixin Entry entry) {
    change(id, entry, false, date -> new Pack(parcel, date));
  }

  @Command(description = "Gives a parcel to a carrier; the goods leave the stock.")
  void ship(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(paramLabel = "CARRIER") String carrier,
      @Mixin Entry entry) {
    change(id, entry, false, date -> new Ship(carrier, date));
  }

  @Command(description = "Takes note that a parcel arrived.")
  void deliver(@Parameters(paramLabel = ORDER) String id, @Mixin Entry entry) {
    change(id, entry, false, Deliver::new);
  }

  @Command(name = "return", description = "Takes goods back, within 14 days of the delivery.")
  void takeBack(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(paramLabel = PRODUCT) String product,
      @Parameters(paramLabel = "QUANTITY") int quantity,
      @Mixin Entry entry) {
    change(id, entry, false, date -> new Return(product, quantity, date));
  }

  @Command(description = "Gives money back, for what came back or was cancelled.")
  void refund(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(paramLabel = "AMOUNT") BigDecimal amount,
      @Mixin Entry entry) {
    change(id, entry, false, date -> new Refund(amount, date));
  }

  @Command(description = "Cancels an order that is not packed; what was paid is given back.")
  void cancel(
      @Parameters(paramLabel = ORDER) String id,
      @Parameters(paramLabel = "REASON", arity = "0..1", defaultValue = "by request") String reason,
      @Mixin Entry entry) {
    change(id, entry, false, date -> new Cancel(reason, date));
  }

  @Command(description = "Does what is due: timers fire, and what follows is done.")
  void work(@Mixin Help help) {
    withStore(
        false,
        store -> {
          var orders = new Orders(store, clock);
          orders.work();
          out.print(Texts.timers(orders.timers()));
        });
  }

  @Command(description = "Prints an order.")
  void show(@Parameters(paramLabel = ORDER) String id, @Mixin Help help) {
    read(orders -> out.print(Texts.order(id, orders.order(id))));
  }

  @Command(description = "Prints what happened to an order, who did it and why.")
  void history(@Parameters(paramLabel = ORDER) String id, @Mixin Help help) {
    read(orders -> out.print(Texts.history(orders.history(id))));
  }

  @Command(description = "Prints the orders that are neither delivered nor cancelled.")
  void open(@Mixin TableOption table, @Mixin Help help) {
    withStore(
        false,
        store -> out.print(Texts.open(Views.openOrders().fold(store).values(), table.isCsv())));
  }

  @Command(description = "Prints what was paid and given back on each day.")
  void revenue(@Mixin TableOption table, @Mixin Help help) {
    withStore(
        false, store -> out.print(Texts.revenue(Views.revenuePerDay().fold(store), table.isCsv())));
  }

  @Command(description = "Prints what is in stock, and how much of it is reserved.")
  void stock(@Mixin TableOption table, @Mixin Help help) {
    withStore(false, store -> out.print(Texts.stock(Views.stock().fold(store), table.isCsv())));
  }

  @Command(description = "Prints shipments that are late, or were.")
  void late(@Mixin TableOption table, @Mixin Help help) {
    withStore(
        false,
        store -> {
          LocalDate today = new Orders(store, clock).today();
          var late = Views.late(Views.shipments().fold(store), today);
          out.print(Texts.late(late, today, table.isCsv()));
        });
  }

  @Command(
      description = {
        "Does what is due until it is stopped, and keeps the read models at hand.",
        "Meanwhile 'orders projections' and 'orders projection NAME' tell of them and control them."
      })
  void run(@Mixin Help help) {
    withStore(
        false,
        store -> {
          var parked = new ParkedNews(out);
          try (var open = Views.openOrdersKeptIn(store).follow(store);
              var revenue = Views.revenuePerDay().watchedBy(parked).follow(store);
              var stock = Views.stock().follow(store);
              var shipments = Views.shipments().watchedBy(parked).follow(store);
              var running = new Orders(store, clock).run();
              var _ =
                  ControlEndpoint.open(
                      data, List.of(open, revenue, stock, shipments), List.of(running.runner()))) {
            out.println("at work in " + data + "; Ctrl-C ends it");
            application.awaitStop();
          }
        });
  }

  @Command(
      description = {
        "Copies the orders without names to another directory, to try things out there.",
        "Customers, actors and reasons are replaced or left out, and so are imported logs. The same"
            + " command again copies what came since, or goes on where it was interrupted."
      })
  void anonymous(
      @Parameters(paramLabel = "DIR", description = "Empty, or of an earlier run") Path target,
      @Mixin Help help) {
    if (target.toAbsolutePath().normalize().equals(data.toAbsolutePath().normalize())) {
      throw new CommandFailedException(
          ExitCode.USAGE, target + " is the store itself; name another directory");
    }
    withStore(
        false,
        store -> {
          try (EventStore copy = stores.apply(target);
              var progress = new ProgressLine(application.terminal(), "event")) {
            var report =
                AnonymousCopy.of(store, copy)
                    .run((read, position, head) ->
                        progress.show(read, position.value(), head.value()));
            out.println(target + ": " + report.copied() + " events copied");
          }
        });
  }

  @Command(description = "Prints the processes, one per order, and which of them stand still.")
  void processes(@Mixin Help help) {
    read(orders -> out.print(Texts.processes(orders.instances())));
  }

  @Command(description = "Has a process that stands still go on.")
  int retry(@Parameters(paramLabel = ORDER) String id, @Mixin Help help) {
    boolean[] goesOn = {false};
    read(orders -> {
      try (Orders.Running running = orders.run()) {
        running.settle();
        goesOn[0] = running.retry(id);
        running.settle();
      }
      out.print(Texts.processes(orders.instances()));
    });
    return goesOn[0] ? ExitCode.OK : ExitCode.FAILURE;
  }

  @Command(
      name = "import-ocel",
      description = {
        "Records an object-centric event log (OCEL 2.0, SQLite, plain or gzipped).",
        "Each event is found by a tag for every object that it touches, like order:990001."
            + " Importing again changes nothing; what an interruption left is made up for."
      })
  void importOcel(@Parameters(paramLabel = "FILE") Path file, @Mixin Help help) {
    importLog(file, LogImport::ocel);
  }

  @Command(
      name = "import-xes",
      description = {
        "Records an event log in XES (plain or gzipped).",
        "The activity is the concept:name of an event, the case that of its trace. Importing again"
            + " changes nothing; what an interruption left is made up for."
      })
  void importXes(@Parameters(paramLabel = "FILE") Path file, @Mixin Help help) {
    importLog(file, LogImport::xes);
  }

  @Command(description = "Prints how often each activity was done in the imported logs.")
  void activities(@Mixin TableOption table, @Mixin Help help) {
    withStore(
        false, store -> out.print(Texts.activities(LogViews.activities(store), table.isCsv())));
  }

  @Command(
      description = {
        "Prints the cases of the imported logs, their events and what was done last.",
        "A case is a trace of an XES log, or an order of an OCEL log with the events that touch it;"
            + " --by counts by objects of another type, like items or packages."
      })
  void cases(
      @Mixin TableOption table,
      @Option(names = "--by", paramLabel = "TYPE", description = "A type of objects of the log")
          @Nullable String type,
      @Mixin Help help) {
    List<String> types = type == null ? LogImport.CASES : List.of(type);
    withStore(false, store -> out.print(Texts.cases(LogViews.cases(store, types), table.isCsv())));
  }

  @Command(
      description = {
        "Checks that what the imported logs tell goes together.",
        "Order price = items + 5.00, package weight = items, and each activity as often as the log"
            + " itself states. Exit code 1 if anything does not."
      })
  int check(@Mixin Help help) {
    boolean[] right = {true};
    withStore(
        false,
        store -> {
          for (LogViews.Check check : LogViews.checks(store)) {
            out.println(check);
            right[0] &= check.firstWrong() == null;
          }
        });
    return right[0] ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void importLog(Path file, BiFunction<Path, ProgressLine, LogImport.Log> reader) {
    try (var progress = new ProgressLine(application.terminal(), "event")) {
      // before a store is made for nothing
      LogImport.Log log = reader.apply(file, progress);
      withStore(
          true,
          store -> {
            out.print(Texts.imported(log.recordIn(store)));
            LogViews.checks(store).forEach(out::println);
          });
    }
  }

  /** Changes an order, has done what follows, and prints the order. */
  private void change(
      String id, Entry entry, boolean create, Function<LocalDate, OrderCommand> command) {
    withStore(
        create,
        store -> {
          var orders = new Orders(store, clock);
          // what is due comes first: an order whose time to be paid is over is cancelled
          orders.catchUp();
          var by = entry.audit();
          by.run(() -> {
            var _ = orders.handle(id, command.apply(entry.date(orders)), entry.commandId);
          });
          orders.work();
          out.print(Texts.line(id, orders.order(id)));
        });
  }

  private void read(Consumer<Orders> work) {
    withStore(false, store -> work.accept(new Orders(store, clock)));
  }

  private void withStore(boolean create, Consumer<EventStore> work) {
    if (!create && !EngineStore.exists(data)) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          "there are no orders in "
              + data
              + "; receive, place and the imports begin a store, --data names another");
    }
    // without an agent or an SDK that is set up, there are no traces
    try (EventStore store = TracedStore.of(stores.apply(data), GlobalOpenTelemetry.get())) {
      work.accept(store);
    }
  }
}
