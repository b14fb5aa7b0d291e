package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.tenancy.TenantOptions;
import io.daybook.examples.shop.Stock.StockCommand;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several shops in one process, each on a store of its own. */
class MarketplaceTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  @TempDir private Path data;

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final TenantOptions options = TenantOptions.defaults().withClock(now::get);

  private Marketplace open(TenantOptions how) {
    return new Marketplace(data, EngineStore::open, how, Clock.fixed(NOON, ZoneOffset.UTC));
  }

  private static void fill(Shop shop, String price, long stock) {
    var _ = shop.addProduct("pen", "A pen", new BigDecimal(price), "add");
    var _ = shop.handle(new StockCommand.Receive("pen", stock), "receive");
  }

  private static void sell(Shop shop, String cart) {
    var _ = shop.addToCart(cart, "pen", 1, "fill-" + cart);
    var _ = shop.checkOut(cart, "ada", null, "buy-" + cart);
  }

  @Test
  void shopsKnowNothingOfEachOther() {
    try (Marketplace marketplace = open(options)) {
      Shop ann = marketplace.shop("ann");
      Shop bob = marketplace.shop("bob");
      // the same products, carts and command ids, all the same
      fill(ann, "2.50", 10);
      fill(bob, "3.00", 1);
      sell(ann, "b");
      sell(bob, "b");

      assertThat(ann.order("b").total()).isEqualTo("2.50");
      assertThat(bob.order("b").total()).isEqualTo("3.00");
      assertThat(ann.product("pen").stock().available()).isEqualTo(9);
      assertThat(bob.product("pen").stock().available()).isZero();
      assertThat(ann.sales().totals().value()).isEqualTo("2.50");
      assertThat(marketplace.names()).containsExactly("ann", "bob");
    }
  }

  @Test
  void aShopThatIsIdleIsClosedAndOpenedOnDemand() {
    try (Marketplace marketplace = open(options.idleAfter(Duration.ofMinutes(5)))) {
      Shop ann = marketplace.shop("ann");
      assertThat(marketplace.names()).isEmpty();
      fill(ann, "2.50", 10);
      now.set(NOON.plusSeconds(200));
      fill(marketplace.shop("bob"), "3.00", 1);
      assertThat(marketplace.open()).containsExactlyInAnyOrder("ann", "bob");

      now.set(NOON.plusSeconds(301));
      marketplace.closeIdle();

      assertThat(marketplace.open()).containsExactly("bob");
      sell(ann, "b");
      assertThat(ann.product("pen").stock().available()).isEqualTo(9);
      assertThat(marketplace.open()).containsExactlyInAnyOrder("ann", "bob");
    }
  }

  @Test
  void manyShopsSellWithRoomForFew() throws Exception {
    try (Marketplace marketplace = open(options.maxOpen(3))) {
      for (int i = 0; i < 8; i++) {
        fill(marketplace.shop("shop" + i), "2.50", 5);
        assertThat(marketplace.open()).hasSizeLessThanOrEqualTo(3);
      }
      try (var customers = Executors.newVirtualThreadPerTaskExecutor()) {
        var all = new ArrayList<Future<?>>();
        for (int i = 0; i < 40; i++) {
          int number = i;
          all.add(
              customers.submit(() -> sell(marketplace.shop("shop" + number % 8), "c" + number)));
        }
        for (Future<?> one : all) {
          one.get();
        }
      }
      for (int i = 0; i < 8; i++) {
        Shop shop = marketplace.shop("shop" + i);
        assertThat(shop.product("pen").stock().available()).isZero();
        assertThat(shop.sales().totals().invoices()).isEqualTo(5);
      }
      assertThat(marketplace.open()).hasSizeLessThanOrEqualTo(3);
    }
  }

  @Test
  void aNameLeadsNowhereElse() {
    try (Marketplace marketplace = open(options)) {
      for (String name : new String[] {"", "..", "a/b", "Ann", "ann shop"}) {
        assertThatThrownBy(() -> marketplace.shop(name))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(marketplace.names()).isEmpty();
    }
  }
}
