package io.daybook.testkit;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What has happened so far, in a test of a decider. Immutable: one may serve many tests.
 *
 * <pre>{@code
 * Scenario.of(Account.DECIDER)
 *     .given(opened, deposited(50))
 *     .when(withdraw(80))
 *     .thenRejected("insufficient funds");
 * }</pre>
 *
 * @param <C> commands
 * @param <E> events
 * @param <S> state
 */
public final class Scenario<C, E, S> {
  private final Decider<C, E, S> decider;
  private final List<E> given;

  private Scenario(Decider<C, E, S> decider, List<E> given) {
    this.decider = decider;
    this.given = given;
  }

  /** Nothing has happened yet. */
  public static <C, E, S> Scenario<C, E, S> of(Decider<C, E, S> decider) {
    return new Scenario<>(Objects.requireNonNull(decider, "decider"), List.of());
  }

  /** These events have happened, after those that were given before. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final Scenario<C, E, S> given(E... events) {
    return given(Arrays.asList(events));
  }

  /** These events have happened, after those that were given before. */
  public Scenario<C, E, S> given(List<? extends E> events) {
    var all = new ArrayList<>(given);
    all.addAll(events);
    return new Scenario<>(decider, List.copyOf(all));
  }

  /**
   * These commands were handled before, and their events have happened.
   *
   * @throws AssertionError if one of them is refused
   */
  @SafeVarargs
  public final Scenario<C, E, S> givenCommands(C... commands) {
    Scenario<C, E, S> scenario = this;
    for (C command : commands) {
      try {
        scenario = scenario.given(decider.decide(command, scenario.state()));
      } catch (Rejected e) {
        throw new AssertionError("given the command " + command + ", which was refused: " + e, e);
      }
    }
    return scenario;
  }

  /** The decider is asked to decide this. What it throws is kept for the next step. */
  public Decision<C, E, S> when(C command) {
    return Decision.of(decider, given, state(), command);
  }

  /**
   * The events given so far lead to this state.
   *
   * @throws AssertionError if they lead to another
   */
  public void thenState(S expected) {
    S actual = state();
    if (!expected.equals(actual)) {
      throw new AssertionError(Report.of("the state", given, null, expected, actual));
    }
  }

  private S state() {
    return decider.evolve(decider.initial(), given);
  }
}
