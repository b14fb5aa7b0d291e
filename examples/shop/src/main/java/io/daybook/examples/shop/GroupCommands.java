package io.daybook.examples.shop;

import io.daybook.examples.shop.Cart.CartCommand;
import io.daybook.examples.shop.DiscountCode.Discount;
import io.daybook.examples.shop.DiscountCode.Terms;
import io.daybook.examples.shop.Entry.Help;
import io.daybook.examples.shop.Stock.StockCommand;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands that are about one kind of thing each. */
final class GroupCommands {
  private static final String COMMAND = "COMMAND";
  private static final String PRODUCT = "PRODUCT";
  private static final String QUANTITY = "QUANTITY";
  private static final String CART = "CART";
  private static final String CODE = "CODE";

  private final ShopCommand command;
  private final PrintStream out;

  GroupCommands(ShopCommand command, PrintStream out) {
    this.command = command;
    this.out = out;
  }

  /** What is sold. */
  @Command(
      name = "product",
      description = "Adds and shows products.",
      synopsisSubcommandLabel = COMMAND,
      subcommands = CommandLine.HelpCommand.class)
  final class ProductGroup {
    @Mixin final Help help = new Help();

    @Command(description = "Adds a product. The first one makes the store.")
    void add(
        @Parameters(paramLabel = PRODUCT) String product,
        @Option(names = "--name", required = true, description = "What it is") String name,
        @Option(names = "--price", required = true, description = "What one costs")
            BigDecimal price,
        @Mixin Entry entry) {
      command.create(
          entry,
          shop -> {
            var _ = shop.addProduct(product, name, price, entry.commandId());
            out.print(Reports.product(product, shop.product(product)));
          });
    }

    @Command(description = "Shows a product, its stock, and prices that are still valid.")
    void show(@Parameters(paramLabel = PRODUCT) String product, @Mixin Help help) {
      command.read(shop -> out.print(Reports.product(product, shop.product(product))));
    }

    @Command(description = "Lists all products.")
    void list(@Mixin Help help) {
      command.read(shop -> out.print(Reports.catalogue(shop.catalogue().entries())));
    }
  }

  /** How much there is of it. */
  @Command(
      name = "stock",
      description = "Puts products into stock and takes them out.",
      synopsisSubcommandLabel = COMMAND,
      subcommands = CommandLine.HelpCommand.class)
  final class StockGroup {
    @Mixin final Help help = new Help();

    @Command(description = "Puts so many more into stock.")
    void add(
        @Parameters(paramLabel = PRODUCT) String product,
        @Parameters(paramLabel = QUANTITY) long quantity,
        @Mixin Entry entry) {
      handle(new StockCommand.Receive(product, quantity), entry);
    }

    @Command(description = "Takes out what was broken or lost.")
    void remove(
        @Parameters(paramLabel = PRODUCT) String product,
        @Parameters(paramLabel = QUANTITY) long quantity,
        @Mixin Entry entry) {
      handle(new StockCommand.WriteOff(product, quantity), entry);
    }

    private void handle(StockCommand change, Entry entry) {
      command.write(
          entry,
          shop -> {
            Stock after = shop.handle(change, entry.commandId());
            out.println(change.product() + ": " + after.available() + " in stock");
          });
    }
  }

  /** What someone wants to buy. */
  @Command(
      name = "cart",
      description = "Fills and shows carts.",
      synopsisSubcommandLabel = COMMAND,
      subcommands = CommandLine.HelpCommand.class)
  final class CartGroup {
    @Mixin final Help help = new Help();

    @Command(description = "Puts so many more into a cart, all at the price of now.")
    void add(
        @Parameters(paramLabel = CART) String cart,
        @Parameters(paramLabel = PRODUCT) String product,
        @Parameters(paramLabel = QUANTITY, arity = "0..1", defaultValue = "1") long quantity,
        @Mixin Entry entry) {
      command.write(
          entry, shop -> print(cart, shop.addToCart(cart, product, quantity, entry.commandId())));
    }

    @Command(description = "Sets how many of a product are in a cart.")
    void change(
        @Parameters(paramLabel = CART) String cart,
        @Parameters(paramLabel = PRODUCT) String product,
        @Parameters(paramLabel = QUANTITY) long quantity,
        @Mixin Entry entry) {
      handle(cart, new CartCommand.ChangeQuantity(product, quantity), entry);
    }

