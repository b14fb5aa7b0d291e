package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.copy.CopiedEvent;
import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.jackson.EventSchemas;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account;
import io.daybook.testkit.EventLint;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/evolution.md. */
final class EvolutionPageTest {
  private final JsonCodec<Account.Event> codec = JsonCodec.of(Account.Event.class);

  @Test
  void schemas(@TempDir Path events) {
    EventSchemas.of(codec).write(events);

    EventSchemas.of(codec).check(events);

    assertThatThrownBy(() -> EventSchemas.of(codec).check(events.resolve("elsewhere")))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void lint() {
    EventLint.of(codec.types()).state(Account.class).allowing("Closed", "the bank's word").check();
  }

  /** An order's events were all in the stream of its customer. */
  private static CopiedEvent toItsOrder(CopiedEvent event) {
    String order = event.tags().getFirst().substring("order:".length());
    return event.withStream("order-" + order);
  }

  @Test
  void copy() {
    try (EventStore old = new InMemoryStore();
        EventStore fresh = new InMemoryStore()) {
      for (String type : List.of("Placed", "Viewed", "Paid")) {
        old.append(
            "customer-1",
            ExpectedRevision.any(),
            Event.json(type, "{}").withTags("order:7", "customer:1"));
      }

      StoreCopy copy =
          StoreCopy.from(old)
              .to(fresh)
              .selecting(Query.category("customer"))
              .droppingType("Viewed")
              .renamingType("Paid", "PaymentReceived")
              .map(EvolutionPageTest::toItsOrder);
      StoreCopy.Report report = copy.run();

      assertThat(report.copied()).isEqualTo(2);
      assertThat(fresh.read(Query.stream("order-7")).toList())
          .extracting(RecordedEvent::type)
          .containsExactly("Placed", "PaymentReceived");
    }
  }
}
