package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.shop.Cart.CartCommand;
import io.daybook.examples.shop.Cart.CartCommand.Abandon;
import io.daybook.examples.shop.Cart.CartCommand.AcceptPrice;
import io.daybook.examples.shop.Cart.CartCommand.AddItem;
import io.daybook.examples.shop.Cart.CartCommand.ChangeQuantity;
import io.daybook.examples.shop.Cart.CartCommand.CheckOut;
import io.daybook.examples.shop.Cart.CartCommand.RemoveItem;
import io.daybook.examples.shop.Cart.CartEvent;
import io.daybook.examples.shop.Cart.CartEvent.CartAbandoned;
import io.daybook.examples.shop.Cart.CartEvent.CartCheckedOut;
import io.daybook.examples.shop.Cart.CartEvent.ItemAdded;
import io.daybook.examples.shop.Cart.CartEvent.ItemRemoved;
import io.daybook.examples.shop.Cart.CartEvent.PriceAccepted;
import io.daybook.examples.shop.Cart.CartEvent.QuantityChanged;
import io.daybook.examples.shop.DiscountCode.CodeEvent;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeCreated;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeEnded;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeRedeemed;
import io.daybook.examples.shop.DiscountCode.Discount;
import io.daybook.examples.shop.DiscountCode.Terms;
import io.daybook.examples.shop.Order.ItemCancelled;
import io.daybook.examples.shop.Order.ItemOrdered;
import io.daybook.examples.shop.Order.OrderCommand;
import io.daybook.examples.shop.Order.OrderCommand.CancelItem;
import io.daybook.examples.shop.Order.OrderCommand.PlaceOrder;
import io.daybook.examples.shop.Order.OrderEvent;
import io.daybook.examples.shop.Product.ProductCommand;
import io.daybook.examples.shop.Product.ProductCommand.AddProduct;
import io.daybook.examples.shop.Product.ProductCommand.ChangePrice;
import io.daybook.examples.shop.Product.ProductEvent;
import io.daybook.examples.shop.Product.ProductEvent.PriceChanged;
import io.daybook.examples.shop.Product.ProductEvent.ProductAdded;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent.CancellationRefused;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineCancelled;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineInvoiced;
import io.daybook.examples.shop.Stock.StockCommand;
import io.daybook.examples.shop.Stock.StockCommand.Receive;
import io.daybook.examples.shop.Stock.StockCommand.Release;
import io.daybook.examples.shop.Stock.StockCommand.Reserve;
import io.daybook.examples.shop.Stock.StockCommand.WriteOff;
import io.daybook.examples.shop.Stock.StockEvent;
import io.daybook.examples.shop.Stock.StockEvent.StockReceived;
import io.daybook.examples.shop.Stock.StockEvent.StockReleased;
import io.daybook.examples.shop.Stock.StockEvent.StockReserved;
import io.daybook.examples.shop.Stock.StockEvent.StockWrittenOff;
import io.daybook.testkit.Decision;
import io.daybook.testkit.DecisionScenario;
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the shop, and every way to be refused. */
class ShopRulesTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final LocalDate DAY = LocalDate.parse("2026-03-02");

  private static BigDecimal amount(String text) {
    return new BigDecimal(text);
  }

  @Nested
  class Products {
    private final Scenario<ProductCommand, ProductEvent, Product> nothing =
        Scenario.of(Product.DECIDER);
    private final Scenario<ProductCommand, ProductEvent, Product> pen =
        nothing.given(new ProductAdded("A pen", amount("2.50")));

    private static ChangePrice price(String price, Duration grace) {
      return new ChangePrice("pen", amount(price), NOON, grace);
    }

    private static PriceChanged changed(String price, long minutes) {
      return new PriceChanged(amount(price), NOON, NOON.plus(Duration.ofMinutes(minutes)));
    }

    @Test
    void areAdded() {
      nothing
          .when(new AddProduct("pen", " A pen ", amount("2.5")))
          .thenEvents(new ProductAdded("A pen", amount("2.50")));
      pen.when(new AddProduct("pen", "Another", amount("3"))).thenRejected("product-exists");
      nothing.when(new AddProduct("pen", " ", amount("3"))).thenRejected("name-missing");
      nothing.when(new AddProduct("a pen", "A pen", amount("3"))).thenRejected("invalid-id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.01", "0.001", "1e9", "1e999999999", "1e-999999999"})
    void havePricesThatCanBePaid(String price) {
      nothing.when(new AddProduct("pen", "A pen", amount(price))).thenRejected("invalid-price");
      pen.when(price(price, Duration.ZERO)).thenRejected("invalid-price");
    }

    @Test
    void changeTheirPrice() {
      pen.when(price("3", Duration.ofMinutes(30))).thenEvents(changed("3.00", 30));
      pen.when(price("2.5", Duration.ofMinutes(30))).thenEvents();
      nothing.when(price("3", Duration.ZERO)).thenRejected("unknown-product");
      pen.when(price("3", Duration.ofMinutes(-1))).thenRejected("invalid-grace");
      pen.when(price("3", Duration.ofDays(366))).thenRejected("invalid-grace");
    }

    @Test
    void honourAPriceForTheGracePeriodAfterItWasChanged() {
      Product product = new Product("A pen", List.of());
      product = Product.evolve(product, new ProductAdded("A pen", amount("2.50")));
      assertThat(product.honours(amount("2.50"), NOON)).isTrue();
      assertThat(product.honours(amount("3.00"), NOON)).isFalse();

      product = Product.evolve(product, changed("3.00", 30));
      assertThat(product.price()).isEqualTo("3.00");
      Instant end = NOON.plus(Duration.ofMinutes(30));
      assertThat(product.honours(amount("3.00"), end.plusSeconds(9_999))).isTrue();
      assertThat(product.honours(amount("2.50"), end)).isTrue();
      assertThat(product.honours(amount("2.5"), end)).isTrue();
      assertThat(product.honours(amount("2.50"), end.plusNanos(1))).isFalse();
    }

    @Test
    void honourEveryPriceWhoseGracePeriodIsNotOver() {
      Product product = new Product("A pen", List.of());
      product = Product.evolve(product, new ProductAdded("A pen", amount("1.00")));
      product = Product.evolve(product, changed("2.00", 10));
      Instant later = NOON.plusSeconds(300);
      Instant until = NOON.plusSeconds(400);
      product = Product.evolve(product, new PriceChanged(amount("3.00"), later, until));
      assertThat(product.honours(amount("1.00"), NOON.plusSeconds(600))).isTrue();
      assertThat(product.honours(amount("2.00"), until)).isTrue();
      assertThat(product.honours(amount("2.00"), until.plusNanos(1))).isFalse();
      // what is over is forgotten
      Instant muchLater = NOON.plusSeconds(5_000);
      product = Product.evolve(product, new PriceChanged(amount("4.00"), muchLater, muchLater));
      assertThat(product.offers()).hasSize(2);
    }
  }

  @Nested
  class Stocks {
    private final Scenario<StockCommand, StockEvent, Stock> empty = Scenario.of(Stock.DECIDER);
    private final Scenario<StockCommand, StockEvent, Stock> five =
        empty.given(new StockReceived(5));

    @Test
    void growAndShrink() {
      empty.when(new Receive("pen", 5)).thenEvents(new StockReceived(5));
      five.when(new Reserve("pen", "o", 5)).thenEvents(new StockReserved("o", 5));
      five.when(new WriteOff("pen", 5)).thenEvents(new StockWrittenOff(5));
      five.when(new Release("pen", "o", 2)).thenEvents(new StockReleased("o", 2));
      five.given(new StockReserved("o", 3), new StockReleased("o", 1), new StockWrittenOff(2))
          .thenState(new Stock(1));
    }

    @Test
    void neverGoBelowZero() {
      empty.when(new Reserve("pen", "o", 1)).thenRejected("out-of-stock");
      five.when(new Reserve("pen", "o", 6)).thenRejected("out-of-stock");
      five.when(new WriteOff("pen", 6)).thenRejected("out-of-stock");
      five.given(new StockReserved("o", 5))
          .when(new Reserve("pen", "p", 1))
          .thenRejected("out-of-stock");
    }

    @ParameterizedTest
    @CsvSource({
      "0, quantity-not-positive",
      "-1, quantity-not-positive",
      "1000001, quantity-too-large",
      "9223372036854775807, quantity-too-large"
    })
    void changeByAQuantity(long quantity, String reason) {
      five.when(new Receive("pen", quantity)).thenRejected(reason);
      five.when(new WriteOff("pen", quantity)).thenRejected(reason);
      five.when(new Reserve("pen", "o", quantity)).thenRejected(reason);
      five.when(new Release("pen", "o", quantity)).thenRejected(reason);
    }

    @Test
    void areNotEndless() {
      empty
          .given(new StockReceived(999_999_999))
          .when(new Receive("pen", 2))
          .thenRejected("quantity-too-large");
    }
  }

  @Nested
  class Carts {
    private final Scenario<CartCommand, CartEvent, Cart> nothing = Scenario.of(Cart.DECIDER);
    private final Scenario<CartCommand, CartEvent, Cart> pens =
        nothing.given(new ItemAdded("pen", 2, amount("2.50")));

    private static Cart cart(Cart.Status status, Map<String, Cart.Item> items) {
      return new Cart(items, status);
    }

    private static Cart.Item item(long quantity, String price) {
      return new Cart.Item(quantity, amount(price));
    }

    @Test
    void mergeQuantitiesAtThePriceOfNow() {
      pens.when(new AddItem("pen", 3, amount("3.00")))
          .thenEvents(new ItemAdded("pen", 3, amount("3.00")));
      pens.given(new ItemAdded("pen", 3, amount("3.00")))
          .thenState(cart(Cart.Status.OPEN, Map.of("pen", item(5, "3.00"))));
    }

    @Test
    void addUp() {
      assertThat(cart(Cart.Status.NEW, Map.of()).total()).isEqualTo("0.00");
      var items = Map.of("pen", item(3, "2.50"), "ink", item(2, "0.99"));
      assertThat(cart(Cart.Status.OPEN, items).total()).isEqualTo("9.48");
    }

    @Test
    void changeAndLoseItems() {
      pens.when(new ChangeQuantity("pen", 7)).thenEvents(new QuantityChanged("pen", 7));
      pens.when(new ChangeQuantity("pen", 2)).thenEvents();
      pens.given(new QuantityChanged("pen", 7))
          .thenState(cart(Cart.Status.OPEN, Map.of("pen", item(7, "2.50"))));
      pens.when(new ChangeQuantity("pen", 0)).thenRejected("quantity-not-positive");
      pens.when(new ChangeQuantity("ink", 1)).thenRejected("not-in-cart");
      pens.when(new RemoveItem("pen")).thenEvents(new ItemRemoved("pen"));
      pens.when(new RemoveItem("ink")).thenRejected("not-in-cart");
      pens.given(new ItemRemoved("pen")).thenState(cart(Cart.Status.OPEN, Map.of()));
      pens.given(new ItemRemoved("pen")).when(new RemoveItem("pen")).thenRejected("not-in-cart");
    }

    @Test
    void takeANewPriceWhenTold() {
      pens.when(new AcceptPrice("pen", amount("3.00")))
          .thenEvents(new PriceAccepted("pen", amount("3.00")));
      pens.when(new AcceptPrice("pen", amount("2.50"))).thenEvents();
      pens.when(new AcceptPrice("ink", amount("2.50"))).thenRejected("not-in-cart");
      pens.given(new PriceAccepted("pen", amount("3.00")))
          .thenState(cart(Cart.Status.OPEN, Map.of("pen", item(2, "3.00"))));
    }

    @ParameterizedTest
    @CsvSource({
      "0, quantity-not-positive",
      "-5, quantity-not-positive",
      "999999, quantity-too-large"
    })
    void holdAQuantityThatMakesSense(long quantity, String reason) {
      pens.when(new AddItem("pen", quantity, amount("2.50"))).thenRejected(reason);
    }

    @Test
    void areCheckedOutOnceAndNotEmpty() {
      pens.when(new CheckOut()).thenEvents(new CartCheckedOut());
      pens.given(new ItemRemoved("pen")).when(new CheckOut()).thenRejected("cart-empty");
      var closed = pens.given(new CartCheckedOut());
      List<CartCommand> all =
          List.of(
              new CheckOut(),
              new Abandon(),
              new AddItem("pen", 1, amount("1")),
              new RemoveItem("pen"),
              new ChangeQuantity("pen", 1),
              new AcceptPrice("pen", amount("1")));
      all.forEach(command -> closed.when(command).thenRejected("cart-checked-out"));
      pens.when(new Abandon()).thenEvents(new CartAbandoned());
      var abandoned = pens.given(new CartAbandoned());
      all.forEach(command -> abandoned.when(command).thenRejected("cart-abandoned"));
    }

    @Test
    void areMadeByPuttingSomethingIn() {
      nothing.when(new CheckOut()).thenRejected("unknown-cart");
      nothing.when(new Abandon()).thenRejected("unknown-cart");
      nothing.when(new RemoveItem("pen")).thenRejected("unknown-cart");
      nothing
          .when(new AddItem("pen", 1, amount("1.00")))
          .thenEvents(new ItemAdded("pen", 1, amount("1.00")));
    }
  }

  @Nested
  class CodesOfDiscount {
    private final DecisionScenario<CodeEvent> nothing =
        DecisionScenario.of(ShopCodecs.CODES, event -> "code-" + event.code());

    private static Terms terms(
        Discount discount,
        @Nullable String from,
        @Nullable String to,
        boolean once,
        @Nullable Long uses) {
      return new Terms(
          discount,
          from == null ? null : LocalDate.parse(from),
          to == null ? null : LocalDate.parse(to),
          once,
          uses);
    }

    private static Terms percent(String percent) {
      return terms(new Discount.Percent(amount(percent)), null, null, false, null);
    }

    private static Terms fixed(String amount) {
      return terms(new Discount.Fixed(amount(amount)), null, null, false, null);
    }

    private DecisionScenario<CodeEvent> code(Terms terms) {
      return nothing.given(new CodeCreated("X", terms));
    }

    private static Decision<Object, CodeEvent, DiscountCode> create(
        DecisionScenario<CodeEvent> given, String code, Terms terms) {
      return given.when(Codes.code(code), known -> known.create(code, terms));
    }

    private static Decision<Object, CodeEvent, DiscountCode> end(
        DecisionScenario<CodeEvent> given) {
      return given.when(Codes.code("X"), known -> known.end("X"));
    }

    private static Decision<Object, CodeEvent, DiscountCode> redeem(
        DecisionScenario<CodeEvent> given, String total) {
      return given.when(
          Codes.codeFor("ada", "X"),
          known -> List.of(known.redeem("X", "ada", amount(total), DAY)));
    }

    private static CodeRedeemed redeemed(String customer, String discount) {
      return new CodeRedeemed("X", customer, amount(discount));
    }

    @Test
    void areMadeOnce() {
      create(nothing, "X", percent("10")).thenEvents(new CodeCreated("X", percent("10")));
      create(nothing, "X", fixed("5")).thenEvents(new CodeCreated("X", fixed("5.00")));
      create(code(percent("10")), "X", percent("10")).thenRejected("code-exists");
      create(nothing, "X Y", percent("10")).thenRejected("invalid-id");
    }

    @Test
    void haveTermsThatMakeSense() {
      Discount ten = new Discount.Percent(amount("10"));
      List.of(
              percent("0"),
              percent("-1"),
              percent("100.0001"),
              percent("1.00001"),
              percent("1e999999999"),
              fixed("0"),
              fixed("-1"),
              terms(ten, "2026-03-02", "2026-03-01", false, null),
              terms(ten, null, null, false, 0L),
              terms(ten, null, null, false, -1L))
          .forEach(terms -> create(nothing, "X", terms).thenRejected("invalid-terms"));
      create(nothing, "X", fixed("0.001")).thenRejected("invalid-price");
    }

    @ParameterizedTest
    @CsvSource({"10, 20.00, 2.00", "10, 0.99, 0.09", "12.5, 1.00, 0.12", "100, 7.77, 7.77"})
    void takeAPercentageOffRoundedDown(String percent, String total, String discount) {
      redeem(code(percent(percent)), total).thenEvents(redeemed("ada", discount));
    }

    @ParameterizedTest
    @CsvSource({"5.00, 20.00, 5.00", "5.00, 5.00, 5.00", "5.00, 3.20, 3.20"})
    void takeAnAmountOffButNeverMoreThanTheTotal(String fixed, String total, String discount) {
      redeem(code(fixed(fixed)), total).thenEvents(redeemed("ada", discount));
    }

    @ParameterizedTest
    @CsvSource({
      "2026-03-02, 2026-03-02, ",
      "2026-03-01, , ",
      ", 2026-03-03, ",
      "2026-03-03, , code-not-valid-yet",
      ", 2026-03-01, code-expired"
    })
    void countFromADayToADayBothIncluded(
        @Nullable String from, @Nullable String to, @Nullable String reason) {
      var when =
          redeem(code(terms(new Discount.Fixed(amount("1.00")), from, to, false, null)), "9.00");
      if (reason == null) {
        when.thenEvents(redeemed("ada", "1.00"));
      } else {
        when.thenRejected(reason);
      }
    }

    @Test
    void areUsedOnceByACustomerWhereThatIsAgreed() {
      Discount one = new Discount.Fixed(amount("1.00"));
      var once = code(terms(one, null, null, true, null));
      var often = code(terms(one, null, null, false, null));
      redeem(once.given(redeemed("bert", "1.00")), "9.00").thenEvents(redeemed("ada", "1.00"));
      redeem(once.given(redeemed("bert", "1.00"), redeemed("ada", "1.00")), "9.00")
          .thenRejected("code-used-by-customer");
      redeem(often.given(redeemed("ada", "1.00")), "9.00").thenEvents(redeemed("ada", "1.00"));
    }

    @Test
    void areUsedSoManyTimesInAll() {
      var twice = code(terms(new Discount.Fixed(amount("1.00")), null, null, false, 2L));
      CodeRedeemed use = redeemed("ada", "1.00");
      redeem(twice.given(use), "9.00").thenEvents(use);
      redeem(twice.given(use, use), "9.00").thenRejected("code-used-up");
    }

    @Test
    void areNotMistakenForEachOther() {
      Discount one = new Discount.Fixed(amount("1.00"));
      var once = terms(one, null, null, true, 1L);
      redeem(
              code(once)
                  .given(
                      new CodeCreated("Y", once),
                      new CodeRedeemed("Y", "ada", amount("1.00")),
                      new CodeEnded("Y")),
              "9.00")
          .thenEvents(redeemed("ada", "1.00"));
    }

    @Test
    void areTakenBack() {
      end(code(percent("10"))).thenEvents(new CodeEnded("X"));
      var ended = code(percent("10")).given(new CodeEnded("X"));
      redeem(ended, "9.00").thenRejected("code-ended");
      end(ended).thenEvents();
      end(nothing).thenRejected("unknown-code");
      redeem(nothing, "9.00").thenRejected("unknown-code");
    }
  }

  @Nested
  class Orders {
    private final Scenario<OrderCommand, OrderEvent, Order> nothing = Scenario.of(Order.DECIDER);

    private static Map<String, Cart.Item> items() {
      var items = new LinkedHashMap<String, Cart.Item>();
      items.put("pen", new Cart.Item(3, amount("2.50")));
      items.put("ink", new Cart.Item(1, amount("1.01")));
      return items;
    }

    @Test
    void arePlacedWithALineForEachProduct() {
      nothing
          .when(new PlaceOrder("o", "ada", items(), null))
          .thenEvents(
              new ItemOrdered("ada", "pen", 3, amount("2.50"), amount("7.50")),
              new ItemOrdered("ada", "ink", 1, amount("1.01"), amount("1.01")));
    }

    @Test
    void shareTheDiscountAmongTheirLinesExactly() {
      var redeemed = new CodeRedeemed("X", "ada", amount("1.00"));
      nothing
          .when(new PlaceOrder("o", "ada", items(), redeemed))
          .thenEvents(
              new ItemOrdered("ada", "pen", 3, amount("2.50"), amount("6.62")),
              new ItemOrdered("ada", "ink", 1, amount("1.01"), amount("0.89")),
              redeemed);
    }

    @Test
    void canCostNothing() {
      var free = Map.of("sample", new Cart.Item(2, amount("0.00")));
      var redeemed = new CodeRedeemed("X", "ada", amount("0.00"));
      nothing
          .when(new PlaceOrder("o", "ada", free, redeemed))
          .thenEvents(
              new ItemOrdered("ada", "sample", 2, amount("0.00"), amount("0.00")), redeemed);
    }

    @Test
    void areNeverCancelledAboveWhatWasBought() {
      var ordered = nothing.given(new ItemOrdered("ada", "pen", 3, amount("2.50"), amount("7.00")));
      ordered
          .when(new CancelItem("o", "pen", 2))
          .thenEvents(new ItemCancelled("ada", "pen", 2, amount("4.66")));
      ordered.when(new CancelItem("o", "pen", 4)).thenRejected("more-than-bought");
      ordered.when(new CancelItem("o", "pen", 0)).thenRejected("quantity-not-positive");
      ordered.when(new CancelItem("o", "ink", 1)).thenRejected("not-in-order");
      nothing.when(new CancelItem("o", "pen", 1)).thenRejected("unknown-order");

      var two = ordered.given(new ItemCancelled("ada", "pen", 2, amount("4.66")));
      two.when(new CancelItem("o", "pen", 2)).thenRejected("more-than-bought");
      two.when(new CancelItem("o", "pen", 1))
          .thenEvents(new ItemCancelled("ada", "pen", 1, amount("2.34")));
      two.given(new ItemCancelled("ada", "pen", 1, amount("2.34")))
          .when(new CancelItem("o", "pen", 1))
          .thenRejected("more-than-bought");
    }

    /** Whatever the prices are: no line is below zero, and all that was paid can be paid back. */
    @Test
    void addUpToTheCent() {
      for (int seed = 0; seed < 2_000; seed++) {
        var random = new Random(seed);
        var items = new LinkedHashMap<String, Cart.Item>();
        for (int i = 0; i <= random.nextInt(5); i++) {
          BigDecimal price = BigDecimal.valueOf(random.nextInt(400), 2);
          items.put("p" + i, new Cart.Item(1 + random.nextInt(7), price));
        }
        BigDecimal total = new Cart(items, Cart.Status.OPEN).total();
        int cents = total.movePointRight(2).intValueExact();
        BigDecimal discount = BigDecimal.valueOf(random.nextInt(cents + 1), 2);
        var redeemed = new CodeRedeemed("X", "ada", discount);
        Order order =
            Order.DECIDER.evolve(
                Order.DECIDER.initial(),
                Order.decide(new PlaceOrder("o", "ada", items, redeemed), Order.DECIDER.initial()));
        assertThat(order.total()).as("seed %d", seed).isEqualTo(total.subtract(discount));
        assertThat(order.lines().values())
            .as("seed %d", seed)
            .allMatch(line -> line.paid().signum() >= 0);
        for (String product : items.keySet()) {
          while (order.line("o", product).kept() > 0) {
            long some = 1L + random.nextInt((int) order.line("o", product).kept());
            var cancelled = Order.decide(new CancelItem("o", product, some), order);
            assertThat(((ItemCancelled) cancelled.getFirst()).refund()).isNotNegative();
            order = Order.DECIDER.evolve(order, cancelled);
          }
        }
        assertThat(order.total()).as("seed %d", seed).isZero();
      }
    }
  }

  @Nested
  class Invoices {
    private final Scenario<Purchases.Line, InvoiceEvent, Purchases> nothing =
        Scenario.of(Purchases.DECIDER);

    private static Purchases.Line line(String invoice, long quantity, String customer) {
      LocalDateTime at = LocalDateTime.parse("2010-12-01T08:26");
      return new Purchases.Line(
          invoice, "pen", "A PEN", quantity, amount("2.55"), at, customer, "France");
    }

    private static LineInvoiced invoiced(long quantity) {
      return new LineInvoiced(line("1", quantity, "7"));
    }

    private static Purchases.Line cancellation(long quantity) {
      return line("C2", quantity, "7");
    }

    @Test
    void cancelWhatWasBoughtAndNotYetCancelled() {
      nothing.when(line("1", 5, "7")).thenEvents(invoiced(5));
      nothing
          .given(invoiced(5))
          .when(cancellation(-5))
          .thenEvents(new LineCancelled(cancellation(-5)));
      nothing
          .given(invoiced(5))
          .when(cancellation(-6))
          .thenEvents(new CancellationRefused(cancellation(-6)));
      nothing
          .given(invoiced(5), new LineCancelled(cancellation(-3)))
          .when(cancellation(-3))
          .thenEvents(new CancellationRefused(cancellation(-3)));
      nothing
          .given(
              invoiced(5),
              new LineCancelled(cancellation(-3)),
              new CancellationRefused(cancellation(-3)))
          .when(cancellation(-2))
          .thenEvents(new LineCancelled(cancellation(-2)));
    }

    @Test
    void correctWithoutARule() {
      nothing.when(line("C2", -5, "")).thenEvents(new LineInvoiced(line("C2", -5, "")));
      nothing.when(line("1", -5, "7")).thenEvents(invoiced(-5));
      nothing.when(line("C2", 5, "7")).thenEvents(new LineInvoiced(line("C2", 5, "7")));
      nothing
          .given(invoiced(5), invoiced(-3))
          .when(cancellation(-3))
          .thenEvents(new CancellationRefused(cancellation(-3)));
    }
  }
}
