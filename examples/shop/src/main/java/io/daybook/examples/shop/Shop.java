package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.PRICE_CHANGED;
import static io.daybook.examples.shop.Refused.Reason.UNKNOWN_CODE;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.Unit;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.examples.shop.Cart.CartCommand;
import io.daybook.examples.shop.Cart.CartEvent;
import io.daybook.examples.shop.DiscountCode.CodeCommand;
import io.daybook.examples.shop.DiscountCode.CodeEvent;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeCreated;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeEnded;
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
import io.daybook.jackson.JsonCodec;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
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
  private final Codec<ProductEvent> productCodec = JsonCodec.of(ProductEvent.class);
  private final Codec<StockEvent> stockCodec = JsonCodec.of(StockEvent.class);
  private final Codec<OrderEvent> orderCodec =
      JsonCodec.of(
          OrderEvent.class,
          types ->
              types
                  .tagged(ItemOrdered.class, e -> tags(e.customer(), e.product()))
                  .tagged(ItemCancelled.class, e -> tags(e.customer(), e.product()))
                  .tagged(
                      CodeRedeemed.class,
                      e -> List.of(Codes.tag(e.code()), "customer:" + e.customer())));
  private final Codec<CodeEvent> codeCodec =
      JsonCodec.of(
          CodeEvent.class,
          types ->
              types
                  .tagged(CodeCreated.class, e -> List.of(Codes.tag(e.code())))
                  .tagged(CodeEnded.class, e -> List.of(Codes.tag(e.code()))));
  private final Codec<InvoiceEvent> invoiceCodec = InvoiceImport.codec();
  private final CommandHandler<ProductCommand, ProductEvent, Product> products;
  private final CommandHandler<StockCommand, StockEvent, Stock> stocks;
  private final CommandHandler<CartCommand, CartEvent, Cart> carts;
  private final CommandHandler<OrderCommand, OrderEvent, Order> orders;
  private final Codes codes;
  private final UnitOfWork units;

  /** On that store, with the clock's time as now. */
  Shop(EventStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    products =
        CommandHandler.of(PRODUCTS, Product.DECIDER, productCodec)
            .cachedStates(CACHED_STATES)
            .on(store);
    stocks =
        CommandHandler.of(STOCKS, Stock.DECIDER, stockCodec).cachedStates(CACHED_STATES).on(store);
    carts = CommandHandler.of(CARTS, Cart.DECIDER, JsonCodec.of(CartEvent.class)).on(store);
    orders = CommandHandler.of(ORDERS, Order.DECIDER, orderCodec).on(store);
    codes = new Codes(store, codeCodec);
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

  private CodeRedeemed redeem(Unit unit, String code, String customer, BigDecimal total) {
    var redeem = new CodeCommand.Redeem(code, customer, total, LocalDate.now(clock));
    return (CodeRedeemed) codes.decide(unit, redeem).getFirst();
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
    var _ = units.run(commandId, unit -> append(unit, new CodeCommand.CreateCode(code, terms)));
  }

  /** Takes a discount code back: nobody can use it any more. */
  void endCode(String code, String commandId) {
    var _ = units.run(commandId, unit -> append(unit, new CodeCommand.EndCode(code)));
  }

  private void append(Unit unit, CodeCommand command) {
    List<Event> events =
        codes.decide(unit, command).stream()
            .map(event -> codeCodec.encode(Event.newId(), event, Audit.current()))
            .toList();
    if (!events.isEmpty()) {
      unit.append("code-" + command.code(), ExpectedRevision.any(), events);
    }
  }

  /**
   * A code as it is now.
   *
   * @throws Refused if there is no such code
   */
  DiscountCode code(String code) {
    DiscountCode known = codes.see(code).code();
    Refused.unless(known.terms() != null, UNKNOWN_CODE, () -> "there is no code " + code);
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
    return Projection.named("catalogue", Catalogue::new)
        .reading(productCodec, PRODUCTS)
        .reading(stockCodec, STOCKS)
        .update(ProductEvent.class, (view, e) -> view.apply(e.streamId(), e.event()))
        .update(StockEvent.class, (view, e) -> view.apply(e.streamId(), e.event()))
        .fold(store);
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
        .reading(invoiceCodec, InvoiceImport.CATEGORIES)
        .reading(orderCodec, ORDERS)
        .update(InvoiceEvent.class, (view, e) -> view.apply(e.event()))
        .update(ItemOrdered.class, (view, e) -> view.apply(e.stream(), e.event()))
        .update(ItemCancelled.class, (view, e) -> view.apply(e.stream(), e.event()));
  }

  /** Records the invoices of a file, once it is run. */
  InvoiceImport invoiceImport(
      Path file, InvoiceFile.Survey survey, boolean strict, InvoiceImport.Observer observer) {
    return new InvoiceImport(store, invoiceCodec, file, survey, strict, observer);
  }

  private static List<String> tags(String customer, String product) {
    return List.of("customer:" + customer, "product:" + product);
  }
}
