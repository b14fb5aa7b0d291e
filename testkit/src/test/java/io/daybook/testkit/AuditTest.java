package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account.Command.Open;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AuditTest {
  private final EventStore store = new InMemoryStore();
  private final JsonCodec<Account.Event> codec = JsonCodec.of(Account.Event.class);
  private final CommandHandler<Account.Command, Account.Event, Account> accounts =
      CommandHandler.of("account", Account.DECIDER, codec).on(store);

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void itEndsWithTheWork() {
    assertThat(Audit.current()).isEqualTo(Audit.none());
    Audit.by("ada")
        .run(() -> {
          assertThat(Audit.current().actor()).contains("ada");
          Audit.current()
              .because("inner")
              .run(() -> {
                assertThat(Audit.current().actor()).contains("ada");
                assertThat(Audit.current().reason()).contains("inner");
              });
          assertThat(Audit.current().reason()).isEmpty();
        });
    assertThat(Audit.current().isEmpty()).isTrue();
  }

  @Test
  void workReturnsAndThrowsWhatItDoes() throws Exception {
    assertThat(Audit.by("ada").<String, IOException>call(() -> "done")).isEqualTo("done");
    assertThatThrownBy(() ->
            Audit.by("ada")
                .call(() -> {
                  throw new IOException("no");
                }))
        .isInstanceOf(IOException.class);
  }

  @Test
  void everyVirtualThreadHasItsOwn() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<Future<?>>();
      for (int i = 0; i < 100; i++) {
        String actor = "actor-" + i;
        String id = "" + i;
        done.add(
            threads.submit(() -> Audit.by(actor).run(() -> accounts.handle(id, new Open("Ada")))));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(all())
        .hasSize(100)
        .allSatisfy(e -> assertThat(e.audit().actor()).contains("actor-" + e.streamId()));
  }

  @Test
  void anotherThreadDoesNotInheritIt() {
    Audit.by("ada")
        .run(() ->
            assertThat(CompletableFuture.supplyAsync(Audit::current).join())
                .isEqualTo(Audit.none()));
  }

  @Test
  void whatFollowsFromAnEventIsFoundByItsTags() {
    accounts.handle("1", new Open("Ada"));
    Recorded<Account.Event> first = all().getFirst();
    first.consequence().withActor("welcome").run(() -> accounts.handle("2", new Open("Bob")));
    Recorded<Account.Event> second = all().getLast();
    second.consequence().run(() -> accounts.handle("3", new Open("Eve")));

    String root = first.id().toString();
    assertThat(store.read(Query.tags(Audit.causationTag(root))).toList())
        .extracting(e -> e.stream())
        .containsExactly("account-2");
    assertThat(store.read(Query.tags(Audit.causationTag(second.id().toString()))).toList())
        .extracting(e -> e.stream())
        .containsExactly("account-3");
    assertThat(store.read(Query.tags(Audit.correlationTag(root))).toList())
        .extracting(e -> e.stream())
        .containsExactly("account-2", "account-3");
  }

  @Test
  void businessTimeStandsBesideTheTimeOfRecording() {
    Instant past = Instant.parse("1995-03-24T00:00:00Z");
    Audit.none().occurredAt(past).run(() -> accounts.handle("1", new Open("Ada")));
    accounts.handle("2", new Open("Bob"));

    assertThat(all().getFirst().occurredAt()).isEqualTo(past);
    assertThat(all().getFirst().recordedAt()).isAfter(past);
    assertThat(all().getLast().occurredAt()).isEqualTo(all().getLast().recordedAt());
  }

  @Test
  void idsThatCannotBeTagsAreRefused() {
    for (String bad : List.of("x".repeat(600), "line\nbreak")) {
      assertThatThrownBy(() -> Audit.none().correlatedBy(bad))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Audit.none().causedBy(bad))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> accounts.handle("1", new Open("Ada"), bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(store.head().value()).isEqualTo(-1);
  }

  private List<Recorded<Account.Event>> all() {
    return codec.read(store, ReadRequest.of(Query.category("account"))).toList();
  }
}
