package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.PRICE_CHANGED;

import io.daybook.cli.ImportObserver;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.Unit;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.shop.Cart.CartCommand;
import io.daybook.examples.shop.Cart.CartEvent;
import io.daybook.examples.shop.DiscountCode.CodeEvent;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeRedeemed;
import io.daybook.examples.shop.DiscountCode.Terms;
import io.daybook.examples.shop.Order.ItemCancelled;
import io.daybook.examples.shop.Order.ItemOrdered;
import io.daybook.examples.shop.Order.OrderCommand;
import io.daybook.examples.shop.Order.OrderEvent;
import io.daybook.examples.shop.Product.ProductCommand;
import io.daybook.examples.shop.Product.ProductEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import io.daybook.examples.shop.Stock.StockCommand;
import io.daybook.examples.shop.Stock.StockEvent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The shop on an event store: streams {@code product-ID}, {@code stock-ID}, {@code cart-ID} and
 * {@code order-ID}; invoices of other shops in {@code customer-ID}. May be used by any number of
 * threads.
 *
 * <p>A command is sent with an id. Sent again with the same id, by a retry or by mistake, it is not
 * carried out again.
 */
final class Shop {
  /** How long a price stays valid after a change, if nothing else is said. */
  static final Duration GRACE = Duration.ofMinutes(30);

  /** Popular products and codes have many customers, each of whom waits for a turn. */
  private static final Retry PATIENT = Retry.standard().withAttempts(500);

  private static final int CACHED_STATES = 10_000;
  static final String PRODUCTS = "product";
  static final String CARTS = "cart";
  static final String STOCKS = "stock";
  private static final String ORDERS = "order";

  private final EventStore store;
  private final Clock clock;
  private final CommandHandler<ProductCommand, ProductEvent, Product> products;
  private final CommandHandler<StockCommand, StockEvent, Stock> stocks;
  private final CommandHandler<CartCommand, CartEvent, Cart> carts;
  private final CommandHandler<OrderCommand, OrderEvent, Order> orders;
  private final DecisionHandler<CodeEvent> codes;
  private final UnitOfWork units;

  /** On that store, with the clock's time as now. */
  Shop(EventStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    products =
        CommandHandler.of(PRODUCTS, Product.DECIDER, ShopCodecs.PRODUCTS)
            .cachedStates(CACHED_STATES)
            .on(store);
    stocks =
        CommandHandler.of(STOCKS, Stock.DECIDER, ShopCodecs.STOCKS)
            .cachedStates(CACHED_STATES)
            .on(store);
    carts = CommandHandler.of(CARTS, Cart.DECIDER, ShopCodecs.CARTS).on(store);
    orders = CommandHandler.of(ORDERS, Order.DECIDER, ShopCodecs.ORDERS).on(store);
    codes =
        DecisionHandler.of(ShopCodecs.CODES, (CodeEvent event) -> "code-" + event.code())
            .retrying(PATIENT)
            .on(store);
    units = UnitOfWork.on(store).retrying(PATIENT);
  }

  /** Adds a product, of which there is none in stock yet. */
  Product addProduct(String product, String name, BigDecimal price, String commandId) {
    var command = new ProductCommand.AddProduct(product, name, price);
    return products.handle(product, command, commandId).state();
  }

  /** Changes a price from now on; carts that hold the one before it keep it for that long. */
  Product changePrice(String product, BigDecimal price, Duration grace, String commandId) {
    var command = new ProductCommand.ChangePrice(product, price, clock.instant(), grace);
    return products.handle(product, command, commandId).state();
  }

  /** Puts products into stock, or takes them out of it. */
  Stock handle(StockCommand command, String commandId) {
    String product = command.product();
    var _ =
        units.run(
            commandId,
            unit -> {
              unit.state(products, product).checkExists(product);
              unit.handle(stocks, product, command);
            });
    return stocks.stateOf(product);
  }

  /** Puts so many more into a cart, at the price of now. */
  Cart addToCart(String cart, String product, long quantity, String commandId) {
    var _ = Checked.id("cart", cart);
    return inCart(
        cart, product, commandId, price -> new CartCommand.AddItem(product, quantity, price));
  }

  /** Takes the price of now for what is in the cart already. */
  Cart acceptPrice(String cart, String product, String commandId) {
    return inCart(cart, product, commandId, price -> new CartCommand.AcceptPrice(product, price));
  }

  private interface AtPrice {
    CartCommand command(BigDecimal price);
  }

  /** A command that needs to know what the product costs now. */
  private Cart inCart(String cart, String product, String commandId, AtPrice atPrice) {
    var _ =
        units.run(
            commandId,
            unit -> {
              Product known = unit.state(products, product);
              known.checkExists(product);
              unit.handle(carts, cart, atPrice.command(known.price()));
            });
    return carts.stateOf(cart);
  }

  /** Changes a cart by a command that needs to know nothing else. */
  Cart handle(String cart, CartCommand command, String commandId) {
    return carts.handle(cart, command, commandId).state();
  }

