package io.daybook.testkit.privacy;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.jackson.JsonCodec;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A customer, with something personal of every kind. */
record Customer(String name, @Nullable LocalDate born, int notes) {
  static final Customer NONE = new Customer("", null, 0);

  /** Commands are the events that they lead to. */
  static final Decider<Event, Event, Customer> DECIDER =
      Decider.of(NONE, (command, _) -> List.of(command), Customer::evolve);

  /** Where somebody lives. */
  record Address(String street, List<Integer> numbers) {}

  sealed interface Event {
    record Registered(
        String customerId,
        String name,
        @Nullable LocalDate born,
        @Nullable Address address,
        int age,
        @Nullable BigDecimal credit)
        implements Event {}

    record Noted(String customerId, String note) implements Event {}

    record Remarked(String customerId, String note) implements Event {}

    record Introduced(String customerId, String friendId, String words, String friendsName)
        implements Event {}

    record Described(String customerId, Map<String, Object> traits) implements Event {}

    record Counted(int count) implements Event {}

    enum Mark implements Event {
      GOLD
    }
  }

  static JsonCodec<Event> codec(SubjectKeys keys) {
    return JsonCodec.of(
            Event.class,
            types ->
                types.tagged(
                    Event.Registered.class, e -> List.of("name:" + e.name(), "age:" + e.age())))
        .withPersonal(
            keys,
            personal ->
                personal
                    .fields(
                        Event.Registered.class,
                        Event.Registered::customerId,
                        "name",
                        "born",
                        "address",
                        "age",
                        "credit")
                    .placeholder(Event.Registered.class, "age", -1)
                    .fields(Event.Noted.class, Event.Noted::customerId, "note")
                    .fields(Event.Remarked.class, Event.Remarked::customerId, "note")
                    .fields(Event.Introduced.class, Event.Introduced::customerId, "words")
                    .fields(Event.Introduced.class, Event.Introduced::friendId, "friendsName")
                    .tags("name"));
  }

  static Event.Registered ada() {
    return new Event.Registered(
        "c-1",
        "Ada \"Ü\" {}",
        LocalDate.of(1815, 12, 10),
        new Address("St James's Square", List.of(1, 2)),
        36,
        new BigDecimal("1.10"));
  }

  private static Customer evolve(Customer customer, Event event) {
    return switch (event) {
      case Event.Registered e -> new Customer(e.name(), e.born(), customer.notes);
      case Event.Noted _ -> new Customer(customer.name, customer.born, customer.notes + 1);
      case Event.Remarked _, Event.Introduced _, Event.Described _, Event.Counted _, Event.Mark _ ->
          customer;
    };
  }
}
