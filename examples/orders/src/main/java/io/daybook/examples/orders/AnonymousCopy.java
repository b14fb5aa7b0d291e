package io.daybook.examples.orders;

import io.daybook.eventsourcing.copy.CopiedEvent;
import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A copy of the orders for those who try things out: all of it is there, but for who ordered, who
 * did something, and what they wrote. Imported logs are left out.
 *
 * <p>Always makes the same of the same event, so that an interrupted copy goes on, and one of
 * yesterday catches up.
 */
final class AnonymousCopy {
  private static final Query ORDERS =
      Query.category(Orders.ORDERS)
          .or(Query.category(Orders.STOCK))
          .or(Query.category(Fulfilment.NAME));

  /** Amounts keep their digits. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private AnonymousCopy() {}

  static StoreCopy of(EventStore source, EventStore target) {
    return StoreCopy.from(source).to(target).selecting(ORDERS).map(AnonymousCopy::anonymous);
  }

  private static CopiedEvent anonymous(CopiedEvent event) {
    CopiedEvent nobodys =
        event.withMetadata(
            changed(event.metadata(), json -> json.remove(List.of("actor", "reason"))));
    return switch (event.type()) {
      case "OrderPlaced" -> {
        String customer = "customer of " + event.stream();
        yield nobodys.withData(changed(event.data(), json -> json.put("customer", customer)));
      }
      case "OrderCancelled" ->
          nobodys.withData(changed(event.data(), json -> json.put("reason", "anonymous")));
      default -> nobodys;
    };
  }

  /** What is no JSON object ends the copy: nothing is passed on that was not looked at. */
  private static Payload changed(Payload payload, Consumer<ObjectNode> change) {
    if (payload.isEmpty()) {
      return payload;
    }
    var json = (ObjectNode) MAPPER.readTree(payload.text());
    change.accept(json);
    return Payload.json(MAPPER.writeValueAsBytes(json));
  }
}
