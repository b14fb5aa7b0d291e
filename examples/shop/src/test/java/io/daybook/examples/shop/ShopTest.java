package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.examples.shop.Cart.CartCommand;
import io.daybook.examples.shop.DiscountCode.Discount;
import io.daybook.examples.shop.DiscountCode.Terms;
import io.daybook.examples.shop.Stock.StockCommand;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules on a store: several streams at once, codes by tags, and many customers. */
class ShopTest {
  private static final int CROWD = 200;
  private static final LocalDate DAY = LocalDate.parse("2026-03-02");

  @TempDir private Path directory;

  private final MovableClock clock = new MovableClock();

  private static final class MovableClock extends Clock {
    private volatile Instant now = DAY.atTime(12, 0).toInstant(ZoneOffset.UTC);

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  enum Kind {
    MEMORY,
    ENGINE
  }

  private EventStore open(Kind kind) {
    return switch (kind) {
      case MEMORY -> new InMemoryStore();
      case ENGINE -> EngineStore.open(directory.resolve("shop"));
    };
  }

  private Shop shop(EventStore store) {
    return new Shop(store, clock);
  }

  private static void add(Shop shop, String product, String price, long stock) {
    var _ = shop.addProduct(product, "A " + product, new BigDecimal(price), "add-" + product);
    if (stock > 0) {
      var _ = shop.handle(new StockCommand.Receive(product, stock), "receive-" + product);
    }
  }

  private static void assertRefused(String reason, Callable<?> what) {
    assertThatThrownBy(what::call)
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private static Terms fixed(String amount, boolean once, @Nullable Long uses) {
    return new Terms(new Discount.Fixed(new BigDecimal(amount)), null, null, once, uses);
  }

  /** Done by all of a crowd at the same moment; how often each outcome came of it. */
  private static Map<String, Integer> crowd(int size, CrowdMember member) throws Exception {
    var outcomes = new HashMap<String, Integer>();
    ThreadFactory threads = Thread.ofVirtual().factory();
    try (var executor = Executors.newThreadPerTaskExecutor(threads)) {
      var start = new CountDownLatch(1);
      var all = new ArrayList<Future<String>>();
      for (int i = 0; i < size; i++) {
        int number = i;
        all.add(
            executor.submit(() -> {
              start.await();
              try {
                member.act(number);
                return "accepted";
              } catch (Rejected e) {
                return e.reason();
              }
            }));
      }
      start.countDown();
      for (Future<String> one : all) {
        outcomes.merge(one.get(), 1, Integer::sum);
      }
    }
    return outcomes;
  }

  private interface CrowdMember {
    void act(int number);
  }

  @Test
  void checkingOutWritesCartStockAndOrderInOneAppend() {
    var store = new InMemoryStore();
    Shop shop = shop(store);
    add(shop, "pen", "2.50", 10);
    add(shop, "ink", "1.00", 10);
    shop.createCode("X", fixed("1.00", false, null), "code");
    shop.addToCart("b", "pen", 2, "1");
    shop.addToCart("b", "ink", 3, "2");
    long before = store.head().value();

    Order order = shop.checkOut("b", "ada", "X", "3");

    assertThat(order.total()).isEqualTo("7.00");
    List<RecordedEvent> events = store.read(Query.tags("$command:3")).toList();
    assertThat(events)
        .extracting(e -> e.stream() + " " + e.type())
        .containsExactly(
            "cart-b CartCheckedOut",
            "stock-pen StockReserved",
            "stock-ink StockReserved",
            "order-b ItemOrdered",
            "order-b ItemOrdered",
            "order-b CodeRedeemed");
    assertThat(store.head().value()).isEqualTo(before + events.size());
    assertThat(events.get(3).tags()).contains("customer:ada", "product:pen");
    assertThat(events.getLast().tags()).contains("code:X", "customer:ada");
    assertThat(shop.product("pen").stock().available()).isEqualTo(8);
    assertThat(shop.order("b")).isEqualTo(order);
    // and again, by a bad connection
    assertThat(shop.checkOut("b", "ada", "X", "3")).isEqualTo(order);
    assertThat(store.head().value()).isEqualTo(before + events.size());
    assertRefused("cart-checked-out", () -> shop.checkOut("b", "ada", "X", "4"));
  }

  @Test
  void aRefusalWritesNothing() {
    var store = new InMemoryStore();
    Shop shop = shop(store);
    add(shop, "pen", "2.50", 10);
    add(shop, "ink", "1.00", 1);
    shop.createCode("X", fixed("1.00", false, 1L), "code");
    shop.addToCart("b", "pen", 2, "1");
    shop.addToCart("b", "ink", 2, "2");
    long before = store.head().value();

    assertRefused("out-of-stock", () -> shop.checkOut("b", "ada", "X", "3"));
    assertRefused("unknown-product", () -> shop.addToCart("b", "paper", 1, "4"));
    assertRefused("unknown-cart", () -> shop.checkOut("c", "ada", null, "5"));
    assertRefused("unknown-code", () -> shop.code("Y"));
    assertRefused("invalid-id", () -> shop.checkOut("b", "Ada Novak", null, "7"));
    assertRefused("invalid-id", () -> shop.addToCart("a cart", "pen", 1, "8"));
    assertRefused("unknown-product", () -> shop.handle(new StockCommand.Receive("paper", 1), "9"));

    assertThat(store.head().value()).isEqualTo(before);
    assertThat(shop.product("pen").stock().available()).isEqualTo(10);
    assertThat(shop.cart("b").status()).isEqualTo(Cart.Status.OPEN);
    assertThat(shop.code("X").uses()).isZero();
  }

  @Test
  void aCartKeepsItsPriceForTheGracePeriodOnly() {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 10);
    shop.addToCart("early", "pen", 1, "1");
    shop.addToCart("late", "pen", 1, "2");
    shop.changePrice("pen", new BigDecimal("3.00"), Duration.ofMinutes(10), "3");

    clock.now = clock.now.plus(Duration.ofMinutes(10));
    assertThat(shop.checkOut("early", "ada", null, "4").total()).isEqualTo("2.50");

    clock.now = clock.now.plusNanos(1);
    assertRefused("price-changed", () -> shop.checkOut("late", "bert", null, "5"));
    assertThat(shop.acceptPrice("late", "pen", "6").total()).isEqualTo("3.00");
    assertThat(shop.checkOut("late", "bert", null, "7").total()).isEqualTo("3.00");
  }

