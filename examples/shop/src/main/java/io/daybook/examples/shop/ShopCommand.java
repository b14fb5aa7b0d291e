package io.daybook.examples.shop;

import io.daybook.cli.Application;
import io.daybook.cli.ApplicationCommands;
import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.cli.ImportProgress;
import io.daybook.cli.TableOption;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.tenancy.TenantOptions;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.shop.Entry.Help;
import io.daybook.jackson.JsonState;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The shop's command line: each subcommand is a method. Runs once, on one thread. */
@Command(
    name = "shop",
    description = "A shop on an event store.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why",
      "2:asked wrongly: an unknown option, a missing argument, a quantity that is no number",
      "3:conflict: others changed the same things all the time; try again",
      "4:refused by the shop's rules; standard error names the reason"
    })
final class ShopCommand {
  private static final String DEFAULT_DATA = "./shop-data";
  private static final int MOST_GRACE_MINUTES = 1_000_000;

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
      names = "--shop",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "One of several shops there, each with a store of its own; default: the one")
  private @Nullable String name;

  @Mixin final Help help = new Help();

  /** What is done with a shop. */
  interface Work {
    void on(Shop shop) throws Exception;
  }

  ShopCommand(Function<Path, EventStore> stores, Clock clock, Terminal terminal) {
    this.stores = stores;
    this.clock = clock;
    this.application = new Application(terminal);
    this.out = application.out();
  }

  /** Runs the command that the arguments name, and returns its exit code. Never throws. */
  int execute(String... args) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(this);
    var groups = new GroupCommands(this, out);
    spec.addSubcommand("product", CommandSpec.forAnnotatedObject(groups.new ProductGroup()));
    spec.addSubcommand("stock", CommandSpec.forAnnotatedObject(groups.new StockGroup()));
    spec.addSubcommand("cart", CommandSpec.forAnnotatedObject(groups.new CartGroup()));
    spec.addSubcommand("code", CommandSpec.forAnnotatedObject(groups.new CodeGroup()));
    spec.addSubcommand("order", CommandSpec.forAnnotatedObject(groups.new OrderGroup()));
    return application.run(
        spec,
        commandLine -> {
          watching().addTo(commandLine);
          commandLine
              .registerConverter(BigDecimal.class, ShopCommand::number)
              .registerConverter(Long.class, ShopCommand::wholeNumber)
              .registerConverter(Long.TYPE, ShopCommand::wholeNumber);
        },
        Application.withNumbersBelowZero(args));
  }

  /** The commands that look at the shop as an application of Daybook. */
  private ApplicationCommands watching() {
    return ApplicationCommands.of(
            application,
            this::folder,
            folder -> EngineStore.openReadOnly(folder, EngineOptions.defaults()))
        .states(Shop.PRODUCTS, Product.DECIDER, ShopCodecs.PRODUCTS, JsonState.of(Product.class))
        .states(Shop.STOCKS, Stock.DECIDER, ShopCodecs.STOCKS, JsonState.of(Stock.class))
        .states(Shop.CARTS, Cart.DECIDER, ShopCodecs.CARTS, JsonState.of(Cart.class));
  }

  @Command(description = "Changes a price; carts that hold the one before it keep it for a while.")
  void price(
      @Parameters(paramLabel = "PRODUCT") String product,
      @Parameters(paramLabel = "PRICE") BigDecimal price,
      @Option(
              names = "--grace",
              paramLabel = "MINUTES",
              description = "How long the price before it stays valid for those; default: 30")
          @Nullable Long grace,
      @Mixin Entry entry) {
    if (grace != null && (grace > MOST_GRACE_MINUTES || grace < -MOST_GRACE_MINUTES)) {
      throw new IllegalArgumentException("--grace is too long: " + grace + " minutes");
    }
    write(
        entry,
        shop -> {
          Duration period = grace == null ? Shop.GRACE : Duration.ofMinutes(grace);
          var _ = shop.changePrice(product, price, period, entry.commandId());
          out.print(Reports.product(product, shop.product(product)));
        });
  }

  @Command(
      description = "Buys what is in a cart, all of it or nothing; the order has the cart's id.")
  void checkout(
      @Parameters(paramLabel = "CART") String cart,
      @Option(names = "--customer", paramLabel = "WHO", required = true, description = "Who buys")
          String customer,
      @Option(names = "--code", paramLabel = "CODE", description = "A discount code")
          @Nullable String code,
      @Mixin Entry entry) {
    write(
        entry,
        shop ->
            out.print(Reports.order(cart, shop.checkOut(cart, customer, code, entry.commandId()))));
  }

  @Command(description = "Gives something of an order back, or all that is left of a product.")
  void cancel(
      @Parameters(paramLabel = "ORDER") String order,
      @Parameters(paramLabel = "PRODUCT") String product,
      @Parameters(paramLabel = "QUANTITY", arity = "0..1", description = "Default: all")
          @Nullable Long quantity,
      @Mixin Entry entry) {
    write(
        entry,
        shop ->
            out.print(
                Reports.order(order, shop.cancel(order, product, quantity, entry.commandId()))));
  }

  @Command(name = "import", description = "Records the invoices of another shop from a CSV file.")
  int importFile(
      @Parameters(paramLabel = "FILE", description = "Plain or gzipped") Path file,
      @Option(names = "--strict", description = "Stop at the first bad row") boolean strict,
      @Mixin Entry entry)
      throws Exception {
    // before a shop is made for nothing, or half of a file is recorded
    InvoiceFile.Survey survey = InvoiceFile.survey(file, strict);
    var exitCode = new AtomicInteger();
    create(
        entry,
        shop -> {
          InvoiceImport.Summary summary;
          try (var progress = new ImportProgress(application.terminal(), file, "line")) {
            summary = shop.invoiceImport(file, survey, strict, progress).run();
          }
          out.print(Reports.imported(summary));
          exitCode.set(summary.bad() == 0 ? ExitCode.OK : ExitCode.FAILURE);
        });
    return exitCode.get();
  }

  @Command(description = "Prints figures over all lines of all invoices.")
  void totals(
      @Option(names = "--json", description = "As one JSON object") boolean json,
      @Mixin Help help) {
    read(shop -> {
      Sales.Totals totals = shop.sales().totals();
      out.print(json ? Reports.totalsAsJson(totals) : Reports.totals(totals));
    });
  }

  @Command(
      description = {
        "Prints what each customer paid: sales minus accepted cancellations.",
        "Refused cancellations don't count, nor do lines without a customer."
      })
  void customers(@Mixin TableOption table, @Mixin Help help) {
    read(shop -> {
      var revenues = shop.sales().revenues();
      out.print(table.isCsv() ? Reports.customersAsCsv(revenues) : Reports.customers(revenues));
    });
  }

  @Command(
      description = {
        "Prints how many of each product were sold: sales minus cancellations.",
        "Refused cancellations don't count; lines without a customer do."
      })
  void products(@Mixin TableOption table, @Mixin Help help) {
    read(shop -> {
      var quantities = shop.sales().quantities();
      out.print(table.isCsv() ? Reports.productsAsCsv(quantities) : Reports.products(quantities));
    });
  }

  @Command(name = "shops", description = "Lists the shops that --shop made.")
  void list(@Mixin Help help) {
    try (Marketplace marketplace = marketplace()) {
      marketplace.names().forEach(out::println);
    }
  }

  /** Writes to a shop, which is made if it is not there. */
  void create(Entry entry, Work work) {
    withShop(audited(entry, work));
  }

  /** Writes to a shop that is there. */
  void write(Entry entry, Work work) {
    checkExists();
    withShop(audited(entry, work));
  }

  /** Reads from a shop that is there. */
  void read(Work work) {
    checkExists();
    withShop(work);
  }

  private static Work audited(Entry entry, Work work) {
    return shop -> {
      var _ =
          entry
              .audit()
              .call(() -> {
                work.on(shop);
                return true;
              });
    };
  }

  private void checkExists() {
    if (!EngineStore.exists(folder())) {
      throw new CommandFailedException(
          ExitCode.FAILURE,
          "there is no shop "
              + (name == null ? "" : name + " ")
              + "in "
              + data
              + "; product add, code create and import make one, --data names another");
    }
  }

  /** Where the store is. */
  private Path folder() {
    return name == null ? data : Marketplace.folderOf(data, name);
  }

  private Marketplace marketplace() {
    return new Marketplace(data, stores, TenantOptions.defaults(), clock);
  }

  private void withShop(Work work) {
    try {
      if (name == null) {
        try (EventStore store = stores.apply(data)) {
          work.on(new Shop(store, clock));
        }
      } else {
        try (Marketplace marketplace = marketplace()) {
          work.on(marketplace.shop(name));
        }
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private static BigDecimal number(String text) {
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text.strip() + "' is not a number");
    }
  }

  private static Long wholeNumber(String text) {
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text.strip() + "' is not a whole number");
    }
  }
}
