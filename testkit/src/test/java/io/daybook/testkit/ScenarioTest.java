package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.decider.Decider;
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
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The test kit's own tests: what passes, what fails, and what a failure says. */
final class ScenarioTest {
  private final Scenario<Account.Command, Account.Event, Account> account =
      Scenario.of(Account.DECIDER);
  private final Opened opened = new Opened("Ada");

  @Test
  void storiesThatAreTrue() {
    account.when(new Open("Ada")).thenEvents(opened);
    account.given(opened, deposited(50)).when(withdraw(80)).thenRejected("insufficient funds");
    account
        .given(opened, deposited(50))
        .when(withdraw(30))
        .thenEvents(withdrawn(30))
        .thenState(new Account("Ada", new BigDecimal(20), Account.Status.OPEN));
    account.given(opened).when(new FillUpTo(BigDecimal.ZERO)).thenNothing();
    account
        .given(opened)
        .given(List.of(deposited(5)))
        .thenState(new Account("Ada", new BigDecimal(5), Account.Status.OPEN));
    account
        .givenCommands(new Open("Ada"), new Deposit(new BigDecimal(5)))
        .when(new Close())
        .thenEvents(withdrawn(5), new Closed())
        .thenEventsSatisfy(events -> assertThat(events).hasSize(2));
  }

  @Test
  void aScenarioServesManyTests() {
    var open = account.given(opened);
    open.given(deposited(1)).when(withdraw(1)).thenEvents(withdrawn(1));
    open.when(withdraw(1)).thenRejected("insufficient funds");
    account.when(withdraw(1)).thenRejected("account not open");
  }

  @Test
  void refusalsOfTheDomainsOwnClass() {
    class TooMuch extends RuntimeException {}

    Decider<Integer, Integer, Integer> counter =
        Decider.of(
            0,
            (command, _) -> {
              if (command > 9) {
                throw new TooMuch();
              }
              return List.of(command);
            },
            Integer::sum);

    Scenario.of(counter).when(10).thenRejected(TooMuch.class);
    assertThat(failureOf(() -> Scenario.of(counter).when(9).thenRejected(TooMuch.class)))
        .contains("expected", "refused by TooMuch", "but was", "9");
  }

  @Test
  void otherEventsThanExpected() {
    String failure =
        failureOf(() ->
            account
                .given(opened, deposited(50))
                .when(new Close())
                .thenEvents(withdrawn(49), new Closed()));
    assertThat(failure.stripIndent())
        .isEqualTo(
            """

            given
              Opened[owner=Ada]
              Deposited[amount=50]
            when
              Close[]
            expected these events (- missing, + unexpected)
              - Withdrawn[amount=49]
              + Withdrawn[amount=50]
                Closed[]\
            """);
  }

  @Test
  void aRefusalWhereEventsWereExpected() {
    assertThat(failureOf(() -> account.given(opened).when(withdraw(1)).thenEvents(withdrawn(1))))
        .contains("given", "Opened[owner=Ada]", "when", "Withdraw[amount=1]")
        .contains("expected", "Withdrawn[amount=1]")
        .contains("but was", "refused: insufficient funds (the balance is 0, not 1)");
    assertThat(failureOf(() -> account.when(withdraw(1)).thenNothing()))
        .contains("nothing", "no events", "refused: account not open");
  }

  @Test
  void eventsWhereARefusalWasExpected() {
    assertThat(
            failureOf(
                () -> account.given(opened).when(new Close()).thenRejected("account not open")))
        .contains("expected", "refused: account not open", "but was", "Closed[]");
    assertThat(failureOf(() -> account.when(withdraw(1)).thenRejected("insufficient funds")))
        .contains("refused: insufficient funds", "refused: account not open");
  }

  @Test
  void anotherState() {
    assertThat(failureOf(() -> account.given(opened).thenState(Account.NONE)))
        .contains("expected the state", "status=NEW", "but was the state", "status=OPEN");
    assertThat(failureOf(() -> account.when(new Open("A")).thenState(Account.NONE)))
        .contains("expected the state", "but was the state");
  }

  @Test
  void aMistakeOfTheDeciderIsShownAsTheCause() {
    Decider<Integer, Integer, Integer> broken =
        Decider.of(
            0,
            (_, _) -> {
              throw new IllegalStateException("a mistake");
            },
            Integer::sum);

    assertThatThrownBy(() -> Scenario.of(broken).when(1).thenEvents(1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("threw java.lang.IllegalStateException: a mistake")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void equalTextsThatDifferAreToldApart() {
    record Loose(Object value) {}
    Decider<Integer, Loose, Integer> loose =
        Decider.of(0, (_, _) -> List.of(new Loose(1L)), (state, _) -> state);

    assertThat(failureOf(() -> Scenario.of(loose).when(1).thenEvents(new Loose(1))))
        .contains("(not equal)");
  }

  @Test
  void aGivenCommandThatIsRefusedFails() {
    assertThat(failureOf(() -> account.givenCommands(withdraw(1))))
        .contains("Withdraw[amount=1]", "account not open");
  }

  private static String failureOf(ThrowingCallable step) {
    try {
      step.call();
    } catch (AssertionError e) {
      return e.getMessage();
    } catch (Throwable e) {
      throw new AssertionError("another failure than expected", e);
    }
    throw new AssertionError("the step passed");
  }

  private static Deposited deposited(int amount) {
    return new Deposited(new BigDecimal(amount));
  }

  private static Withdrawn withdrawn(int amount) {
    return new Withdrawn(new BigDecimal(amount));
  }

  private static Withdraw withdraw(int amount) {
    return new Withdraw(new BigDecimal(amount));
  }
}
