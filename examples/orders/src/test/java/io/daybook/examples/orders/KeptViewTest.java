package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.examples.orders.OrderCommand.Place;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who starts anew goes on from the snapshot that the open orders left. */
class KeptViewTest {
  private final EventStore store = new InMemoryStore();
  private final Orders orders = new Orders(store, Clock.systemUTC());

  private void place(String id) {
    var lines = List.of(new OrderLine("pen", 1, new BigDecimal("1.50")));
    var today = orders.today();
    var _ = orders.handle(id, new Place("Ada", lines, today, today), "place-" + id);
  }

  private SortedMap<String, Views.OpenOrder> follow() {
    try (var open = Views.openOrdersKeptIn(store).follow(store)) {
      open.awaitHead(Duration.ofSeconds(30));
      return open.query(TreeMap::new);
    }
  }

  @Test
  void aRestartReadsOnlyWhatCameSince() {
    place("1");
    place("2");
    assertThat(follow().keySet()).isEqualTo(Set.of("1", "2"));

    var _ = store.delete("order-1", ExpectedRevision.any()); // who reads anew will not find it
    place("3");

    var after = follow();
    assertThat(after.keySet()).isEqualTo(Set.of("1", "2", "3"));
    assertThat(after.get("1").price()).isEqualByComparingTo("1.50");
    assertThat(Views.openOrders().fold(store).keySet()).isEqualTo(Set.of("2", "3"));
  }
}
