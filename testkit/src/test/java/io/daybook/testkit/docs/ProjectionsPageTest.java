package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.InlineView;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.Temporal;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.jackson.JsonState;
import io.daybook.testkit.ProjectionScenario;
import io.daybook.testkit.docs.Cart.CartCommand.Add;
import io.daybook.testkit.docs.Cart.CartCommand.CheckOut;
import io.daybook.testkit.docs.Cart.CartEvent;
import io.daybook.testkit.docs.Cart.CartEvent.Added;
import io.daybook.testkit.docs.Cart.CartEvent.CheckedOut;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of docs/projections.md. */
final class ProjectionsPageTest {
  private final EventStore store = new InMemoryStore();
  private final Codec<CartEvent> codec = JsonCodec.of(CartEvent.class);

  /** A value: each event leads to a new one. */
  record Sales(int carts, int items) {
    Sales plusItems(int more) {
      return new Sales(carts, items + more);
    }

    Sales plusCart() {
      return new Sales(carts + 1, items);
    }
  }

  private final Projection<Sales> sales =
      Projection.named("sales", () -> new Sales(0, 0))
          .reading(codec, "cart")
          .on(Added.class, (view, e) -> view.plusItems(e.event().quantity()))
          .on(CheckedOut.class, (view, _) -> view.plusCart());

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void following() {
    var carts = CommandHandler.of("cart", Cart.DECIDER, codec).on(store);

    try (ReadModel<Sales> model = sales.follow(store)) {
      carts.handle("7", new Add("pen", 2));
      var outcome = carts.handle("7", new CheckOut());

      model.await(outcome.position(), Duration.ofSeconds(5));
      assertThat(model.current()).isEqualTo(new Sales(1, 2));
    }
  }

  @Test
  void folding() {
    var carts = CommandHandler.of("cart", Cart.DECIDER, codec).on(store);
    var before = carts.handle("7", new Add("pen", 2)).position();
    carts.handle("7", new CheckOut());

    Sales now = sales.fold(store);
    Sales then = sales.foldAsOf(store, before);

    assertThat(now).isEqualTo(new Sales(1, 2));
    assertThat(then).isEqualTo(new Sales(0, 2));
  }

  @Test
  void changing() {
    Projection<TreeMap<String, Integer>> products =
        Projection.named("products", () -> new TreeMap<String, Integer>())
            .reading(codec, "cart")
            .update(
                Added.class,
                (view, e) -> view.merge(e.event().product(), e.event().quantity(), Integer::sum));
    var carts = CommandHandler.of("cart", Cart.DECIDER, codec).on(store);
    carts.handle("7", new Add("pen", 2));

    try (var model = products.follow(store)) {
      model.awaitHead();
      String first = model.query(view -> view.firstKey());
      assertThat(first).isEqualTo("pen");
    }
  }

  @Test
  void rebuilding() {
    try (var model = sales.follow(store)) {
      model.rebuild();
      assertThat(model.status()).isIn(ReadModel.Status.CATCHING_UP, ReadModel.Status.LIVE);
    }
  }

  @Test
  void partitions() {
    Projection<TreeMap<String, Integer>> products =
        Projection.named("products", () -> new TreeMap<String, Integer>())
            .reading(codec, "cart")
            .update(
                Added.class,
                (view, e) -> view.merge(e.event().product(), e.event().quantity(), Integer::sum));

    try (var model = products.follow(store, 2)) {
      model.awaitHead(Duration.ofSeconds(5));
      int pens =
          model.<Integer>queryAll(view -> view.getOrDefault("pen", 0)).stream()
              .mapToInt(n -> n)
              .sum();
      assertThat(pens).isZero();
    }
  }

  @Test
  void keeping() {
    SnapshotStore snapshots = new EventStoreSnapshots(store);

    try (var model =
        sales
            .snapshots(10_000, JsonState.of(Sales.class), snapshots)
            .effect(CheckedOut.class, e -> mail("thank you for order " + e.streamId()))
            .onFailure(FailurePolicy.park().withAttempts(3))
            .follow(store)) {
      model.awaitHead(Duration.ofSeconds(5));
      assertThat(model.deadLetters().list()).isEmpty();
    }
  }

  private static void mail(String text) {
    assertThat(text).isNotEmpty();
  }

  @Test
  void inline() {
    InlineView<Sales> view = sales.inline();
    EventStore inline = InlineStore.of(store, view);
    var carts = CommandHandler.of("cart", Cart.DECIDER, codec).on(inline);

    carts.handle("7", new Add("pen", 2));
    assertThat(view.current()).isEqualTo(new Sales(0, 2));
  }

  @Test
  void temporal() {
    Projection<Temporal<Integer>> stock =
        Projection.named("stock", () -> new Temporal<Integer>())
            .reading(codec, "cart")
            .update(
                Added.class,
                (view, e) -> view.change(e.occurredAt(), 0, n -> n + e.event().quantity()));

    var scenario =
        ProjectionScenario.of(codec)
            .givenAt(Instant.parse("2025-03-02T00:00:00Z"), "cart-1", new Added("pen", 2))
            .givenAt(Instant.parse("2025-03-01T00:00:00Z"), "cart-2", new Added("pen", 5));
    scenario.thenViewSatisfies(
        stock, view -> assertThat(view.at(Instant.parse("2025-03-01T12:00:00Z"))).contains(5));
    scenario.thenViewSatisfies(stock, view -> assertThat(view.latest()).contains(7));
  }

  @Test
  void scenarios() {
    ProjectionScenario.of(codec)
        .given("cart-7", new Added("pen", 2), new CheckedOut())
        .given("cart-8", new Added("ink", 1))
        .thenView(sales, new Sales(1, 3));
  }
}
