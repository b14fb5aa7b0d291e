package io.daybook.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventsourcing.codec.UnknownEventTypeException;
import io.daybook.eventsourcing.codec.VersionedData;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Names, versions, upcasters, tags and metadata of events. */
final class JsonCodecTest {
  sealed interface OrderEvent {
    record Placed(String customer) implements OrderEvent {}

    sealed interface LineEvent extends OrderEvent {
      String sku();

      record Added(String sku, int quantity) implements LineEvent {}

      record Removed(String sku) implements LineEvent {}
    }

    enum Marked implements OrderEvent {
      URGENT {
        @Override
        public String toString() {
          return "!";
        }
      },
      NORMAL
    }

    record Priced(String sku, BigDecimal price, String currency) implements OrderEvent {}
  }

  interface Open {}

  sealed interface Twins {
    record A() implements Twins {}

    sealed interface More extends Twins {
      record A() implements More {}
    }
  }

  private final Codec<OrderEvent> plain = JsonCodec.of(OrderEvent.class);

  @Test
  void aSealedHierarchyIsRegisteredInOneLineNestedTypesToo() {
    var events =
        List.of(
            new OrderEvent.Placed("ada"),
            new OrderEvent.LineEvent.Added("pen", 2),
            new OrderEvent.LineEvent.Removed("pen"),
            OrderEvent.Marked.URGENT,
            OrderEvent.Marked.NORMAL);
    for (OrderEvent event : events) {
      Event encoded = plain.encode(Event.newId(), event, Audit.none());
      assertThat(encoded.metadata()).isEqualTo(Payload.empty());
      assertThat(encoded.tags()).isEmpty();
      assertThat(plain.decode(Stored.of(encoded))).containsExactly(event);
    }
    assertThat(type(plain, events.get(1))).isEqualTo("Added");
    assertThat(type(plain, events.get(3))).isEqualTo("Marked");
  }

  @Test
  void theIdIsTheCallers() {
    UUID id = Event.newId();

    assertThat(plain.encode(id, new OrderEvent.Placed("ada"), Audit.none()).id()).isEqualTo(id);
  }

  @Test
  void typesAreFoundByClassAndSuperclass() {
    assertThat(plain.typesOf(OrderEvent.LineEvent.class)).containsExactly("Added", "Removed");
    assertThat(plain.typesOf(OrderEvent.Placed.class)).containsExactly("Placed");
    assertThat(plain.typesOf(OrderEvent.class)).hasSize(5);
    assertThat(plain.typesOf(Object.class)).hasSize(5);
    assertThat(plain.typesOf(String.class)).isEmpty();
    assertThat(plain.knows("Placed")).isTrue();
    assertThat(plain.knows("Cancelled")).isFalse();
  }