  @Test
  void addingMoreTakesThePriceOfNow() {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 10);
    shop.addToCart("b", "pen", 1, "1");
    shop.changePrice("pen", new BigDecimal("3.00"), Duration.ofMinutes(10), "2");
    assertThat(shop.addToCart("b", "pen", 1, "3").total()).isEqualTo("6.00");
  }

  @Test
  void cancellingPutsBackIntoStockAndNeverMoreThanWasBought() {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 10);
    shop.addToCart("b", "pen", 4, "1");
    shop.checkOut("b", "ada", null, "2");
    assertThat(shop.cancel("b", "pen", 1L, "3").total()).isEqualTo("7.50");
    assertThat(shop.product("pen").stock().available()).isEqualTo(7);
    assertRefused("more-than-bought", () -> shop.cancel("b", "pen", 4L, "4"));
    assertThat(shop.cancel("b", "pen", null, "5").total()).isEqualTo("0.00");
    assertThat(shop.product("pen").stock().available()).isEqualTo(10);
    assertRefused("more-than-bought", () -> shop.cancel("b", "pen", null, "6"));
    assertRefused("unknown-order", () -> shop.cancel("c", "pen", 1L, "7"));

    Sales.Totals totals = shop.sales().totals();
    assertThat(totals).isEqualTo(new Sales.Totals(3, 1, 1, 1, 0, new BigDecimal("0.00"), 0));
  }

  @Test
  void theCatalogueJoinsPricesAndStock() {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 10);
    add(shop, "ink", "1.00", 0);
    shop.handle(new StockCommand.WriteOff("pen", 3), "1");
    assertThat(Reports.catalogue(shop.catalogue().entries()).lines().skip(1))
        .satisfiesExactly(
            line -> assertThat(line).matches("ink +A ink +1.00 +0"),
            line -> assertThat(line).matches("pen +A pen +2.50 +7"));
  }

  @Test
  void aCodeIsMadeOnceHoweverManyTry() throws Exception {
    var store = new InMemoryStore();
    Shop shop = shop(store);
    assertThat(crowd(20, i -> shop.createCode("X", fixed("1.00", false, null), "c" + i)))
        .isEqualTo(Map.of("accepted", 1, "code-exists", 19));
    assertThat(store.read(Query.tags("code:X")).toList()).hasSize(1);
    shop.endCode("X", "end");
    shop.endCode("X", "end-again");
    assertThat(shop.code("X").ended()).isTrue();
    assertThat(store.read(Query.tags("code:X")).toList()).hasSize(2);
  }

  /** Each has a product of his own: only the code brings them into each other's way. */
  @ParameterizedTest
  @EnumSource
  void twoHundredRedeemACodeAtOnceAndItWorksAsOftenAsAgreed(Kind kind) throws Exception {
    try (EventStore store = open(kind)) {
      Shop shop = shop(store);
      for (int i = 0; i < CROWD; i++) {
        add(shop, "p" + i, "5.00", 1);
        shop.addToCart("cart" + i, "p" + i, 1, "fill" + i);
      }
      shop.createCode("X", fixed("1.00", true, 60L), "code");

      // each customer comes with two carts
      Map<String, Integer> outcomes =
          crowd(CROWD, i -> shop.checkOut("cart" + i, "customer" + i % 100, "X", "buy" + i));

      assertThat(outcomes.get("accepted")).isEqualTo(60);
      assertThat(outcomes.values().stream().mapToInt(n -> n).sum()).isEqualTo(CROWD);
      assertThat(outcomes.keySet())
          .containsAnyOf("code-used-up")
          .isSubsetOf("accepted", "code-used-up", "code-used-by-customer");
      assertThat(shop.code("X").uses()).isEqualTo(60);
      assertThat(store.read(Query.types("CodeRedeemed")).toList())
          .extracting(e -> e.tags().get(1))
          .hasSize(60)
          .doesNotHaveDuplicates();
      Sales.Totals totals = shop.sales().totals();
      assertThat(totals.invoices()).isEqualTo(60);
      assertThat(totals.value()).isEqualTo("240.00");
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoHundredWantTheLastOnesAndStockNeverGoesBelowZero(Kind kind) throws Exception {
    try (EventStore store = open(kind)) {
      Shop shop = shop(store);
      add(shop, "pen", "2.50", 70);
      add(shop, "ink", "1.00", 55);
      for (int i = 0; i < CROWD; i++) {
        // in both orders, and some of only one product
        shop.addToCart("cart" + i, i % 2 == 0 ? "pen" : "ink", 1, "one" + i);
        if (i % 3 != 0) {
          shop.addToCart("cart" + i, i % 2 == 0 ? "ink" : "pen", 1, "two" + i);
        }
      }

      Map<String, Integer> outcomes =
          crowd(CROWD, i -> shop.checkOut("cart" + i, "customer" + i, null, "buy" + i));

      assertThat(outcomes.keySet()).containsExactlyInAnyOrder("accepted", "out-of-stock");
      checkStock(store, shop, Map.of("pen", 70L, "ink", 55L));
      assertThat(shop.sales().totals().invoices()).isEqualTo((long) outcomes.get("accepted"));
      // one of the two is gone, for nobody was refused while there were both
      assertThat(shop.sales().quantities())
          .satisfiesAnyOf(
              sold -> assertThat(sold.get("pen")).isEqualTo(70),
              sold -> assertThat(sold.get("ink")).isEqualTo(55));
    }
  }

  /** At every moment there is as much as came in, less what was sold, and never less than none. */
  private static void checkStock(EventStore store, Shop shop, Map<String, Long> received) {
    Map<String, Long> sold = shop.sales().quantities();
    received.forEach((product, quantity) -> {
      Stock stock = shop.product(product).stock();
      assertThat(stock.available()).isNotNegative();
      assertThat(stock.available() + sold.getOrDefault(product, 0L)).isEqualTo(quantity);
    });
    var available = new HashMap<String, Long>();
    for (RecordedEvent event : store.read(Query.category("stock")).toList()) {
      long change =
          event.data().text().contains("order")
              ? -1
              : received.get(event.stream().substring("stock-".length()));
      assertThat(available.merge(event.stream(), change, Long::sum)).isNotNegative();
    }
  }

  /** Nobody waits for the window, and nobody is shown what he has bought. */
  @ParameterizedTest
  @EnumSource
  void theWindowIsRightBeforeASaleIsOver(Kind kind) throws Exception {
    try (EventStore store = open(kind)) {
      add(shop(store), "ink", "1.00", 3);
      var window = new ShopWindow(store, clock);
      assertThat(window.available("ink")).isEqualTo(3);
      assertThat(window.available("paper")).isZero();
      Shop shop = window.shop();
      add(shop, "pen", "2.50", CROWD);
      Map<String, Integer> outcomes =
          crowd(
              CROWD,
              i -> {
                add(shop, "p" + i, "5.00", 1);
                assertThat(window.available("p" + i)).isOne();
                shop.addToCart("cart" + i, "p" + i, 1, "one" + i);
                shop.addToCart("cart" + i, "pen", 1, "two" + i);
                shop.checkOut("cart" + i, "customer" + i, null, "buy" + i);
                assertThat(window.available("p" + i)).isZero();
              });
      assertThat(outcomes).isEqualTo(Map.of("accepted", CROWD));
      assertThat(window.available("pen")).isZero();
      assertThat(window.available("ink")).isEqualTo(3);
    }
  }

  @Test
  void oneCartIsCheckedOutOnceHoweverManyTry() throws Exception {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 100);
    shop.addToCart("b", "pen", 2, "fill");
    var orders = ConcurrentHashMap.<Order>newKeySet();
    assertThat(crowd(50, i -> orders.add(shop.checkOut("b", "ada", null, "same"))))
        .isEqualTo(Map.of("accepted", 50));
    assertThat(orders).hasSize(1);
    assertThat(shop.product("pen").stock().available()).isEqualTo(98);
    assertThat(crowd(50, i -> shop.cancel("b", "pen", 1L, "cancel" + i)))
        .isEqualTo(Map.of("accepted", 2, "more-than-bought", 48));
    assertThat(shop.product("pen").stock().available()).isEqualTo(100);
  }

  @Test
  void aCartIsFilledAndCheckedOutAtTheSameTime() throws Exception {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 1_000);
    shop.addToCart("b", "pen", 1, "fill");
    Map<String, Integer> outcomes =
        crowd(
            40,
            i -> {
              if (i == 20) {
                shop.checkOut("b", "ada", null, "buy");
              } else {
                shop.addToCart("b", "pen", 1, "more" + i);
              }
            });
    // what was put in before is in the order, and nothing was put in after
    long bought = shop.order("b").line("b", "pen").bought();
    assertThat(bought).isEqualTo((long) outcomes.get("accepted"));
    assertThat(shop.product("pen").stock().available()).isEqualTo(1_000 - bought);
  }

  @Test
  void aReadModelFollowsTheSales() throws Exception {
    Shop shop = shop(new InMemoryStore());
    add(shop, "pen", "2.50", 10);
    try (var model = shop.followSales()) {
      shop.addToCart("b", "pen", 4, "1");
      shop.handle("b", new CartCommand.ChangeQuantity("pen", 3), "2");
      shop.checkOut("b", "ada", null, "3");
      model.awaitHead(Duration.ofSeconds(30));
      assertThat(model.<Map<String, BigDecimal>>query(sales -> Map.copyOf(sales.revenues())))
          .isEqualTo(Map.of("ada", new BigDecimal("7.50")));
    }
  }
}
