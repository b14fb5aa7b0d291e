package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.jackson.EventSchemas;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.EventLint;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shop's events stay readable, those of its first years included, and say what happened. */
class ShopEventsTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  private static final Map<String, JsonCodec<?>> CODECS =
      Map.of(
          "cart", ShopCodecs.CARTS,
          "code", ShopCodecs.CODES,
          "invoice", ShopCodecs.INVOICES,
          "order", ShopCodecs.ORDERS,
          "product", ShopCodecs.PRODUCTS,
          "stock", ShopCodecs.STOCKS);

  /** After a change that is meant: {@code -Ddaybook.schemas=write}. */
  @Test
  void storedEventsStayReadable() {
    CODECS.forEach(
        (kind, codec) -> EventSchemas.of(codec).check(Path.of("src/main/events").resolve(kind)));
  }

  @Test
  void eventsSayWhatHappened() {
    EventLint.of(ShopCodecs.CARTS.types()).state(Cart.class).check();
    EventLint.of(ShopCodecs.CODES.types()).state(DiscountCode.class).check();
    EventLint.of(ShopCodecs.INVOICES.types()).state(Purchases.class).check();
    EventLint.of(ShopCodecs.ORDERS.types()).state(Order.class).check();
    EventLint.of(ShopCodecs.PRODUCTS.types()).state(Product.class).check();
    EventLint.of(ShopCodecs.STOCKS.types()).state(Stock.class).check();
  }

  private static void stored(EventStore store, String stream, String type, String json) {
    var _ = store.append(stream, ExpectedRevision.any(), Event.of(type, Payload.json(json)));
  }

  /** There was no grace period yet: nobody kept the price before. */
  @Test
  void aPriceOfOldEndedWhenTheNextOneBegan() {
    var store = new InMemoryStore();
    stored(store, "product-pen", "ProductAdded", "{\"name\":\"A pen\",\"price\":2.50}");
    stored(
        store, "product-pen", "PriceChanged", "{\"price\":3.00,\"at\":\"2026-03-02T12:00:00Z\"}");

    Product pen = shop(store, NOON).product("pen").product();

    assertThat(pen.price()).isEqualTo("3.00");
    assertThat(pen.honours(new BigDecimal("2.50"), NOON)).isTrue();
    assertThat(pen.honours(new BigDecimal("2.50"), NOON.plusNanos(1))).isFalse();
  }

  @Test
  void aPriceThatIsChangedTodayIsWrittenInTodaysVersion() {
    var store = new InMemoryStore();
    Shop shop = shop(store, NOON);
    shop.addProduct("pen", "A pen", new BigDecimal("2.50"), "add");
    shop.changePrice("pen", new BigDecimal("3.00"), Duration.ofMinutes(30), "change");

    Event changed = store.read(Query.types("PriceChanged")).toList().getFirst().event();

    assertThat(changed.metadata().text()).contains("\"schemaVersion\":2");
    assertThat(shop(store, NOON).product("pen").product().offers())
        .extracting(Product.Offer::validUntil)
        .containsExactly(NOON.plus(Duration.ofMinutes(30)), Instant.MAX);
  }

  /** Written before the version was raised, with the field: as it was said then. */
  @Test
  void aGracePeriodThatIsThereStays() {
    var store = new InMemoryStore();
    stored(store, "product-pen", "ProductAdded", "{\"name\":\"A pen\",\"price\":2.50}");
    stored(
        store,
        "product-pen",
        "PriceChanged",
        "{\"price\":3.00,\"at\":\"2026-03-02T12:00:00Z\","
            + "\"formerValidUntil\":\"2026-03-02T12:30:00Z\"}");

    assertThat(shop(store, NOON).product("pen").product().offers().getFirst().validUntil())
        .isEqualTo(NOON.plus(Duration.ofMinutes(30)));
  }

  @Test
  void aCartOfOldWasLookedAtAndOrdered() {
    var store = new InMemoryStore();
    stored(store, "cart-b", "ItemAdded", "{\"product\":\"pen\",\"quantity\":2,\"price\":2.50}");
    stored(store, "cart-b", "CartViewed", "{\"page\":1}");
    stored(store, "cart-b", "CartOrdered", "{}");

    Cart cart = shop(store, NOON).cart("b");

    assertThat(cart.status()).isEqualTo(Cart.Status.CHECKED_OUT);
    assertThat(cart.total()).isEqualTo("5.00");
  }

  private static Shop shop(EventStore store, Instant now) {
    return new Shop(store, Clock.fixed(now, ZoneOffset.UTC));
  }
}
