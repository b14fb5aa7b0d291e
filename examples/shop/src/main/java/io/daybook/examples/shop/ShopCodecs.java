package io.daybook.examples.shop;

import io.daybook.examples.shop.Cart.CartEvent;
import io.daybook.examples.shop.Cart.CartEvent.CartCheckedOut;
import io.daybook.examples.shop.DiscountCode.CodeEvent;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeCreated;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeEnded;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeRedeemed;
import io.daybook.examples.shop.Order.ItemCancelled;
import io.daybook.examples.shop.Order.ItemOrdered;
import io.daybook.examples.shop.Order.OrderEvent;
import io.daybook.examples.shop.Product.ProductEvent;
import io.daybook.examples.shop.Product.ProductEvent.PriceChanged;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent.CancellationRefused;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineCancelled;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineInvoiced;
import io.daybook.examples.shop.Stock.StockEvent;
import io.daybook.jackson.JsonCodec;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** How events are written down, what they are found by, and how those of old are read today. */
final class ShopCodecs {
  static final JsonCodec<ProductEvent> PRODUCTS =
      JsonCodec.of(
          ProductEvent.class,
          types -> types.upcast(PriceChanged.class, 1, ShopCodecs::atOnceUnlessSaid));

  static final JsonCodec<StockEvent> STOCKS = JsonCodec.of(StockEvent.class);

  static final JsonCodec<CartEvent> CARTS =
      JsonCodec.of(
          CartEvent.class,
          // who looked at a cart was written down once, and nobody ever asked for it
          types -> types.formerly("CartOrdered", CartCheckedOut.class).dropped("CartViewed"));

  static final JsonCodec<OrderEvent> ORDERS =
      JsonCodec.of(
          OrderEvent.class,
          types ->
              types
                  .tagged(ItemOrdered.class, e -> List.of(customer(e.customer()), of(e.product())))
                  .tagged(
                      ItemCancelled.class, e -> List.of(customer(e.customer()), of(e.product())))
                  .tagged(CodeRedeemed.class, ShopCodecs::tags));

  static final JsonCodec<CodeEvent> CODES =
      JsonCodec.of(
          CodeEvent.class,
          types ->
              types
                  .tagged(CodeCreated.class, e -> List.of(code(e.code())))
                  .tagged(CodeEnded.class, e -> List.of(code(e.code())))
                  .tagged(CodeRedeemed.class, ShopCodecs::tags));

  static final JsonCodec<InvoiceEvent> INVOICES =
      JsonCodec.of(
          InvoiceEvent.class,
          types ->
              types
                  .tagged(LineInvoiced.class, e -> InvoiceImport.tags(e.line()))
                  .tagged(LineCancelled.class, e -> InvoiceImport.tags(e.line()))
                  .tagged(CancellationRefused.class, e -> InvoiceImport.tags(e.line())));

  private ShopCodecs() {}

  /** The tag of all events about a discount code. */
  static String code(String code) {
    return "code:" + code;
  }

  /** The tag of all events about a customer. */
  static String customer(String customer) {
    return "customer:" + customer;
  }

  private static String of(String product) {
    return "product:" + product;
  }

  private static List<String> tags(CodeRedeemed event) {
    return List.of(code(event.code()), customer(event.customer()));
  }

  /** Before there was a grace period, a price ended when the next one began. */
  private static ObjectNode atOnceUnlessSaid(ObjectNode priceChanged) {
    priceChanged.putIfAbsent("formerValidUntil", priceChanged.get("at"));
    return priceChanged;
  }
}
