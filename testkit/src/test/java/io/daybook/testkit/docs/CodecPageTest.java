package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.codec.VersionedData;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.jackson.JsonCodec;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The code of docs/codec.md. */
final class CodecPageTest {

  sealed interface AccountEvent {
    record Opened(String owner) implements AccountEvent {}

    record Deposited(BigDecimal amount, String currency) implements AccountEvent {}

    record Withdrawn(BigDecimal amount, String currency) implements AccountEvent {}
  }

  private final Codec<AccountEvent> codec =
      JsonCodec.of(
          AccountEvent.class,
          types ->
              types
                  .named(AccountEvent.Opened.class, "AccountOpened")
                  .formerly("Created", AccountEvent.Opened.class)
                  .upcast(AccountEvent.Deposited.class, 1, json -> json.put("currency", "EUR"))
                  .upcast(AccountEvent.Withdrawn.class, 1, json -> json.put("currency", "EUR"))
                  .split("OpenedWithDeposit", 1, CodecPageTest::openedAndDeposited)
                  .dropped("BalanceLooked")
                  .tagged(AccountEvent.Opened.class, e -> List.of("owner:" + e.owner())));

  private static List<VersionedData<ObjectNode>> openedAndDeposited(ObjectNode json) {
    ObjectNode opened = json.objectNode();
    opened.set("owner", json.get("owner"));
    ObjectNode deposited = json.objectNode();
    deposited.set("amount", json.get("amount"));
    return List.of(
        new VersionedData<>("AccountOpened", 1, opened),
        new VersionedData<>("Deposited", 1, deposited));
  }

  @Test
  void reading() {
    try (EventStore store = new InMemoryStore()) {
      store.append(
          "account-1",
          ExpectedRevision.noStream(),
          Event.json("OpenedWithDeposit", "{\"owner\":\"Ada\",\"amount\":10.00}"),
          Event.json("BalanceLooked", "{}"),
          Event.json("Withdrawn", "{\"amount\":2.50}"));

      try (var events = codec.read(store, ReadRequest.of(Query.category("account")))) {
        for (Recorded<AccountEvent> e : events) {
          assertThat(e.stream()).isEqualTo("account-1");
        }
      }

      assertThat(codec.read(store, ReadRequest.of(Query.category("account"))).toList())
          .extracting(Recorded::event)
          .containsExactly(
              new AccountEvent.Opened("Ada"),
              new AccountEvent.Deposited(new BigDecimal("10.00"), "EUR"),
              new AccountEvent.Withdrawn(new BigDecimal("2.50"), "EUR"));
    }
  }

  @Test
  void whatIsStored() {
    Event event =
        codec.encode(
            Event.newId(),
            new AccountEvent.Deposited(new BigDecimal("10.00"), "EUR"),
            Audit.by("ada").because("salary"));

    assertThat(event.type()).isEqualTo("Deposited");
    assertThat(event.data().text()).isEqualTo("{\"amount\":10.00,\"currency\":\"EUR\"}");
    assertThat(event.metadata().text())
        .isEqualTo("{\"actor\":\"ada\",\"reason\":\"salary\",\"schemaVersion\":2}");
  }
}
