package io.daybook.examples.shop;

import io.daybook.cli.Demo;
import io.daybook.cli.DemoStory;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.shop.DiscountCode.Discount;
import io.daybook.examples.shop.DiscountCode.Terms;
import io.daybook.examples.shop.Stock.StockCommand;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** The story that {@code daybook demo shop} tells, on a store of its own, which stays. */
public final class ShopDemo implements Demo {
  private static final int CUSTOMERS = 200;
  private static final int USES = 25;
  private static final int TEAPOTS = 40;

  private final Function<Path, EventStore> stores;

  /** On the embedded engine. */
  public ShopDemo() {
    this(EngineStore::open);
  }

  ShopDemo(Function<Path, EventStore> stores) {
    this.stores = stores;
  }

  @Override
  public String name() {
    return "shop";
  }

  @Override
  public String description() {
    return "carts, prices that change, a discount code and 200 customers at the same moment";
  }

  @Override
  public int run(List<String> arguments, Terminal terminal) throws IOException {
    Path data = DemoStory.directory(name(), arguments);
    var story = new DemoStory(terminal);
    new Story(story).tell(data);
    story.end();
    return ExitCode.OK;
  }

  /** The story has its own time, so that it always reads the same. */
  private static final class StoryClock extends Clock {
    private Instant now = Instant.parse("2026-03-02T09:00:00Z");

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

    void pass(Duration time) {
      now = now.plus(time);
    }
  }

  /** The story, told once. */
  private final class Story {
    private final DemoStory story;
    private final StoryClock clock = new StoryClock();

    Story(DemoStory story) {
      this.story = story;
    }

    void tell(Path data) {
      story.say("A shop on Daybook. All that is told here is written to an event store, and");
      story.say("read back from there: " + data);
      String before;
      try (EventStore store = stores.apply(data)) {
        var window = new ShopWindow(store, clock);
        Shop shop = window.shop();
        fillShelves(shop);
        fillCart(shop);
        changePrice(shop);
        buy(shop);
        cancel(shop);
        rush(window);
        before = summary(shop);
      }
      reopen(data, before);
      whatToTry(data);
    }

    private void fillShelves(Shop shop) {
      story.chapter("The shelves are filled");
      Audit.by("olga")
          .because("opening day")
          .run(() -> {
            add(shop, "teapot", "A blue teapot", "24.00", TEAPOTS);
            add(shop, "cup", "A cup", "4.50", 1_000);
            add(shop, "spoon", "A silver spoon", "9.90", 2);
          });
      story.show(indented(Reports.catalogue(shop.catalogue().entries())));
    }

    private void add(Shop shop, String id, String name, String price, long quantity) {
      var _ = shop.addProduct(id, name, new BigDecimal(price), "add-" + id);
      var _ = shop.handle(new StockCommand.Receive(id, quantity), "receive-" + id);
    }

    private void fillCart(Shop shop) {
      story.chapter("Ada fills a cart");
      Audit.by("ada")
          .run(() -> {
            tell("two cups", shop.addToCart("basket", "cup", 2, "ada-1"));
            tell(
                "and two more: the quantities are merged",
                shop.addToCart("basket", "cup", 2, "ada-2"));
            tell(
                "  sent twice by a bad connection: it counts once",
                shop.addToCart("basket", "cup", 2, "ada-2"));
            tell("a teapot", shop.addToCart("basket", "teapot", 1, "ada-3"));
            tell("three spoons", shop.addToCart("basket", "spoon", 3, "ada-4"));
          });
    }

    private void changePrice(Shop shop) {
      story.chapter("A price changes meanwhile");
      Audit.by("olga")
          .because("the potter asks for more")
          .run(() -> {
            var _ = shop.changePrice("teapot", new BigDecimal("29.00"), Shop.GRACE, "price-1");
          });
      story.say("The teapot costs 29.00 from now on. Ada was told 24.00, and keeps that for");
      story.say("half an hour; she has 20 minutes left when she checks out.");
      clock.pass(Duration.ofMinutes(10));
    }

    private void buy(Shop shop) {
      story.chapter("She checks out");
      Audit.by("ada")
          .run(() -> {
            try {
              var _ = shop.checkOut("basket", "ada", null, "checkout-1");
              throw new IllegalStateException("the shop sold spoons that it does not have");
            } catch (Refused e) {
              story.say("Refused, " + e.reason() + ": " + e.getMessage() + ".");
              story.say("Nothing was written: no stock is reserved, and the cart is still open.");
            }
            var two = new Cart.CartCommand.ChangeQuantity("spoon", 2);
            tell("She takes two spoons instead", shop.handle("basket", two, "ada-5"));
            var _ = shop.checkOut("basket", "ada", null, "checkout-2");
          });
      story.say("Cart, stock and order are written in one append, or none of them is:");
      story.show(indented(Reports.order("basket", shop.order("basket"))));
    }

