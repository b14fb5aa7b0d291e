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
import io.daybook.examples.shop.Product.ProductCommand;
import io.daybook.examples.shop.Product.ProductCommand.AddProduct;
import io.daybook.examples.shop.Product.ProductCommand.ChangePrice;
import io.daybook.examples.shop.Product.ProductEvent;
import io.daybook.examples.shop.Product.ProductEvent.PriceChanged;
import io.daybook.examples.shop.Product.ProductEvent.ProductAdded;
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
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of products, stock and carts, and every way to be refused. */
class CartRulesTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

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
}