  /**
   * Buys what is in the cart: the cart is closed, the stock of each product reserved, the code used
   * and the order placed in one append, or nothing is.
   *
   * @param code a discount code; null for none
   * @return the order, whose id is the cart's
   * @throws Refused if a price was changed too long ago, a product is out of stock, or the code's
   *     terms don't allow it
   */
  Order checkOut(String cart, String customer, @Nullable String code, String commandId) {
    var _ = Checked.id("customer", customer);
    var _ = units.run(commandId, unit -> checkOut(unit, cart, customer, code));
    return orders.stateOf(cart);
  }

  private void checkOut(Unit unit, String cart, String customer, @Nullable String code) {
    Cart bought = unit.handle(carts, cart, new CartCommand.CheckOut());
    bought
        .items()
        .forEach((product, item) -> {
          checkPrice(product, unit.state(products, product), item.price());
          var reserve = new StockCommand.Reserve(product, cart, item.quantity());
          unit.handle(stocks, product, reserve);
        });
    CodeRedeemed redeemed = code == null ? null : redeem(unit, code, customer, bought.total());
    unit.handle(
        orders, cart, new OrderCommand.PlaceOrder(cart, customer, bought.items(), redeemed));
  }

  private void checkPrice(String id, Product product, BigDecimal told) {
    Refused.unless(
        product.honours(told, clock.instant()),
        PRICE_CHANGED,
        () -> id + " costs " + product.price() + " now, and the " + told + " in the cart is over");
  }

  /** Decided here, appended with the order: unless the code was used or ended in between. */
  private CodeRedeemed redeem(Unit unit, String code, String customer, BigDecimal total) {
    DiscountCode known = unit.state(codes, Codes.codeFor(customer, code));
    return known.redeem(code, customer, total, LocalDate.now(clock));
  }

  /**
   * Gives so many of a product back; they are in stock again. A used code stays used.
   *
   * @param quantity how many; null for all that were not given back before
   */
  Order cancel(String order, String product, @Nullable Long quantity, String commandId) {
    var _ =
        units.run(
            commandId,
            unit -> {
              Order before = unit.state(orders, order);
              long all = before.line(order, product).kept();
              long cancelled = quantity == null ? all : quantity;
              unit.handle(orders, order, new OrderCommand.CancelItem(order, product, cancelled));
              unit.handle(stocks, product, new StockCommand.Release(product, order, cancelled));
            });
    return orders.stateOf(order);
  }

  /** Makes a discount code. */
  void createCode(String code, Terms terms, String commandId) {
    var _ = codes.decide(Codes.code(code), known -> known.create(code, terms), commandId);
  }

  /** Takes a discount code back: nobody can use it any more. */
  void endCode(String code, String commandId) {
    var _ = codes.decide(Codes.code(code), known -> known.end(code), commandId);
  }

  /**
   * A code as it is now.
   *
   * @throws Refused if there is no such code
   */
  DiscountCode code(String code) {
    DiscountCode known = codes.state(Codes.code(code));
    var _ = known.known(code);
    return known;
  }

  /**
   * A product as it is now.
   *
   * @throws Refused if there is no such product
   */
  Catalogue.Entry product(String id) {
    Product product = products.stateOf(id);
    product.checkExists(id);
    return new Catalogue.Entry(product, stocks.stateOf(id));
  }

  /**
   * A cart as it is now.
   *
   * @throws Refused if nothing was ever put into it
   */
  Cart cart(String id) {
    Cart cart = carts.stateOf(id);
    cart.checkExists();
    return cart;
  }

  /**
   * An order as it is now.
   *
   * @throws Refused if there is no such order
   */
  Order order(String id) {
    Order order = orders.stateOf(id);
    order.checkExists(id);
    return order;
  }

  /** All products. */
  Catalogue catalogue() {
    return catalogueProjection().fold(store);
  }

  static Projection<Catalogue> catalogueProjection() {
    return Projection.named("catalogue", Catalogue::new)
        .reading(ShopCodecs.PRODUCTS, PRODUCTS)
        .reading(ShopCodecs.STOCKS, STOCKS)
        .update(ProductEvent.class, (view, e) -> view.apply(e.streamId(), e.event()))
        .update(StockEvent.class, (view, e) -> view.apply(e.streamId(), e.event()));
  }

  /** What was sold, in this shop and by the invoices that were imported. */
  Sales sales() {
    return salesProjection().fold(store);
  }

  /** What was sold, kept current in memory until it is closed. */
  ReadModel<Sales> followSales() {
    return salesProjection().follow(store);
  }

  private Projection<Sales> salesProjection() {
    return Projection.named("sales", Sales::new)
        .reading(ShopCodecs.INVOICES, InvoiceImport.CATEGORIES)
        .reading(ShopCodecs.ORDERS, ORDERS)
        .update(InvoiceEvent.class, (view, e) -> view.apply(e.event()))
        .update(ItemOrdered.class, (view, e) -> view.apply(e.stream(), e.event()))
        .update(ItemCancelled.class, (view, e) -> view.apply(e.stream(), e.event()));
  }

  /** Records the invoices of a file, once it is run. */
  InvoiceImport invoiceImport(
      Path file, InvoiceFile.Survey survey, boolean strict, ImportObserver observer) {
    return new InvoiceImport(store, ShopCodecs.INVOICES, file, survey, strict, observer);
  }
}