    private void cancel(Shop shop) {
      story.chapter("A cup is broken");
      Audit.by("ada")
          .because("arrived in pieces")
          .run(() -> tell("Ada gives one cup back", shop.cancel("basket", "cup", 1L, "cancel-1")));
      try {
        var _ = shop.cancel("basket", "cup", 4L, "cancel-2");
        throw new IllegalStateException("more was cancelled than was bought");
      } catch (Refused e) {
        story.say("Four more? Refused, " + e.reason() + ": " + e.getMessage() + ".");
      }
    }

    private void rush(ShopWindow window) {
      Shop shop = window.shop();
      story.chapter(CUSTOMERS + " customers at the same moment");
      story.say("The code RUSH takes 25 % off, once per customer, and works " + USES + " times in");
      story.say("all. " + CUSTOMERS + " customers want a teapot, and all of them know the code.");
      var terms =
          new Terms(
              new Discount.Percent(BigDecimal.valueOf(25)),
              LocalDate.of(2026, 3, 1),
              LocalDate.of(2026, 3, 31),
              true,
              (long) USES);
      shop.createCode("RUSH", terms, "code-1");
      int withCode =
          atOnce(who -> {
            var _ = shop.addToCart(who, "teapot", 1, "add-" + who);
            var _ = shop.checkOut(who, who, "RUSH", "first-" + who);
          });
      story.tell("orders placed with the code", withCode);
      story.tell("times that the code was used", shop.code("RUSH").uses());
      story.say("No lock, and no stream of the code's own: an order was appended unless an");
      story.say("event with the tag code:RUSH had come in between; then it was decided again.");
      int without =
          atOnce(who -> {
            if (shop.cart(who).status() == Cart.Status.OPEN) {
              var _ = shop.checkOut(who, who, null, "second-" + who);
            } else {
              throw new Refused(Refused.Reason.CART_CHECKED_OUT, who + " has a teapot");
            }
          });
      story.tell("orders of the others, who try again without it", without);
      long left = window.available("teapot");
      story.tell("teapots left", left);
      if (withCode != USES || left != 0 || withCode + without != TEAPOTS - 1) {
        throw new IllegalStateException("more was sold than there was");
      }
    }

    /** How many of all customers were not refused. */
    private int atOnce(Consumer<String> what) {
      var accepted = new AtomicInteger();
      try (var customers = Executors.newVirtualThreadPerTaskExecutor()) {
        var all = new ArrayList<Future<?>>();
        for (int i = 1; i <= CUSTOMERS; i++) {
          String who = "guest-" + i;
          all.add(
              customers.submit(() -> {
                try {
                  what.accept(who);
                  accepted.incrementAndGet();
                } catch (Refused _) {
                  // too late
                }
              }));
        }
        for (Future<?> one : all) {
          one.get();
        }
      } catch (InterruptedException e) {
        throw new CancellationException("interrupted");
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
      return accepted.get();
    }

    private void reopen(Path data, String before) {
      story.chapter("The store is closed, and opened again");
      try (EventStore store = stores.apply(data)) {
        var shop = new Shop(store, clock);
        if (!summary(shop).equals(before)) {
          throw new IllegalStateException("the shop is not the same after it was opened again");
        }
        Sales.Totals totals = shop.sales().totals();
        story.tell("orders", totals.invoices());
        story.tell("customers", totals.customers());
        story.tell("revenue, refunds taken off", Reports.plain(totals.value()));
        story.say("All of it is as it was before.");
      }
    }

    private String summary(Shop shop) {
      return Reports.totals(shop.sales().totals())
          + Reports.catalogue(shop.catalogue().entries())
          + Reports.order("basket", shop.order("basket"));
    }

    private void whatToTry(Path data) {
      story.chapter("What to try now");
      String shop = "examples/shop/shop --data " + data;
      story.say(shop + " product list");
      story.say(shop + " order show basket");
      story.say(shop + " cart add mine cup 3");
      story.say(shop + " checkout mine --customer me");
      story.say("./daybook read order-basket --data " + data);
      story.say("examples/shop/shop help");
    }

    private void tell(String what, Cart cart) {
      story.tell(what, Reports.plain(cart.total()));
    }

    private void tell(String what, Order order) {
      story.tell(what, Reports.plain(order.total()));
    }
  }

  private static String indented(String text) {
    return text.indent(3);
  }
}
