package io.daybook.testkit;

import static io.daybook.eventsourcing.process.Reaction.cancel;
import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.send;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.testkit.Fulfilment.OrderCommand.Cancel;
import io.daybook.testkit.Fulfilment.OrderEvent.Cancelled;
import io.daybook.testkit.Fulfilment.OrderEvent.Paid;
import io.daybook.testkit.Fulfilment.OrderEvent.Placed;
import io.daybook.testkit.Fulfilment.Progress.Began;
import io.daybook.testkit.Fulfilment.StockCommand.Release;
import io.daybook.testkit.Fulfilment.StockCommand.Reserve;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Given, when, then for processes, also where it has to fail. */
final class ProcessScenarioTest {
  private final ProcessScenario<String> order =
      ProcessScenario.of(Fulfilment.PROCESS).in("order-7");

  @Test
  void anOrderBeginsTheProcess() {
    order
        .when(new Placed("pen"))
        .thenCommands(send("pen", new Reserve("7")))
        .thenRemembered(new Began("pen"))
        .thenTimer("unpaid", Duration.ofMinutes(30))
        .thenState("pen");
  }

  @Test
  void paymentEndsIt() {
    order
        .given(new Placed("pen"))
        .when(new Paid())
        .thenReactions(cancel("unpaid"), end())
        .thenNoTimers()
        .thenEnded();
  }

  @Test
  void whatComesBeforeTheBeginningOrAfterTheEndDoesNotConcernIt() {
    order.when(new Paid()).thenNothing();
    order.given(new Placed("pen"), new Paid()).when(new Cancelled("late")).thenNothing();
    order.given(new Placed("pen"), new Paid()).when(new Placed("ink")).thenNothing();
  }

  @Test
  void anUnpaidOrderIsCancelledAndItsStockReleased() {
    order
        .given(new Placed("pen"))
        .whenTimer("unpaid")
        .thenCommands(send("7", new Cancel("not paid")))
        .after()
        .when(new Cancelled("not paid"))
        .thenCommands(send("pen", new Release("7")))
        .thenEnded();
  }

  @Test
  void aRejectionIsCompensated() {
    order
        .given(new Placed("pen"))
        .whenRejected("pen", new Reserve("7"), "out of stock")
        .thenCommands(send("7", new Cancel("out of stock")))
        .thenEnded();
  }

  @Test
  void aWrongExpectationFailsWithTheStory() {
    var reaction = order.when(new Placed("pen"));

    assertThatThrownBy(() -> reaction.thenCommands(send("ink", new Reserve("7"))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("- Send[id=ink")
        .hasMessageContaining("+ Send[id=pen");
    assertThatThrownBy(() -> reaction.thenTimer("unpaid", Duration.ofMinutes(31)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(reaction::thenEnded).isInstanceOf(AssertionError.class);
    assertThatThrownBy(reaction::thenNothing).isInstanceOf(AssertionError.class);
    assertThatThrownBy(reaction::thenNoTimers).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> reaction.thenState("ink")).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> reaction.thenRemembered()).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> order.whenTimer("unpaid")).isInstanceOf(AssertionError.class);
  }
}
