package io.daybook.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.examples.shop.DiscountCode.CodeEvent;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeCreated;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeEnded;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeRedeemed;
import io.daybook.examples.shop.DiscountCode.Discount;
import io.daybook.examples.shop.DiscountCode.Terms;
import io.daybook.examples.shop.Order.ItemCancelled;
import io.daybook.examples.shop.Order.ItemOrdered;
import io.daybook.examples.shop.Order.OrderCommand;
import io.daybook.examples.shop.Order.OrderCommand.CancelItem;
import io.daybook.examples.shop.Order.OrderCommand.PlaceOrder;
import io.daybook.examples.shop.Order.OrderEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent.CancellationRefused;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineCancelled;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineInvoiced;
import io.daybook.testkit.Decision;
import io.daybook.testkit.DecisionScenario;
import io.daybook.testkit.Scenario;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule of discount codes, orders and invoices, and every way to be refused. */
class OrderRulesTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-02");

  private static BigDecimal amount(String text) {
    return new BigDecimal(text);
  }

  @Nested
  class CodesOfDiscount {
    private final DecisionScenario<CodeEvent> nothing =
        DecisionScenario.of(ShopCodecs.CODES, event -> "code-" + event.code());

    private static Terms terms(
        Discount discount,
        @Nullable String from,
        @Nullable String to,
        boolean once,
        @Nullable Long uses) {
      return new Terms(
          discount,
          from == null ? null : LocalDate.parse(from),
          to == null ? null : LocalDate.parse(to),
          once,
          uses);
    }

    private static Terms percent(String percent) {
      return terms(new Discount.Percent(amount(percent)), null, null, false, null);
    }

    private static Terms fixed(String amount) {
      return terms(new Discount.Fixed(amount(amount)), null, null, false, null);
    }

    private DecisionScenario<CodeEvent> code(Terms terms) {
      return nothing.given(new CodeCreated("X", terms));
    }

    private static Decision<Object, CodeEvent, DiscountCode> create(
        DecisionScenario<CodeEvent> given, String code, Terms terms) {
      return given.when(Codes.code(code), known -> known.create(code, terms));
    }

    private static Decision<Object, CodeEvent, DiscountCode> end(
        DecisionScenario<CodeEvent> given) {
      return given.when(Codes.code("X"), known -> known.end("X"));
    }

    private static Decision<Object, CodeEvent, DiscountCode> redeem(
        DecisionScenario<CodeEvent> given, String total) {
      return given.when(
          Codes.codeFor("ada", "X"),
          known -> List.of(known.redeem("X", "ada", amount(total), DAY)));
    }

    private static CodeRedeemed redeemed(String customer, String discount) {
      return new CodeRedeemed("X", customer, amount(discount));
    }

    @Test
    void areMadeOnce() {
      create(nothing, "X", percent("10")).thenEvents(new CodeCreated("X", percent("10")));
      create(nothing, "X", fixed("5")).thenEvents(new CodeCreated("X", fixed("5.00")));
      create(code(percent("10")), "X", percent("10")).thenRejected("code-exists");
      create(nothing, "X Y", percent("10")).thenRejected("invalid-id");
    }

    @Test
    void haveTermsThatMakeSense() {
      Discount ten = new Discount.Percent(amount("10"));
      List.of(
              percent("0"),
              percent("-1"),
              percent("100.0001"),
              percent("1.00001"),
              percent("1e999999999"),
              fixed("0"),
              fixed("-1"),
              terms(ten, "2026-03-02", "2026-03-01", false, null),
              terms(ten, null, null, false, 0L),
              terms(ten, null, null, false, -1L))
          .forEach(terms -> create(nothing, "X", terms).thenRejected("invalid-terms"));
      create(nothing, "X", fixed("0.001")).thenRejected("invalid-price");
    }

    @ParameterizedTest
    @CsvSource({"10, 20.00, 2.00", "10, 0.99, 0.09", "12.5, 1.00, 0.12", "100, 7.77, 7.77"})
    void takeAPercentageOffRoundedDown(String percent, String total, String discount) {
      redeem(code(percent(percent)), total).thenEvents(redeemed("ada", discount));
    }

    @ParameterizedTest
    @CsvSource({"5.00, 20.00, 5.00", "5.00, 5.00, 5.00", "5.00, 3.20, 3.20"})
    void takeAnAmountOffButNeverMoreThanTheTotal(String fixed, String total, String discount) {
      redeem(code(fixed(fixed)), total).thenEvents(redeemed("ada", discount));
    }

    @ParameterizedTest
    @CsvSource({
      "2026-03-02, 2026-03-02, ",
      "2026-03-01, , ",
      ", 2026-03-03, ",
      "2026-03-03, , code-not-valid-yet",
      ", 2026-03-01, code-expired"
    })
    void countFromADayToADayBothIncluded(
        @Nullable String from, @Nullable String to, @Nullable String reason) {
      var when =
          redeem(code(terms(new Discount.Fixed(amount("1.00")), from, to, false, null)), "9.00");
      if (reason == null) {
        when.thenEvents(redeemed("ada", "1.00"));
      } else {
        when.thenRejected(reason);
      }
    }

    @Test
    void areUsedOnceByACustomerWhereThatIsAgreed() {
      Discount one = new Discount.Fixed(amount("1.00"));
      var once = code(terms(one, null, null, true, null));
      var often = code(terms(one, null, null, false, null));
      redeem(once.given(redeemed("bert", "1.00")), "9.00").thenEvents(redeemed("ada", "1.00"));
      redeem(once.given(redeemed("bert", "1.00"), redeemed("ada", "1.00")), "9.00")
          .thenRejected("code-used-by-customer");
      redeem(often.given(redeemed("ada", "1.00")), "9.00").thenEvents(redeemed("ada", "1.00"));
    }

    @Test
    void areUsedSoManyTimesInAll() {
      var twice = code(terms(new Discount.Fixed(amount("1.00")), null, null, false, 2L));
      CodeRedeemed use = redeemed("ada", "1.00");
      redeem(twice.given(use), "9.00").thenEvents(use);
      redeem(twice.given(use, use), "9.00").thenRejected("code-used-up");
    }

    @Test
    void areNotMistakenForEachOther() {
      Discount one = new Discount.Fixed(amount("1.00"));
      var once = terms(one, null, null, true, 1L);
      redeem(
              code(once)
                  .given(
                      new CodeCreated("Y", once),
                      new CodeRedeemed("Y", "ada", amount("1.00")),
                      new CodeEnded("Y")),
              "9.00")
          .thenEvents(redeemed("ada", "1.00"));
    }

    @Test
    void areTakenBack() {
      end(code(percent("10"))).thenEvents(new CodeEnded("X"));
      var ended = code(percent("10")).given(new CodeEnded("X"));
      redeem(ended, "9.00").thenRejected("code-ended");
      end(ended).thenEvents();
      end(nothing).thenRejected("unknown-code");
      redeem(nothing, "9.00").thenRejected("unknown-code");
    }
  }

  @Nested
  class Orders {
    private final Scenario<OrderCommand, OrderEvent, Order> nothing = Scenario.of(Order.DECIDER);

    private static Map<String, Cart.Item> items() {
      var items = new LinkedHashMap<String, Cart.Item>();
      items.put("pen", new Cart.Item(3, amount("2.50")));
      items.put("ink", new Cart.Item(1, amount("1.01")));
      return items;
    }

    @Test
    void arePlacedWithALineForEachProduct() {
      nothing
          .when(new PlaceOrder("o", "ada", items(), null))
          .thenEvents(
              new ItemOrdered("ada", "pen", 3, amount("2.50"), amount("7.50")),
              new ItemOrdered("ada", "ink", 1, amount("1.01"), amount("1.01")));
    }

    @Test
    void shareTheDiscountAmongTheirLinesExactly() {
      var redeemed = new CodeRedeemed("X", "ada", amount("1.00"));
      nothing
          .when(new PlaceOrder("o", "ada", items(), redeemed))
          .thenEvents(
              new ItemOrdered("ada", "pen", 3, amount("2.50"), amount("6.62")),
              new ItemOrdered("ada", "ink", 1, amount("1.01"), amount("0.89")),
              redeemed);
    }

    @Test
    void canCostNothing() {
      var free = Map.of("sample", new Cart.Item(2, amount("0.00")));
      var redeemed = new CodeRedeemed("X", "ada", amount("0.00"));
      nothing
          .when(new PlaceOrder("o", "ada", free, redeemed))
          .thenEvents(
              new ItemOrdered("ada", "sample", 2, amount("0.00"), amount("0.00")), redeemed);
    }

    @Test
    void areNeverCancelledAboveWhatWasBought() {
      var ordered = nothing.given(new ItemOrdered("ada", "pen", 3, amount("2.50"), amount("7.00")));
      ordered
          .when(new CancelItem("o", "pen", 2))
          .thenEvents(new ItemCancelled("ada", "pen", 2, amount("4.66")));
      ordered.when(new CancelItem("o", "pen", 4)).thenRejected("more-than-bought");
      ordered.when(new CancelItem("o", "pen", 0)).thenRejected("quantity-not-positive");
      ordered.when(new CancelItem("o", "ink", 1)).thenRejected("not-in-order");
      nothing.when(new CancelItem("o", "pen", 1)).thenRejected("unknown-order");

      var two = ordered.given(new ItemCancelled("ada", "pen", 2, amount("4.66")));
      two.when(new CancelItem("o", "pen", 2)).thenRejected("more-than-bought");
      two.when(new CancelItem("o", "pen", 1))
          .thenEvents(new ItemCancelled("ada", "pen", 1, amount("2.34")));
      two.given(new ItemCancelled("ada", "pen", 1, amount("2.34")))
          .when(new CancelItem("o", "pen", 1))
          .thenRejected("more-than-bought");
    }

    /** Whatever the prices are: no line is below zero, and all that was paid can be paid back. */
    @Test
    void addUpToTheCent() {
      for (int seed = 0; seed < 2_000; seed++) {
        var random = new Random(seed);
        var items = new LinkedHashMap<String, Cart.Item>();
        for (int i = 0; i <= random.nextInt(5); i++) {
          BigDecimal price = BigDecimal.valueOf(random.nextInt(400), 2);
          items.put("p" + i, new Cart.Item(1 + random.nextInt(7), price));
        }
        BigDecimal total = new Cart(items, Cart.Status.OPEN).total();
        int cents = total.movePointRight(2).intValueExact();
        BigDecimal discount = BigDecimal.valueOf(random.nextInt(cents + 1), 2);
        var redeemed = new CodeRedeemed("X", "ada", discount);
        Order order =
            Order.DECIDER.evolve(
                Order.DECIDER.initial(),
                Order.decide(new PlaceOrder("o", "ada", items, redeemed), Order.DECIDER.initial()));
        assertThat(order.total()).as("seed %d", seed).isEqualTo(total.subtract(discount));
        assertThat(order.lines().values())
            .as("seed %d", seed)
            .allMatch(line -> line.paid().signum() >= 0);
        for (String product : items.keySet()) {
          while (order.line("o", product).kept() > 0) {
            long some = 1L + random.nextInt((int) order.line("o", product).kept());
            var cancelled = Order.decide(new CancelItem("o", product, some), order);
            assertThat(((ItemCancelled) cancelled.getFirst()).refund()).isNotNegative();
            order = Order.DECIDER.evolve(order, cancelled);
          }
        }
        assertThat(order.total()).as("seed %d", seed).isZero();
      }
    }
  }

  @Nested
  class Invoices {
    private final Scenario<Purchases.Line, InvoiceEvent, Purchases> nothing =
        Scenario.of(Purchases.DECIDER);

    private static Purchases.Line line(String invoice, long quantity, String customer) {
      LocalDateTime at = LocalDateTime.parse("2010-12-01T08:26");
      return new Purchases.Line(
          invoice, "pen", "A PEN", quantity, amount("2.55"), at, customer, "France");
    }

    private static LineInvoiced invoiced(long quantity) {
      return new LineInvoiced(line("1", quantity, "7"));
    }

    private static Purchases.Line cancellation(long quantity) {
      return line("C2", quantity, "7");
    }

    @Test
    void cancelWhatWasBoughtAndNotYetCancelled() {
      nothing.when(line("1", 5, "7")).thenEvents(invoiced(5));
      nothing
          .given(invoiced(5))
          .when(cancellation(-5))
          .thenEvents(new LineCancelled(cancellation(-5)));
      nothing
          .given(invoiced(5))
          .when(cancellation(-6))
          .thenEvents(new CancellationRefused(cancellation(-6)));
      nothing
          .given(invoiced(5), new LineCancelled(cancellation(-3)))
          .when(cancellation(-3))
          .thenEvents(new CancellationRefused(cancellation(-3)));
      nothing
          .given(
              invoiced(5),
              new LineCancelled(cancellation(-3)),
              new CancellationRefused(cancellation(-3)))
          .when(cancellation(-2))
          .thenEvents(new LineCancelled(cancellation(-2)));
    }

    @Test
    void correctWithoutARule() {
      nothing.when(line("C2", -5, "")).thenEvents(new LineInvoiced(line("C2", -5, "")));
      nothing.when(line("1", -5, "7")).thenEvents(invoiced(-5));
      nothing.when(line("C2", 5, "7")).thenEvents(new LineInvoiced(line("C2", 5, "7")));
      nothing
          .given(invoiced(5), invoiced(-3))
          .when(cancellation(-3))
          .thenEvents(new CancellationRefused(cancellation(-3)));
    }
  }
}
