package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.CommandIdReusedException;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account.Command.Close;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.FillUpTo;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Command.Withdraw;
import io.daybook.testkit.Account.Event.Closed;
import io.daybook.testkit.Account.Event.Deposited;
import io.daybook.testkit.Account.Event.Opened;
import io.daybook.testkit.Account.Event.Withdrawn;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CommandHandlerTest {
  private final EventStore store = new InMemoryStore();
  private final CommandHandler<Account.Command, Account.Event, Account> accounts =
      CommandHandler.of("account", Account.DECIDER, JsonCodec.of(Account.Event.class)).on(store);

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void commandsLeadToEventsInTheirStream() {
    accounts.handle("42", new Open("Ada"));
    var outcome = accounts.handle("42", new Deposit(eur("100.00")));

    assertThat(outcome.events()).containsExactly(new Deposited(eur("100.00")));
    assertThat(outcome.state()).isEqualTo(new Account("Ada", eur("100.00"), Account.Status.OPEN));
    assertThat(outcome.revision()).contains(new Revision(1));
    assertThat(outcome.repeated()).isFalse();
    assertThat(accounts.stateOf("42")).isEqualTo(outcome.state());
    try (var history = accounts.history("42")) {
      assertThat(history.stream().map(e -> (Object) e.event()))
          .containsExactly(new Opened("Ada"), new Deposited(eur("100.00")));
    }
    assertThat(store.read(Query.stream("account-42")).toList().getLast().data().text())
        .isEqualTo("{\"amount\":100.00}");
  }

  @Test
  void aRefusalWritesNothing() {
    accounts.handle("42", new Open("Ada"));

    assertThatThrownBy(() -> accounts.handle("42", new Withdraw(eur("1"))))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.reason()).isEqualTo("insufficient funds"));
    assertThat(store.head().value()).isZero();
  }

  @Test
  void aRepeatedCommandReturnsItsFirstOutcomeAndIsNotDecidedAgain() {
    accounts.handle("42", new Open("Ada"));
    accounts.handle("42", new Deposit(eur("10")));
    var first = accounts.handle("42", new Close(), "close-1");
    var again = accounts.handle("42", new Close(), "close-1");

    assertThat(first.events()).containsExactly(new Withdrawn(eur("10")), new Closed());
    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(first.events());
    assertThat(again.state()).isEqualTo(first.state());
    assertThat(again.revision()).isEqualTo(first.revision());
    assertThat(again.position()).isEqualTo(first.position());
    assertThat(store.head().value()).isEqualTo(3);
  }

  @Test
  void aCommandIdNamesOneCommandInTheStore() {
    accounts.handle("1", new Open("Ada"), "c-1");

    assertThatThrownBy(() -> accounts.handle("2", new Open("Bob"), "c-1"))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("account-2")
        .hasMessageContaining("account-1");
  }

  @Test
  void aCommandThatLedToNothingIsDecidedAnew() {
    accounts.handle("42", new Open("Ada"));
    accounts.handle("42", new Deposit(eur("10")));

    assertThat(accounts.handle("42", new FillUpTo(eur("5")), "fill-1").events()).isEmpty();
    assertThat(accounts.handle("42", new FillUpTo(eur("5")), "fill-1").events()).isEmpty();
    accounts.handle("42", new Withdraw(eur("8")));
    assertThat(accounts.handle("42", new FillUpTo(eur("5")), "fill-1").events())
        .containsExactly(new Deposited(eur("3")));
    accounts.handle("42", new Withdraw(eur("5")));
    assertThat(accounts.handle("42", new FillUpTo(eur("5")), "fill-1").repeated()).isTrue();
    assertThat(accounts.stateOf("42").balance()).isEqualTo(eur("0"));
  }

  @Test
  void theAuditOfTheContextIsRecorded() {
    Audit.by("ada")
        .because("first account")
        .correlatedBy("r-1")
        .run(() -> accounts.handle("42", new Open("Ada"), "c-1"));

    try (var history = accounts.history("42")) {
      var opened = history.iterator().next();
      assertThat(opened.audit().actor()).contains("ada");
      assertThat(opened.audit().reason()).contains("first account");
      assertThat(opened.audit().commandId()).contains("c-1");
      assertThat(opened.tags()).containsExactly("$correlation:r-1", "$command:c-1");
    }
  }

  private static BigDecimal eur(String amount) {
    return new BigDecimal(amount);
  }
}
