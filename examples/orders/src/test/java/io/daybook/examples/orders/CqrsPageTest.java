package io.daybook.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.examples.orders.OrderCommand.Pay;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.examples.orders.Stock.StockCommand.Receive;
import io.daybook.testkit.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code of docs/cqrs.md: every block of it stands in this example, but for white space. */
class CqrsPageTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void bothSides() {
    var clock = new TestClock();
    try (EventStore store = InMemoryStore.with(clock)) {
      var orders = new Orders(store, clock);
      var _ = orders.handle("pen", new Receive(5), "delivery-note-12");
      var lines = List.of(new OrderLine("pen", 2, new BigDecimal("1.50")));
      try (var running = orders.run();
          var open = Views.openOrders().follow(store)) {
        var today = orders.today();
        Order order =
            orders.handle("7", new Place("Ada", lines, today, today.plusDays(3)), "request-4711");
        running.settle();
        var _ = orders.handle("7", new Pay(order.price(), today), "request-4712");

        open.awaitHead(SOON);
        var first = open.query(view -> view.firstEntry().getValue());
        assertThat(first.status()).isEqualTo(Order.Status.PAID);
      }
      var revenue = Views.revenuePerDay().fold(store);
      var before = Views.revenuePerDay().foldAsOf(store, TestClock.START.minusSeconds(1));
      assertThat(revenue.firstEntry().getValue().revenue()).isEqualByComparingTo("3");
      assertThat(before).isEmpty();
    }
  }

  @Test
  void whatThePageShowsIsRun() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    Path example = root.resolve("examples/orders/src");
    String code = squeeze(sources(example));
    Matcher block = BLOCK.matcher(Files.readString(root.resolve("docs/cqrs.md")));
    int blocks = 0;
    while (block.find()) {
      assertThat(code).as("a block of cqrs.md").contains(squeeze(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isPositive();
  }

  private static String squeeze(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static String sources(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .map(CqrsPageTest::read)
          .collect(Collectors.joining());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
