package io.daybook.examples.orders;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.orders.OrderCommand.Deliver;
import io.daybook.examples.orders.OrderCommand.Pack;
import io.daybook.examples.orders.OrderCommand.Pay;
import io.daybook.examples.orders.OrderCommand.Place;
import io.daybook.examples.orders.OrderCommand.Refund;
import io.daybook.examples.orders.OrderCommand.Return;
import io.daybook.examples.orders.OrderCommand.Ship;
import io.daybook.examples.orders.Stock.StockCommand.Receive;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** The story that {@code daybook demo orders} tells, on a store of its own, which stays. */
public final class OrdersDemo implements Demo {
  /** The story has its own calendar, so that it always reads the same. */
  private static final Instant START = Instant.parse("2026-03-02T09:00:00Z");

  private static final BigDecimal LAMP = new BigDecimal("39.90");
  private static final BigDecimal DESK = new BigDecimal("249.00");
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Made by {@link java.util.ServiceLoader}. */
  public OrdersDemo() {}

  @Override
  public String name() {
    return "orders";
  }

  @Override
  public String description() {
    return "orders, stock and a process between them: an unpaid order, an empty shelf, a return";
  }

  @Override
  public int run(List<String> arguments, Terminal terminal) throws IOException {
    Path data = DemoStory.directory(name(), arguments);
    var story = new DemoStory(terminal);
    new Story(story, data).tell();
    story.end();
    return ExitCode.OK;
  }

  /** The story, told once. */
  private static final class Story {
    private final DemoStory story;
    private final Path data;
    private final StoryClock clock = new StoryClock(START);

    Story(DemoStory story, Path data) {
      this.story = story;
      this.data = data;
    }

    void tell() {
      story.say("Orders on Daybook: commands on one side, read models on the other, and");
      story.say("between them events, in a store: " + data);
      try (EventStore store = open()) {
        var orders = new Orders(store, clock);
        try (var running = orders.run();
            var stock = Views.stock().follow(store)) {
          fillShelves(orders, stock);
          placeOrders(orders, running, stock);
          emptyShelf(orders, running);
        }
      }
      try (EventStore store = open()) {
        var orders = new Orders(store, clock);
        try (var running = orders.run();
            var stock = Views.stock().follow(store)) {
          timeOut(orders, running, stock);
          ship(orders, running);
          returnLamp(orders, running, stock);
          look(orders, store);
        }
      }
      whatToTry();
    }

    private EventStore open() {
      return EngineStore.open(data, EngineOptions.defaults().withClock(clock));
    }

    private void fillShelves(Orders orders, ReadModel<SortedMap<String, Stock>> stock) {
      story.chapter("Shelves are filled");
      Audit.by("wim")
          .run(() -> {
            tell("Five lamps come in", orders.handle("lamp", new Receive(5), "in-1"));
            tell("One desk comes in", orders.handle("desk", new Receive(1), "in-2"));
          });
      tellStock(stock);
    }

    private void placeOrders(
        Orders orders, Orders.Running running, ReadModel<SortedMap<String, Stock>> stock) {
      story.chapter("Ada and Bert order");
      place(orders, "ada-1", "Ada", line("lamp", 2, LAMP), line("desk", 1, DESK));
      place(orders, "bert-1", "Bert", line("lamp", 1, LAMP));
      running.settle();
      story.say("A process reserves the stock of each, and waits 30 minutes for the money:");
      tellStock(stock);
      orders
          .timers()
          .forEach(
              timer -> story.tell("  " + timer.instance() + " is to be paid until", timer.due()));
      clock.pass(Duration.ofMinutes(10));
      var pay = new Pay(new BigDecimal("328.80"), orders.today());
      Audit.by("ada").run(() -> tell("Ada pays", orders.handle("ada-1", pay, "pay-ada-1")));
      running.settle();
    }

    private void emptyShelf(Orders orders, Orders.Running running) {
      story.chapter("The shelf is empty");
      place(orders, "cleo-1", "Cleo", line("lamp", 1, LAMP), line("desk", 1, DESK));
      running.settle();
      story.say("The stock says no to the desk: the process cancels, and releases the lamp.");
      tellLast(orders, "cleo-1");
    }

