package io.daybook.examples.shop;

import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.View;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeCreated;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeEnded;
import io.daybook.examples.shop.DiscountCode.CodeEvent.CodeRedeemed;
import io.daybook.examples.shop.DiscountCode.Terms;
import java.util.Optional;

/**
 * What a decision on a discount code needs to know. A code has no stream that counts for it: each
 * view finds its events by their tags, wherever they stand.
 */
final class Codes {
  private Codes() {}

  /** A code, for those who make it, take it back or look at it. */
  static DecisionModel<DiscountCode> code(String code) {
    return DecisionModel.of(
        terms(code),
        ended(code),
        uses(code),
        (terms, ended, uses) -> new DiscountCode(terms.orElse(null), ended, uses, false));
  }

  /** A code, for a customer who wants to use it. */
  static DecisionModel<DiscountCode> codeFor(String customer, String code) {
    return DecisionModel.of(
        terms(code),
        ended(code),
        uses(code),
        usedBy(customer, code),
        (terms, ended, uses, used) -> new DiscountCode(terms.orElse(null), ended, uses, used));
  }

  private static View<Optional<Terms>> terms(String code) {
    return View.of("terms", Optional.<Terms>empty())
        .tagged(ShopCodecs.code(code))
        .on(CodeCreated.class, (_, e) -> Optional.of(e.terms()));
  }

  private static View<Boolean> ended(String code) {
    return View.of("ended", false)
        .tagged(ShopCodecs.code(code))
        .on(CodeEnded.class, (_, _) -> true);
  }

  private static View<Long> uses(String code) {
    return View.of("uses", 0L)
        .tagged(ShopCodecs.code(code))
        .on(CodeRedeemed.class, (uses, _) -> uses + 1);
  }

  private static View<Boolean> usedBy(String customer, String code) {
    return View.of("used by the customer", false)
        .tagged(ShopCodecs.code(code), ShopCodecs.customer(customer))
        .on(CodeRedeemed.class, (_, _) -> true);
  }
}
