package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.View;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.DecisionConcurrencyTest.ShopEvent.CouponRedeemed;
import io.daybook.testkit.DecisionConcurrencyTest.ShopEvent.StockReceived;
import io.daybook.testkit.DecisionConcurrencyTest.ShopEvent.StockReserved;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many at once: no coupon is used too often, no stock goes below zero. */
@Timeout(120)
final class DecisionConcurrencyTest {
  private static final int THREADS = 64;
  private static final int USES = 10;

  sealed interface ShopEvent {
    record CouponRedeemed(String code, String customer) implements ShopEvent {}

    record StockReceived(String product, int quantity) implements ShopEvent {}

    record StockReserved(String product, String order, int quantity) implements ShopEvent {}
  }

  enum Stores {
    MEMORY,
    ENGINE;

    EventStore open() {
      return switch (this) {
        case MEMORY -> new InMemoryStore();
        case ENGINE -> EngineStore.temporary();
      };
    }
  }

  private static final JsonCodec<ShopEvent> CODEC =
      JsonCodec.of(
          ShopEvent.class,
          types ->
              types
                  .tagged(
                      CouponRedeemed.class,
                      e -> List.of("coupon:" + e.code(), "customer:" + e.customer()))
                  .tagged(StockReceived.class, e -> List.of("product:" + e.product()))
                  .tagged(
                      StockReserved.class,
                      e -> List.of("product:" + e.product(), "order:" + e.order())));

  private static String stream(ShopEvent event) {
    return switch (event) {
      case CouponRedeemed e -> "customer-" + e.customer();
      case StockReceived e -> "product-" + e.product();
      case StockReserved e -> "order-" + e.order();
    };
  }

  private static DecisionHandler<ShopEvent> on(EventStore store) {
    return DecisionHandler.of(CODEC, DecisionConcurrencyTest::stream)
        .retrying(Retry.standard().withAttempts(1_000))
        .on(store);
  }

  private static View<Integer> uses(String code) {
    return View.of("uses", 0).tagged("coupon:" + code).on(CouponRedeemed.class, (n, _) -> n + 1);
  }

  private static View<Integer> inStock(String product) {
    return View.of("in stock", 0)
        .tagged("product:" + product)
        .on(StockReceived.class, (n, e) -> n + e.quantity())
        .on(StockReserved.class, (n, e) -> n - e.quantity());
  }

  @ParameterizedTest
  @EnumSource(Stores.class)
  void aCouponIsUsedNoMoreThanItMay(Stores kind) throws Exception {
    try (EventStore store = kind.open()) {
      // two handlers, as in two processes: only the store keeps them apart
      var handlers = List.of(on(store), on(store));
      var results =
          atOnce(thread -> {
            String customer = "customer" + thread;
            return accepted(() ->
                handlers
                    .get(thread % 2)
                    .decide(
                        DecisionModel.of(uses("SPRING")),
                        n -> {
                          if (n >= USES) {
                            throw new Rejected("used up");
                          }
                          return List.of(new CouponRedeemed("SPRING", customer));
                        },
                        "redeem-" + customer));
          });

      assertThat(results.stream().filter(accepted -> accepted)).hasSize(USES);
      assertThat(store.read(Query.tags("coupon:SPRING")).toList()).hasSize(USES);
    }
  }

  @ParameterizedTest
  @EnumSource(Stores.class)
  void stockNeverGoesBelowZero(Stores kind) throws Exception {
    List<String> products = List.of("pen", "ink", "pad");
    try (EventStore store = kind.open()) {
      for (String product : products) {
        var received = CODEC.encode(Event.newId(), new StockReceived(product, 20), Audit.none());
        store.append("product-" + product, ExpectedRevision.any(), received);
      }
      var handler = on(store);
      var results =
          atOnce(thread -> {
            String mine = products.get(thread % 3);
            String other = products.get((thread + 1) % 3);
            return accepted(() ->
                handler.decide(
                    DecisionModel.of(inStock(mine), inStock(other), List::of),
                    stock -> {
                      if (stock.get(0) < 1 || stock.get(1) < 2) {
                        throw new Rejected("out of stock");
                      }
                      return List.of(
                          new StockReserved(mine, "" + thread, 1),
                          new StockReserved(other, "" + thread, 2));
                    }));
          });

      var stock = new HashMap<String, Integer>();
      for (RecordedEvent stored : store.read(Query.everything()).toList()) {
        switch (CODEC.decode(stored).getFirst()) {
          case StockReceived e -> stock.merge(e.product(), e.quantity(), Integer::sum);
          case StockReserved e -> {
            int left = stock.merge(e.product(), -e.quantity(), Integer::sum);
            assertThat(left).as(e.product()).isNotNegative();
          }
          case CouponRedeemed _ -> throw new AssertionError("nobody redeemed");
        }
      }
      long sold = results.stream().filter(accepted -> accepted).count();
      assertThat(stock.values().stream().mapToInt(n -> n).sum()).isEqualTo(60 - 3 * (int) sold);
      // stock only falls, so whoever was refused would be refused now
      for (int thread = 0; thread < THREADS; thread++) {
        if (!results.get(thread)) {
          boolean tooFew =
              stock.get(products.get(thread % 3)) < 1
                  || stock.get(products.get((thread + 1) % 3)) < 2;
          assertThat(tooFew).as("order " + thread + " with " + stock).isTrue();
        }
      }
    }
  }

  /** The same command from all sides has one outcome. */
  @ParameterizedTest
  @EnumSource(Stores.class)
  void oneCommandIsHandledOnce(Stores kind) throws Exception {
    try (EventStore store = kind.open()) {
      var handlers = List.of(on(store), on(store));
      var outcomes =
          atOnce(thread ->
              handlers
                  .get(thread % 2)
                  .decide(
                      DecisionModel.of(uses("SPRING")),
                      n -> List.of(new CouponRedeemed("SPRING", "ada" + n)),
                      "redeem")
                  .events());

      assertThat(outcomes).containsOnly(List.of(new CouponRedeemed("SPRING", "ada0")));
      assertThat(store.read(Query.everything()).toList()).hasSize(1);
    }
  }

  private static boolean accepted(Runnable work) {
    try {
      work.run();
      return true;
    } catch (Rejected _) {
      return false;
    }
  }

  private interface Work<R> {
    R of(int thread) throws Exception;
  }

  private static <R> List<R> atOnce(Work<R> work) throws Exception {
    var start = new CyclicBarrier(THREADS);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<R>>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<R> task =
            () -> {
              start.await();
              return work.of(thread);
            };
        futures.add(executor.submit(task));
      }
      var results = new ArrayList<R>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
