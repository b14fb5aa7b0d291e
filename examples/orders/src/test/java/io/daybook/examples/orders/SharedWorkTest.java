package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.examples.orders.OrderCommand.Pay;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.examples.orders.Stock.StockCommand.Receive;
import io.daybook.testkit.TestClock;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Two instances of the application on one store: what one of them leaves, the other does. */
class SharedWorkTest {
  private static final BigDecimal PRICE = new BigDecimal("1.50");

  @TempDir private Path directory;

  private final TestClock clock = new TestClock();

  private static void place(Orders orders, String id) {
    LocalDate today = orders.today();
    var lines = List.of(new OrderLine("pen", 1, PRICE));
    var _ = orders.handle(id, new Place("Ada", lines, today, today), "place-" + id);
  }

  private static void end(Orders.Running instance) {
    instance.close();
  }

  /** Waits until so many events of a type are there. */
  private static void await(EventStore store, String type, int count) throws InterruptedException {
    try (var events = store.subscribe(SubscriptionRequest.of(Query.types(type)))) {
      int seen = 0;
      while (seen < count) {
        if (events.next() instanceof SubscriptionMessage.Delivered) {
          seen++;
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void oneTakesOverWhereTheOtherEnds() throws Exception {
    var database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + directory.resolve("shared.sqlite"));
    try (EventStore store = InMemoryStore.with(clock)) {
      var here = new Orders(store, clock);
      var there = new Orders(store, clock);
      var _ = here.handle("pen", new Receive(5), "in-1");
      try (var first = here.runSharedBy(database)) {
        place(here, "7");
        await(store, "StockConfirmed", 1);
        assertThat(here.order("7").stockConfirmed()).isTrue();

        try (var second = there.runSharedBy(database)) {
          place(there, "8");
          first.settle();
          assertThat(first.runner().status()).isEqualTo(ProcessRunner.Status.RUNNING);
          assertThat(second.runner().status()).isEqualTo(ProcessRunner.Status.STANDING_BY);

          // what comes while the first one ends is left to the second
          place(here, "9");
          end(first);
          var _ = there.handle("8", new Pay(PRICE, there.today()), "pay-8");
          clock.advance(Fulfilment.TIME_TO_PAY);
          await(store, "OrderCancelled", 2);
          second.settle();

          assertThat(second.runner().status()).isEqualTo(ProcessRunner.Status.RUNNING);
          assertThat(there.order("7").status()).isEqualTo(Order.Status.CANCELLED);
          assertThat(there.order("8").status()).isEqualTo(Order.Status.PAID);
          assertThat(there.order("9").status()).isEqualTo(Order.Status.CANCELLED);
          assertThat(there.stock("pen")).isEqualTo(new Stock(5, Map.of("8", 1)));
          assertThat(there.timers()).isEmpty();
        }
      }
      // each order's stock was reserved once, and both instances had their turn
      assertThat(store.read(Query.types("StockReserved")).toList()).hasSize(3);
      assertThat(store.read(Query.stream("owner:fulfilment")).toList()).hasSize(2);
    }
  }
}
