package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.privacy.Forgetting;
import io.daybook.eventsourcing.privacy.InMemorySubjectKeys;
import io.daybook.eventsourcing.privacy.MasterKey;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectKeysFile;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.docs.PrivacyPageTest.CustomerEvent.Registered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/privacy.md. */
final class PrivacyPageTest {

  sealed interface CustomerEvent {
    record Registered(String customerId, String name, String email, LocalDate born)
        implements CustomerEvent {}
  }

  record Customer(String name, String email, LocalDate born) {
    static final Decider<CustomerEvent, CustomerEvent, Customer> DECIDER =
        Decider.of(
            new Customer("", "", LocalDate.MIN),
            (command, _) -> List.of(command),
            (_, event) ->
                switch (event) {
                  case Registered(_, var name, var email, var born) ->
                      new Customer(name, email, born);
                });
  }

  private static JsonCodec<CustomerEvent> codecWith(SubjectKeys keys) {
    JsonCodec<CustomerEvent> codec =
        JsonCodec.of(
                CustomerEvent.class,
                types -> types.tagged(Registered.class, e -> List.of("email:" + e.email())))
            .withPersonal(
                keys,
                personal ->
                    personal
                        .fields(Registered.class, Registered::customerId, "name", "email", "born")
                        .placeholder(Registered.class, "born", LocalDate.EPOCH)
                        .tags("email"));
    return codec;
  }

  @Test
  void forgetting(@TempDir Path temp) throws IOException {
    Path masterKey = temp.resolve("master");
    Path folder = temp.resolve("keys");
    Files.writeString(masterKey, "0123456789abcdef".repeat(4));
    Files.setPosixFilePermissions(masterKey, PosixFilePermissions.fromString("rw-------"));
    SubjectKeysFile keys = SubjectKeysFile.open(folder, MasterKey.file(masterKey));
    try (EventStore store = new InMemoryStore();
        keys) {
      run(store, keys);
    }
  }

  private static void run(EventStore store, SubjectKeysFile keys) {
    JsonCodec<CustomerEvent> codec = codecWith(keys);
    Projection<Map<String, String>> byId =
        Projection.<Map<String, String>>named("names-by-id", TreeMap::new)
            .reading(codec, "customer")
            .reading(JsonCodec.of(SubjectForgotten.class), Forgetting.CATEGORY)
            .update(
                Registered.class, (view, e) -> view.put(e.event().customerId(), e.event().name()))
            .update(SubjectForgotten.class, (view, e) -> view.remove(e.event().subject()));
    var customers =
        CommandHandler.of("customer", Customer.DECIDER, codec).cachedStates(1_000).on(store);
    try (Forgetting forgetting =
        Forgetting.of(keys, JsonCodec.of(SubjectForgotten.class)).purging(customers).on(store)) {
      customers.handle(
          "c-7", new Registered("c-7", "Ada", "ada@example.com", LocalDate.of(1815, 12, 10)));
      Query byEmail = Query.tags(codec.storedTag("email:ada@example.com"));
      assertThat(store.read(byEmail).toList()).hasSize(1);
      forgetAda(store, customers, byId, forgetting);
    }
  }

  @Test
  void readModels() {
    try (EventStore store = new InMemoryStore();
        SubjectKeys keys = new InMemorySubjectKeys()) {
      purging(store, keys);
    }
  }

  private static void purging(EventStore store, SubjectKeys keys) {
    JsonCodec<CustomerEvent> codec = codecWith(keys);
    Projection<Map<String, String>> names =
        Projection.<Map<String, String>>named("names", TreeMap::new)
            .reading(codec, "customer")
            .update(
                Registered.class, (view, e) -> view.put(e.event().customerId(), e.event().name()));
    var customers = CommandHandler.of("customer", Customer.DECIDER, codec).on(store);
    customers.handle(
        "c-7", new Registered("c-7", "Ada", "ada@example.com", LocalDate.of(1815, 12, 10)));
    try (ReadModel<Map<String, String>> model = names.follow(store);
        Forgetting forgetting =
            Forgetting.of(keys, JsonCodec.of(SubjectForgotten.class))
                .purging(customers)
                .purging(model)
                .on(store)) {
      model.awaitHead();
      assertThat(model.current()).containsEntry("c-7", "Ada");
      var _ = forgetting.forget("c-7");
      assertThat(model.current()).containsEntry("c-7", "[forgotten]");
    }
  }

  private static void forgetAda(
      EventStore store,
      CommandHandler<CustomerEvent, CustomerEvent, Customer> customers,
      Projection<Map<String, String>> names,
      Forgetting forgetting) {
    try (ReadModel<Map<String, String>> model = names.follow(store)) {
      model.awaitHead();
      assertThat(model.current()).containsEntry("c-7", "Ada");
      Position forgotten =
          Audit.by("ada").because("asked by letter").call(() -> forgetting.forget("c-7"));
      model.await(forgotten, Duration.ofSeconds(10));
      assertThat(model.current()).isEmpty();
      assertThat(customers.stateOf("c-7"))
          .isEqualTo(new Customer("[forgotten]", "[forgotten]", LocalDate.EPOCH));
    }
  }
}
