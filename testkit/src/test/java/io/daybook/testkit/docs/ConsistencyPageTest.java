package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Command.Withdraw;
import io.daybook.testkit.DecisionScenario;
import io.daybook.testkit.docs.Sales.RedeemCoupon;
import io.daybook.testkit.docs.Sales.Reserve;
import io.daybook.testkit.docs.Sales.SaleEvent;
import io.daybook.testkit.docs.Sales.SaleEvent.CouponIssued;
import io.daybook.testkit.docs.Sales.SaleEvent.CouponRedeemed;
import io.daybook.testkit.docs.Sales.SaleEvent.Deposited;
import io.daybook.testkit.docs.Sales.SaleEvent.StockReceived;
import io.daybook.testkit.docs.Sales.SaleEvent.StockReserved;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of docs/consistency.md. */
final class ConsistencyPageTest {
  private final EventStore store = new InMemoryStore();
  private final UnitOfWork units = UnitOfWork.on(store);

  private final DecisionHandler<SaleEvent> decisions =
      DecisionHandler.of(Sales.CODEC, Sales::stream).on(store);

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void happened(SaleEvent... events) {
    for (SaleEvent event : events) {
      store.append(
          Sales.stream(event),
          ExpectedRevision.any(),
          Sales.CODEC.encode(Event.newId(), event, Audit.none()));
    }
  }

  @Test
  void transferByTwoStreams() {
    var accounts =
        CommandHandler.of("account", Account.DECIDER, JsonCodec.of(Account.Event.class)).on(store);
    accounts.handle("1", new Open("Ada"));
    accounts.handle("1", new Deposit(new BigDecimal(100)));
    accounts.handle("2", new Open("Bob"));
    var amount = new BigDecimal(30);

    units.run(
        "transfer-77",
        unit -> {
          unit.handle(accounts, "1", new Withdraw(amount));
          unit.handle(accounts, "2", new Deposit(amount));
        });

    assertThat(accounts.stateOf("1").balance()).isEqualTo(new BigDecimal(70));
    assertThat(accounts.stateOf("2").balance()).isEqualTo(new BigDecimal(30));
  }

  @Test
  void transferByOneEvent() {
    happened(new Deposited("1", 100_00));

    decisions.decide(
        DecisionModel.of(Sales.balance("1")),
        balance -> Sales.transfer(balance, "1", "2", 30_00),
        "transfer-77");

    assertThat(decisions.state(DecisionModel.of(Sales.balance("1")))).isEqualTo(70_00);
    assertThat(decisions.state(DecisionModel.of(Sales.balance("2")))).isEqualTo(30_00);
    assertThatThrownBy(() ->
            decisions.decide(
                DecisionModel.of(Sales.balance("1")),
                balance -> Sales.transfer(balance, "1", "2", 71_00)))
        .isInstanceOf(Rejected.class);
  }

  @Test
  void couponByItsStream() {
    happened(new CouponIssued("SPRING", 1));

    var coupons = CommandHandler.of("coupon", Sales.COUPON, Sales.CODEC).on(store);
    coupons.handle("SPRING", new RedeemCoupon("SPRING", "ada"), "checkout-7");

    assertThat(coupons.stateOf("SPRING")).isZero();
  }

  @Test
  void couponByDecision() {
    happened(new CouponIssued("SPRING", 100));

    decisions.decide(
        Sales.coupon("SPRING", "ada"),
        coupon -> Sales.redeem(coupon, "SPRING", "ada"),
        "checkout-7");

    assertThat(decisions.state(Sales.coupon("SPRING", "ada")))
        .isEqualTo(new Sales.Coupon(99, true));
  }

  @Test
  void lastItemByStreams() {
    happened(new StockReceived("pen", 1), new StockReceived("ink", 5));
    var stock = CommandHandler.of("product", Sales.STOCK, Sales.CODEC).on(store);

    units.run(
        "order-7",
        unit -> {
          unit.handle(stock, "pen", new Reserve("pen", "7", 1));
          unit.handle(stock, "ink", new Reserve("ink", "7", 2));
        });

    assertThat(stock.stateOf("pen")).isZero();
  }

  @Test
  void lastItemByDecision() {
    happened(new StockReceived("pen", 1), new StockReceived("ink", 5));

    decisions.decide(
        DecisionModel.of(Sales.inStock("pen"), Sales.inStock("ink"), List::of),
        inStock ->
            List.of(
                Sales.reserve(inStock.get(0), "pen", "7", 1).getFirst(),
                Sales.reserve(inStock.get(1), "ink", "7", 2).getFirst()),
        "order-7");

    assertThat(decisions.state(DecisionModel.of(Sales.inStock("pen")))).isZero();
    assertThat(decisions.state(DecisionModel.of(Sales.inStock("ink")))).isEqualTo(3);
  }

  @Test
  void bothAtOnce() {
    happened(new StockReceived("pen", 1), new CouponIssued("SPRING", 100));
    var stock = CommandHandler.of("product", Sales.STOCK, Sales.CODEC).on(store);

    units.run(
        "checkout-7",
        unit -> {
          unit.handle(stock, "pen", new Reserve("pen", "7", 1));
          unit.decide(
              decisions,
              Sales.coupon("SPRING", "ada"),
              coupon -> Sales.redeem(coupon, "SPRING", "ada"));
        });

    assertThat(stock.stateOf("pen")).isZero();
    assertThat(decisions.state(Sales.coupon("SPRING", "ada")))
        .isEqualTo(new Sales.Coupon(99, true));
  }

  @Test
  void testing() {
    var sales = DecisionScenario.of(Sales.CODEC, Sales::stream);

    sales
        .given(new CouponIssued("SPRING", 1), new CouponRedeemed("SPRING", "ada"))
        .when(Sales.coupon("SPRING", "bob"), coupon -> Sales.redeem(coupon, "SPRING", "bob"))
        .thenRejected("coupon used up");
    sales
        .given(new StockReceived("pen", 1))
        .when(DecisionModel.of(Sales.inStock("pen")), n -> Sales.reserve(n, "pen", "7", 1))
        .thenEvents(new StockReserved("pen", "7", 1))
        .thenState(0);
  }
}