    private void timeOut(
        Orders orders, Orders.Running running, ReadModel<SortedMap<String, Stock>> stock) {
      story.chapter("The program was stopped, and Bert did not pay");
      story.say("It is started again, and half an hour goes by.");
      clock.pass(Duration.ofMinutes(30));
      running.settle();
      tellLast(orders, "bert-1");
      tellStock(stock);
      try {
        var late = new Pay(LAMP, orders.today());
        Audit.by("bert").run(() -> orders.handle("bert-1", late, "pay-bert-1"));
        throw new IllegalStateException("a cancelled order was paid");
      } catch (Rejected e) {
        story.say("Now Bert wants to pay. Refused, " + e.reason() + ": " + e.getMessage() + ".");
      }
    }

    private void ship(Orders orders, Orders.Running running) {
      story.chapter("Ada's parcel goes out, too late");
      clock.pass(Duration.ofDays(5));
      Audit.by("wim")
          .run(() -> {
            tell("Wim packs it", orders.handle("ada-1", new Pack("P-1", orders.today()), "k-1"));
            tell(
                "A carrier has it",
                orders.handle("ada-1", new Ship("Lasse", orders.today()), "k-2"));
          });
      clock.pass(Duration.ofDays(1));
      Audit.by("lasse")
          .run(
              () -> tell("It arrives", orders.handle("ada-1", new Deliver(orders.today()), "k-3")));
      running.settle();
    }

    private void returnLamp(
        Orders orders, Orders.Running running, ReadModel<SortedMap<String, Stock>> stock) {
      story.chapter("One lamp comes back");
      clock.pass(Duration.ofDays(3));
      Audit.by("ada")
          .run(() -> {
            var back = new Return("lamp", 1, orders.today());
            tell("Ada sends a lamp back", orders.handle("ada-1", back, "back-1"));
          });
      Audit.by("tina")
          .run(() -> {
            var refund = new Refund(LAMP, orders.today());
            tell("Tina pays it back", orders.handle("ada-1", refund, "refund-1"));
            tell("  sent twice: it counts once", orders.handle("ada-1", refund, "refund-1"));
          });
      running.settle();
      tellStock(stock);
    }

    private void look(Orders orders, EventStore store) {
      story.chapter("The same events, read in other ways");
      story.say("What came in on which day:");
      story.show(indented(Texts.revenue(Views.revenuePerDay().fold(store), false)));
      story.say("Which shipments were late:");
      var late = Views.late(Views.shipments().fold(store), orders.today());
      story.show(indented(Texts.late(late, orders.today(), false)));
      story.say("What happened to Ada's order:");
      story.show(indented(Texts.history(orders.history("ada-1"))));
    }

    private void whatToTry() {
      story.chapter("What to try now");
      String command = "examples/orders/orders --data " + data;
      story.say(command + " history bert-1");
      story.say(command + " stock");
      story.say(command + " processes");
      story.say("./daybook read fulfilment-bert-1 --data " + data);
      story.say("examples/orders/orders help");
    }

    private void place(Orders orders, String id, String customer, OrderLine... lines) {
      var place = new Place(customer, List.of(lines), orders.today(), orders.today().plusDays(3));
      Audit.by(customer.toLowerCase(Locale.ROOT))
          .run(() -> tell(customer + " orders", orders.handle(id, place, "place-" + id)));
    }

    private void tell(String what, Order order) {
      story.tell(what, order.price() + " " + order.status());
    }

    private void tell(String what, Stock stock) {
      story.tell(what, stock.onHand());
    }

    private void tellLast(Orders orders, String id) {
      story.say(id + " " + Texts.what(orders.history(id).getLast().event()));
    }

    private void tellStock(ReadModel<SortedMap<String, Stock>> stock) {
      stock.awaitHead(SOON);
      var _ =
          stock.query(view -> {
            view.forEach((product, of) ->
                story.tell(
                    "  " + product,
                    of.onHand() + " there, " + (of.onHand() - of.available()) + " reserved"));
            return view.size();
          });
    }

    private static String indented(String lines) {
      return lines.indent(5);
    }
  }

  private static OrderLine line(String product, int quantity, BigDecimal price) {
    return new OrderLine(product, quantity, price);
  }
}