    @Command(description = "Takes a product out of a cart.")
    void remove(
        @Parameters(paramLabel = CART) String cart,
        @Parameters(paramLabel = PRODUCT) String product,
        @Mixin Entry entry) {
      handle(cart, new CartCommand.RemoveItem(product), entry);
    }

    @Command(description = "Takes the price of now for a product that is in a cart.")
    void reprice(
        @Parameters(paramLabel = CART) String cart,
        @Parameters(paramLabel = PRODUCT) String product,
        @Mixin Entry entry) {
      command.write(entry, shop -> print(cart, shop.acceptPrice(cart, product, entry.commandId())));
    }

    @Command(description = "Leaves a cart for good.")
    void abandon(@Parameters(paramLabel = CART) String cart, @Mixin Entry entry) {
      handle(cart, new CartCommand.Abandon(), entry);
    }

    @Command(description = "Shows a cart and its total.")
    void show(@Parameters(paramLabel = CART) String cart, @Mixin Help help) {
      command.read(shop -> print(cart, shop.cart(cart)));
    }

    private void handle(String cart, CartCommand change, Entry entry) {
      command.write(entry, shop -> print(cart, shop.handle(cart, change, entry.commandId())));
    }

    private void print(String id, Cart cart) {
      out.print(Reports.cart(id, cart));
    }
  }

  /** What makes it cheaper. */
  @Command(
      name = "code",
      description = "Makes and shows discount codes.",
      synopsisSubcommandLabel = COMMAND,
      subcommands = CommandLine.HelpCommand.class)
  final class CodeGroup {
    @Mixin final Help help = new Help();

    @Command(description = "Makes a discount code: --percent or --fixed.")
    void create(
        @Parameters(paramLabel = CODE) String code,
        @Option(names = "--percent", description = "So many percent off")
            @Nullable BigDecimal percent,
        @Option(names = "--fixed", paramLabel = "AMOUNT", description = "That amount off")
            @Nullable BigDecimal fixed,
        @Option(names = "--from", paramLabel = "DATE", description = "The first day")
            @Nullable LocalDate from,
        @Option(names = "--to", paramLabel = "DATE", description = "The last day")
            @Nullable LocalDate to,
        @Option(names = "--once-per-customer", description = "Each customer may use it once")
            boolean oncePerCustomer,
        @Option(names = "--uses", paramLabel = "N", description = "How often it can be used in all")
            @Nullable Long uses,
        @Mixin Entry entry) {
      var terms = new Terms(discount(percent, fixed), from, to, oncePerCustomer, uses);
      command.create(
          entry,
          shop -> {
            shop.createCode(code, terms, entry.commandId());
            out.print(Reports.code(code, shop.code(code)));
          });
    }

    private static Discount discount(@Nullable BigDecimal percent, @Nullable BigDecimal fixed) {
      if (percent != null && fixed == null) {
        return new Discount.Percent(percent);
      }
      if (fixed != null && percent == null) {
        return new Discount.Fixed(fixed);
      }
      throw new IllegalArgumentException("a discount is either --percent or --fixed");
    }

    @Command(description = "Takes a code back.")
    void end(@Parameters(paramLabel = CODE) String code, @Mixin Entry entry) {
      command.write(
          entry,
          shop -> {
            shop.endCode(code, entry.commandId());
            out.print(Reports.code(code, shop.code(code)));
          });
    }

    @Command(description = "Shows a code's terms, and how often it was used.")
    void show(@Parameters(paramLabel = CODE) String code, @Mixin Help help) {
      command.read(shop -> out.print(Reports.code(code, shop.code(code))));
    }
  }

  /** What was bought. */
  @Command(
      name = "order",
      description = "Shows orders.",
      synopsisSubcommandLabel = COMMAND,
      subcommands = CommandLine.HelpCommand.class)
  final class OrderGroup {
    @Mixin final Help help = new Help();

    @Command(description = "Shows an order, what was cancelled of it, and its total.")
    void show(@Parameters(paramLabel = "ORDER") String order, @Mixin Help help) {
      command.read(shop -> out.print(Reports.order(order, shop.order(order))));
    }
  }
}
