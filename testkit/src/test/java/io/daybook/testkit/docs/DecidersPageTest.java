package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import io.daybook.testkit.Scenario;
import io.daybook.testkit.docs.Cart.CartCommand;
import io.daybook.testkit.docs.Cart.CartCommand.Add;
import io.daybook.testkit.docs.Cart.CartCommand.CheckOut;
import io.daybook.testkit.docs.Cart.CartEvent;
import io.daybook.testkit.docs.Cart.CartEvent.Added;
import io.daybook.testkit.docs.Cart.CartEvent.CheckedOut;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of docs/deciders.md. */
final class DecidersPageTest {
  private final EventStore store = new InMemoryStore();

  @AfterEach
  void closeStore() {
    store.close();
  }

  private CommandHandler<CartCommand, CartEvent, Cart> carts() {
    return CommandHandler.of("cart", Cart.DECIDER, JsonCodec.of(CartEvent.class)).on(store);
  }

  @Test
  void handling() {
    var carts = CommandHandler.of("cart", Cart.DECIDER, JsonCodec.of(CartEvent.class)).on(store);

    carts.handle("7", new Add("pen", 2));
    var outcome = carts.handle("7", new CheckOut());

    assertThat(outcome.events()).containsExactly(new CheckedOut());
    assertThat(outcome.state()).isEqualTo(new Cart(Map.of("pen", 2), true));
    try {
      carts.handle("7", new Add("ink", 1));
    } catch (Rejected e) {
      assertThat(e.reason()).isEqualTo("cart is closed");
    }
  }

  @Test
  void looking() {
    var carts = carts();
    var outcome = carts.handle("7", new Add("pen", 2));

    Cart now = carts.stateOf("7");
    Cart then = carts.stateAsOf("7", outcome.position());
    try (var history = carts.history("7")) {
      for (Recorded<CartEvent> e : history) {
        assertThat(e.event()).isEqualTo(new Added("pen", 2));
        assertThat(e.audit().actor()).isEmpty();
      }
    }
    assertThat(now).isEqualTo(then);
  }

  @Test
  void commandIds() {
    var carts = carts();

    carts.handle("7", new Add("pen", 2), "request-4711");
    var again = carts.handle("7", new Add("pen", 2), "request-4711");

    assertThat(again.repeated()).isTrue();
    assertThat(carts.stateOf("7").items()).isEqualTo(Map.of("pen", 2));
  }

  @Test
  void audit() {
    var carts = carts();

    Audit.by("ada")
        .because("order by telephone")
        .correlatedBy("call-12")
        .run(() -> carts.handle("7", new Add("pen", 2)));

    try (var history = carts.history("7")) {
      assertThat(history.iterator().next().audit().actor()).contains("ada");
    }
  }

  @Test
  void speed() {
    var carts =
        CommandHandler.of("cart", Cart.DECIDER, JsonCodec.of(CartEvent.class))
            .cachedStates(10_000)
            .snapshots(100, JsonState.of(Cart.class), new EventStoreSnapshots(store))
            .retrying(new Retry(10, Duration.ofMillis(1), Duration.ofMillis(100)))
            .on(store);

    for (int i = 0; i < 250; i++) {
      carts.handle("7", new Add("pen", 1));
    }
    assertThat(carts.stateOf("7").items()).isEqualTo(Map.of("pen", 250));
  }

  /** What is left of each product, and what was reserved of it. */
  record Stock(int left) {
    record Reserved(int quantity) {}

    static final Decider<Reserved, Reserved, Stock> DECIDER =
        Decider.of(
            new Stock(5),
            (wanted, stock) -> {
              if (stock.left < wanted.quantity) {
                throw new Rejected("out of stock");
              }
              return List.of(wanted);
            },
            (stock, reserved) -> new Stock(stock.left - reserved.quantity));
  }

  @Test
  void together() {
    var carts = carts();
    Codec<Stock.Reserved> codec = JsonCodec.of(Stock.Reserved.class);
    var stock = CommandHandler.of("stock", Stock.DECIDER, codec).on(store);
    carts.handle("7", new Add("pen", 2));

    UnitOfWork.on(store)
        .run(
            "checkout-7",
            unit -> {
              Cart cart = unit.handle(carts, "7", new CheckOut());
              cart.items()
                  .forEach((product, quantity) ->
                      unit.handle(stock, product, new Stock.Reserved(quantity)));
            });

    assertThat(stock.stateOf("pen")).isEqualTo(new Stock(3));
  }

  @Test
  void testing() {
    var cart = Scenario.of(Cart.DECIDER);

    cart.given(new Added("pen", 2)).when(new CheckOut()).thenEvents(new CheckedOut());
    cart.when(new CheckOut()).thenRejected("cart is empty");
    cart.given(new Added("pen", 2), new CheckedOut())
        .when(new Add("ink", 1))
        .thenRejected("cart is closed");
  }
}
