package io.daybook.examples.shop;

import static io.daybook.examples.shop.Refused.Reason.INVALID_GRACE;
import static io.daybook.examples.shop.Refused.Reason.NAME_MISSING;
import static io.daybook.examples.shop.Refused.Reason.PRODUCT_EXISTS;
import static io.daybook.examples.shop.Refused.Reason.UNKNOWN_PRODUCT;

import io.daybook.eventsourcing.decider.Decider;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A product and what it costs. After a change, the price before it stays valid for a while, so that
 * nobody who has it in the cart is surprised.
 *
 * @param offers the prices that are or were valid, the one of now last; none before it was added
 */
record Product(String name, List<Offer> offers) {
  static final Decider<ProductCommand, ProductEvent, Product> DECIDER =
      Decider.of(new Product("", List.of()), Product::decide, Product::evolve);

  private static final Duration LONGEST_GRACE = Duration.ofDays(365);

  /** What is asked for. */
  sealed interface ProductCommand {
    /** The product that is meant. */
    String product();

    record AddProduct(String product, String name, BigDecimal price) implements ProductCommand {}

    /** From that moment on; the price before it stays valid for the grace period. */
    record ChangePrice(String product, BigDecimal price, Instant at, Duration grace)
        implements ProductCommand {}
  }

  /** What happened. */
  sealed interface ProductEvent {
    record ProductAdded(String name, BigDecimal price) implements ProductEvent {}

    record PriceChanged(BigDecimal price, Instant at, Instant formerValidUntil)
        implements ProductEvent {}
  }

  /** A price, and the last moment at which it counts. */
  record Offer(BigDecimal price, Instant validUntil) {}

  Product {
    offers = List.copyOf(offers);
  }

  /** Whether it was added. */
  boolean exists() {
    return !offers.isEmpty();
  }

  /** What it costs now. */
  BigDecimal price() {
    return offers.getLast().price();
  }

  /** Whether someone who was told that price may have it at that moment. */
  boolean honours(BigDecimal price, Instant at) {
    return offers.stream()
        .anyMatch(offer -> offer.price.compareTo(price) == 0 && !at.isAfter(offer.validUntil));
  }

  static List<ProductEvent> decide(ProductCommand command, Product product) {
    return switch (command) {
      case ProductCommand.AddProduct(var id, var name, var price) -> {
        var _ = Checked.id("product", id);
        Refused.unless(!product.exists(), PRODUCT_EXISTS, () -> "there is a product " + id);
        Refused.unless(!name.isBlank(), NAME_MISSING, () -> "a product has a name");
        yield List.of(new ProductEvent.ProductAdded(name.strip(), Checked.price(price)));
      }
      case ProductCommand.ChangePrice(var id, var price, var at, var grace) -> {
        product.checkExists(id);
        Refused.unless(
            !grace.isNegative() && grace.compareTo(LONGEST_GRACE) <= 0,
            INVALID_GRACE,
            () -> "a grace period is nothing to 365 days, not " + grace);
        BigDecimal checked = Checked.price(price);
        yield checked.compareTo(product.price()) == 0
            ? List.of()
            : List.of(new ProductEvent.PriceChanged(checked, at, at.plus(grace)));
      }
    };
  }

  static Product evolve(Product product, ProductEvent event) {
    return switch (event) {
      case ProductEvent.ProductAdded(var name, var price) ->
          new Product(name, List.of(new Offer(price, Instant.MAX)));
      case ProductEvent.PriceChanged(var price, var at, var formerValidUntil) -> {
        var offers = new ArrayList<Offer>();
        for (Offer offer : product.offers) {
          if (offer.validUntil.equals(Instant.MAX)) {
            offers.add(new Offer(offer.price, formerValidUntil));
          } else if (!at.isAfter(offer.validUntil)) {
            offers.add(offer);
          }
        }
        offers.add(new Offer(price, Instant.MAX));
        yield new Product(product.name, offers);
      }
    };
  }

  /** Refuses if it was not added. */
  void checkExists(String id) {
    Refused.unless(exists(), UNKNOWN_PRODUCT, () -> "there is no product " + id);
  }
}