  @Test
  void aNameIsIndependentOfTheClass() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class,
            types ->
                types
                    .named(OrderEvent.Placed.class, "OrderPlaced")
                    .formerly("Placed", OrderEvent.Placed.class)
                    .formerly("OrderCreated", OrderEvent.Placed.class));

    assertThat(type(codec, new OrderEvent.Placed("ada"))).isEqualTo("OrderPlaced");
    for (String name : List.of("OrderPlaced", "Placed", "OrderCreated")) {
      assertThat(codec.decode(Stored.of(name, "{\"customer\":\"ada\"}")))
          .containsExactly(new OrderEvent.Placed("ada"));
    }
    assertThat(codec.typesOf(OrderEvent.Placed.class))
        .containsExactlyInAnyOrder("OrderPlaced", "Placed", "OrderCreated");
  }

  @Test
  void anUnknownTypeIsReportedByName() {
    assertThatThrownBy(() -> plain.decode(Stored.of("Cancelled", "{}")))
        .isInstanceOfSatisfying(
            UnknownEventTypeException.class,
            e -> {
              assertThat(e.type()).isEqualTo("Cancelled");
              assertThat(e.stored().position().value()).isEqualTo(17);
            })
        .hasMessageContaining("Cancelled")
        .hasMessageContaining("position 17")
        .hasMessageContaining("thing-1");
  }

  @Test
  void anEventOfAnotherHierarchyIsRefused() {
    record Stray() {}
    Codec<Object> codec =
        JsonCodec.of(Object.class, types -> types.named(OrderEvent.Placed.class, "Placed"));

    assertThatThrownBy(() -> codec.encode(Event.newId(), new Stray(), Audit.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Stray")
        .hasMessageContaining("named");
  }

  @Test
  void anUpcasterLeadsToTheNextVersion() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class,
            types ->
                types
                    .upcast(OrderEvent.Priced.class, 2, json -> json.put("currency", "CZK"))
                    .upcast(
                        OrderEvent.Priced.class,
                        1,
                        json -> {
                          json.set("price", json.remove("amount"));
                          return json;
                        }));
    var priced = new OrderEvent.Priced("pen", new BigDecimal("1.10"), "CZK");

    assertThat(codec.decode(Stored.of("Priced", "{\"sku\":\"pen\",\"amount\":1.10}")))
        .containsExactly(priced);
    assertThat(codec.decode(Stored.of("Priced", 2, "{\"sku\":\"pen\",\"price\":1.10}")))
        .containsExactly(priced);
    Event now = codec.encode(Event.newId(), priced, Audit.by("ada"));
    assertThat(now.metadata().text()).isEqualTo("{\"actor\":\"ada\",\"schemaVersion\":3}");
    assertThat(codec.decode(Stored.of(now))).containsExactly(priced);
    assertThat(codec.audit(Stored.of(now))).isEqualTo(Audit.by("ada"));
  }

  @Test
  void aNewerVersionIsRefusedByNumber() {
    assertThatThrownBy(() -> plain.decode(Stored.of("Placed", 2, "{\"customer\":\"ada\"}")))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("version 2 of Placed is newer than 1");
  }

  @Test
  void aVersionWithoutUpcasterIsRefused() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class, types -> types.upcast(OrderEvent.Priced.class, 3, json -> json));

    assertThatThrownBy(() -> codec.decode(Stored.of("Priced", 2, "{}")))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("no upcaster")
        .hasMessageContaining("version 2 of Priced");
  }

  @Test
  void aVersionThatIsNoNumberIsRefused() {
    for (String version : List.of("0", "-1", "1.5", "\"2\"", "null", "99999999999")) {
      var event =
          Event.json("Placed", "{\"customer\":\"ada\"}")
              .withMetadata(Payload.json("{\"schemaVersion\":" + version + "}"));
      assertThatThrownBy(() -> plain.decode(Stored.of(event)))
          .isInstanceOf(UndecodableEventException.class)
          .hasMessageContaining(version);
    }
  }

  @Test
  void aTypeIsSplitIntoSeveralAndTheirUpcastersGoOn() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class,
            types ->
                types
                    .split(
                        "PlacedWithLine",
                        1,
                        json ->
                            List.of(
                                data("Placed", 1, json.deepCopy().without("sku")),
                                data("Priced", 1, json.deepCopy().put("price", 1)),
                                data("Noise", 1, json),
                                data("Removed", 1, json)))
                    .upcast(OrderEvent.Priced.class, 1, json -> json.put("currency", "CZK"))
                    .dropped("Noise"));

    var stored = Stored.of("PlacedWithLine", "{\"customer\":\"ada\",\"sku\":\"pen\"}");
    assertThat(codec.decode(stored))
        .containsExactly(
            new OrderEvent.Placed("ada"),
            new OrderEvent.Priced("pen", new BigDecimal("1"), "CZK"),
            new OrderEvent.LineEvent.Removed("pen"));
    assertThat(codec.recorded(stored)).hasSize(3).allMatch(e -> e.position().value() == 17);
    assertThat(codec.typesOf(OrderEvent.Placed.class))
        .containsExactlyInAnyOrder("Placed", "PlacedWithLine", "Priced");
  }

  @Test
  void aTypeIsDropped() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class, types -> types.dropped("Noise").split("Old", 2, _ -> List.of()));

    assertThat(codec.decode(Stored.of("Noise", "not even JSON"))).isEmpty();
    assertThat(codec.decode(Stored.of("Noise", 7, "{}"))).isEmpty();
    assertThat(codec.decode(Stored.of("Old", 2, "{}"))).isEmpty();
    assertThat(codec.knows("Noise")).isTrue();
  }

  @Test
  void whateverAnUpcasterThrowsIsReportedWithTheEvent() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class,
            types ->
                types.split(
                    "Old",
                    1,
                    json -> {
                      throw new ClassCastException("no object: " + json);
                    }));
    assertThatThrownBy(() -> codec.decode(Stored.of("Old", "{}")))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("an upcaster from version 1 failed: no object");
  }

  @Test
  void anUpcasterThatFailsIsReportedWithTheEvent() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class,
            types ->
                types
                    .upcast(
                        OrderEvent.Priced.class,
                        1,
                        _ -> {
                          throw new IllegalArgumentException("no price");
                        })
                    .split("Loop", 1, json -> List.of(data("Loop", 1, json)))
                    .split("Lost", 1, json -> List.of(data("Nowhere", 1, json))));

    assertThatThrownBy(() -> codec.decode(Stored.of("Priced", "{}")))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("no price")
        .hasMessageContaining("position 17");
    assertThatThrownBy(() -> codec.decode(Stored.of("Priced", "[]")))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("not a JSON object");
    assertThatThrownBy(() -> codec.decode(Stored.of("Loop", "{}")))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("circles");
    assertThatThrownBy(() -> codec.decode(Stored.of("Lost", "{}")))
        .isInstanceOfSatisfying(
            UnknownEventTypeException.class, e -> assertThat(e.type()).isEqualTo("Nowhere"));
  }

  @Test
  void numbersStayExactThroughAnUpcaster() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class, types -> types.upcast(OrderEvent.Priced.class, 1, json -> json));
    for (String price : List.of("1.10", "0.1000000000000000000001", "5", "1E+3", "1E-9")) {
      assertThat(
              codec.decode(
                  Stored.of(
                      "Priced", "{\"sku\":\"a\",\"price\":" + price + ",\"currency\":\"CZK\"}")))
          .containsExactly(new OrderEvent.Priced("a", new BigDecimal(price), "CZK"));
    }
  }

  @Test
  void contradictionsAreRefusedWhenTheCodecIsMade() {
    assertThatThrownBy(() -> JsonCodec.of(Open.class)).hasMessageContaining("not sealed");
    assertThatThrownBy(() -> JsonCodec.of(Twins.class)).hasMessageContaining("both named A");
    assertThat(
            JsonCodec.of(Twins.class, types -> types.named(Twins.More.A.class, "B"))
                .typesOf(Twins.class))
        .containsExactlyInAnyOrder("A", "B");
    assertThatThrownBy(() ->
            JsonCodec.of(
                OrderEvent.class,
                types ->
                    types
                        .upcast(OrderEvent.Placed.class, 1, json -> json)
                        .upcast(OrderEvent.Placed.class, 3, json -> json)))
        .hasMessageContaining("gap");
    assertThatThrownBy(() -> JsonCodec.of(OrderEvent.class, types -> types.dropped("Placed")))
        .hasMessageContaining("Placed");
    assertThatThrownBy(() ->
            JsonCodec.of(
                OrderEvent.class,
                types -> types.upcast("X", 1, json -> json).upcast("X", 1, json -> json)))
        .hasMessageContaining("twice");
    assertThatThrownBy(() ->
            JsonCodec.of(
                OrderEvent.class, types -> types.named(OrderEvent.Placed.class, "$Placed")))
        .hasMessageContaining("$Placed");
  }

  @Test
  void eventsAreTaggedAndReservedTagsFollow() {
    Codec<OrderEvent> codec =
        JsonCodec.of(
            OrderEvent.class,
            types ->
                types.tagged(
                    OrderEvent.Placed.class, placed -> List.of("customer:" + placed.customer())));
    Audit audit = Audit.none().correlatedBy("r-1").causedBy("e-1").ofCommand("c-1");

    assertThat(codec.encode(Event.newId(), new OrderEvent.Placed("ada"), audit).tags())
        .containsExactly("customer:ada", "$correlation:r-1", "$causation:e-1", "$command:c-1");
    assertThat(codec.encode(Event.newId(), OrderEvent.Marked.NORMAL, audit).tags())
        .containsExactly("$correlation:r-1", "$causation:e-1", "$command:c-1");
  }

  @Test
  void theAuditIsAFlatObjectAndComesBack() {
    Audit audit =
        Audit.by("ada")
            .because("a \"reason\"")
            .correlatedBy("r-1")
            .occurredAt(Instant.parse("1999-12-31T23:59:59.500Z"))
            .with("channel", "web");
    Event event = plain.encode(Event.newId(), new OrderEvent.Placed("ada"), audit);

    assertThat(event.metadata().text())
        .isEqualTo(
            "{\"actor\":\"ada\",\"reason\":\"a \\\"reason\\\"\",\"correlationId\":\"r-1\","
                + "\"occurredAt\":\"1999-12-31T23:59:59.500Z\",\"channel\":\"web\"}");
    assertThat(plain.audit(Stored.of(event))).isEqualTo(audit);
    assertThat(plain.recorded(Stored.of(event)).getFirst().occurredAt())
        .isEqualTo("1999-12-31T23:59:59.500Z");
  }

  @Test
  void metadataOfOthersIsReadAsFarAsItGoes() {
    var event =
        Event.json("Placed", "{\"customer\":\"ada\"}")
            .withMetadata(
                Payload.json(
                    "{\"n\":1.50,\"o\":{\"a\":[1]},\"no\":null,\"actor\":\"bob\",\"note\":\"about"
                        + " \\\"schemaVersion\\\"\",\"occurredAt\":\"yesterday\"}"));

    Audit audit = plain.audit(Stored.of(event));
    assertThat(audit.entry("n")).contains("1.50");
    assertThat(audit.entry("o")).contains("{\"a\":[1]}");
    assertThat(audit.entry("no")).isEmpty();
    assertThat(audit.actor()).contains("bob");
    assertThatThrownBy(audit::occurredAt)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yesterday");
    assertThat(plain.decode(Stored.of(event))).hasSize(1);

    for (String bad : List.of("[]", "7", "{", "not JSON")) {
      assertThatThrownBy(() -> plain.audit(Stored.of(event.withMetadata(Payload.json(bad)))))
          .isInstanceOf(UndecodableEventException.class)
          .hasMessageContaining("metadata");
    }
  }

  @Test
  void theVersionIsNoEntryOfAnAudit() {
    Audit audit = Audit.none().with("schemaVersion", "7");

    assertThatThrownBy(() -> plain.encode(Event.newId(), new OrderEvent.Placed("ada"), audit))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("schemaVersion");
  }

  private static VersionedData<ObjectNode> data(String type, int version, ObjectNode json) {
    return new VersionedData<>(type, version, json);
  }

  private static <E> String type(Codec<E> codec, E event) {
    return codec.encode(Event.newId(), event, Audit.none()).type();
  }
}
