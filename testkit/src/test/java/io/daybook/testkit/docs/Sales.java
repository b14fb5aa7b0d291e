package io.daybook.testkit.docs;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.View;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.docs.Sales.SaleEvent.CouponIssued;
import io.daybook.testkit.docs.Sales.SaleEvent.CouponRedeemed;
import io.daybook.testkit.docs.Sales.SaleEvent.Deposited;
import io.daybook.testkit.docs.Sales.SaleEvent.StockReceived;
import io.daybook.testkit.docs.Sales.SaleEvent.StockReserved;
import io.daybook.testkit.docs.Sales.SaleEvent.Transferred;
import java.util.List;

/** The domain of docs/consistency.md. */
final class Sales {
  private Sales() {}

  public sealed interface SaleEvent {
    record Deposited(String account, long cents) implements SaleEvent {}

    record Transferred(String from, String to, long cents) implements SaleEvent {}

    record CouponIssued(String code, int uses) implements SaleEvent {}

    record CouponRedeemed(String code, String customer) implements SaleEvent {}

    record StockReceived(String product, int quantity) implements SaleEvent {}

    record StockReserved(String product, String order, int quantity) implements SaleEvent {}
  }

  static final Codec<SaleEvent> CODEC =
      JsonCodec.of(
          SaleEvent.class,
          types ->
              types
                  .tagged(Deposited.class, e -> List.of("account:" + e.account()))
                  .tagged(
                      Transferred.class, e -> List.of("account:" + e.from(), "account:" + e.to()))
                  .tagged(CouponIssued.class, e -> List.of("coupon:" + e.code()))
                  .tagged(
                      CouponRedeemed.class,
                      e -> List.of("coupon:" + e.code(), "customer:" + e.customer()))
                  .tagged(StockReceived.class, e -> List.of("product:" + e.product()))
                  .tagged(
                      StockReserved.class,
                      e -> List.of("product:" + e.product(), "order:" + e.order())));

  static String stream(SaleEvent event) {
    return switch (event) {
      case Deposited e -> "account-" + e.account();
      case Transferred e -> "account-" + e.from();
      case CouponIssued e -> "coupon-" + e.code();
      case CouponRedeemed e -> "coupon-" + e.code();
      case StockReceived e -> "product-" + e.product();
      case StockReserved e -> "order-" + e.order();
    };
  }

  static View<Long> balance(String account) {
    return View.of("balance of " + account, 0L)
        .tagged("account:" + account)
        .on(Deposited.class, (cents, e) -> cents + e.cents())
        .on(
            Transferred.class,
            (cents, e) -> cents + (e.to().equals(account) ? e.cents() : -e.cents()));
  }

  static List<SaleEvent> transfer(long balance, String from, String to, long cents) {
    if (balance < cents) {
      throw new Rejected("insufficient funds");
    }
    return List.of(new Transferred(from, to, cents));
  }

  record Coupon(int usesLeft, boolean usedByCustomer) {}

  static DecisionModel<Coupon> coupon(String code, String customer) {
    View<Integer> usesLeft =
        View.of("uses left", 0)
            .tagged("coupon:" + code)
            .on(CouponIssued.class, (_, e) -> e.uses())
            .on(CouponRedeemed.class, (left, _) -> left - 1);
    View<Boolean> usedByCustomer =
        View.of("used by the customer", false)
            .tagged("coupon:" + code, "customer:" + customer)
            .on(CouponRedeemed.class, (_, _) -> true);
    return DecisionModel.of(usesLeft, usedByCustomer, Coupon::new);
  }

  static List<SaleEvent> redeem(Coupon coupon, String code, String customer) {
    if (coupon.usedByCustomer()) {
      throw new Rejected("coupon already used");
    }
    if (coupon.usesLeft() < 1) {
      throw new Rejected("coupon used up");
    }
    return List.of(new CouponRedeemed(code, customer));
  }

  static View<Integer> inStock(String product) {
    return View.of("in stock", 0)
        .tagged("product:" + product)
        .on(StockReceived.class, (stock, e) -> stock + e.quantity())
        .on(StockReserved.class, (stock, e) -> stock - e.quantity());
  }

  static List<SaleEvent> reserve(int inStock, String product, String order, int quantity) {
    if (inStock < quantity) {
      throw new Rejected("out of stock", "there are " + inStock + " of " + product);
    }
    return List.of(new StockReserved(product, order, quantity));
  }

  /** How often a coupon can be redeemed yet. */
  record RedeemCoupon(String code, String customer) {}

  static final Decider<RedeemCoupon, SaleEvent, Integer> COUPON =
      Decider.of(
          0,
          (command, usesLeft) ->
              redeem(new Coupon(usesLeft, false), command.code(), command.customer()),
          (usesLeft, event) ->
              switch (event) {
                case CouponIssued e -> e.uses();
                case CouponRedeemed _ -> usesLeft - 1;
                default -> usesLeft;
              });

  record Reserve(String product, String order, int quantity) {}

  static final Decider<Reserve, SaleEvent, Integer> STOCK =
      Decider.of(
          0,
          (command, inStock) ->
              reserve(inStock, command.product(), command.order(), command.quantity()),
          (inStock, event) ->
              switch (event) {
                case StockReceived e -> inStock + e.quantity();
                case StockReserved e -> inStock - e.quantity();
                default -> inStock;
              });
}
