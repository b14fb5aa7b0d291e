package io.daybook.testkit;

import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Outcome;
import io.daybook.eventsourcing.decider.Rejected;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a decider, or a decision by a model, made of a command, in a test. Every step checks one
 * thing and returns the decision, so that more can be checked.
 *
 * @param <C> commands
 * @param <E> events
 * @param <S> state
 */
public final class Decision<C, E, S> {
  private final List<E> given;
  private final C command;
  private final List<E> events;
  private final @Nullable Supplier<S> after;
  private final @Nullable RuntimeException thrown;

  private Decision(
      List<E> given,
      C command,
      List<E> events,
      @Nullable Supplier<S> after,
      @Nullable RuntimeException thrown) {
    this.given = given;
    this.command = command;
    this.events = events;
    this.after = after;
    this.thrown = thrown;
  }

  static <C, E, S> Decision<C, E, S> of(
      Decider<C, E, S> decider, List<E> given, S state, C command) {
    try {
      List<E> events = List.copyOf(decider.decide(command, state));
      return new Decision<>(given, command, events, () -> decider.evolve(state, events), null);
    } catch (RuntimeException e) {
      return new Decision<>(given, command, List.of(), null, e);
    }
  }

  static <C, E, S> Decision<C, E, S> of(
      List<E> given, C command, Supplier<Outcome<E, S>> decision) {
    try {
      Outcome<E, S> outcome = decision.get();
      return new Decision<>(given, command, outcome.events(), outcome::state, null);
    } catch (RuntimeException e) {
      return new Decision<>(given, command, List.of(), null, e);
    }
  }

  /**
   * Exactly these events follow, in this order.
   *
   * @throws AssertionError if others follow, or the command was refused
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final Decision<C, E, S> thenEvents(E... expected) {
    return thenEvents(Arrays.asList(expected));
  }

  /**
   * Exactly these events follow, in this order.
   *
   * @throws AssertionError if others follow, or the command was refused
   */
  public Decision<C, E, S> thenEvents(List<? extends E> expected) {
    requireAccepted(Report.lines(expected));
    if (!expected.equals(events)) {
      throw new AssertionError(Report.ofEvents(given, command, expected, events));
    }
    return this;
  }

  /**
   * The events that follow pass a check of the test's own.
   *
   * @throws AssertionError if the check throws it, or the command was refused
   */
  public Decision<C, E, S> thenEventsSatisfy(Consumer<? super List<E>> check) {
    requireAccepted("events");
    check.accept(events);
    return this;
  }

  /**
   * Nothing follows, and nothing is refused.
   *
   * @throws AssertionError if events follow, or the command was refused
   */
  public Decision<C, E, S> thenNothing() {
    return thenEvents(List.of());
  }

  /**
   * The events that follow lead to this state.
   *
   * @throws AssertionError if they lead to another, or the command was refused
   */
  public Decision<C, E, S> thenState(S expected) {
    requireAccepted("the state " + expected);
    S actual = Objects.requireNonNull(after).get();
    if (!expected.equals(actual)) {
      throw new AssertionError(Report.of("the state", given, command, expected, actual));
    }
    return this;
  }

  /**
   * The command is refused with this {@link Rejected#reason}.
   *
   * @throws AssertionError if it is not refused, or for another reason
   */
  public Decision<C, E, S> thenRejected(String reason) {
    return refused("refused: " + reason, e -> e instanceof Rejected r && r.reason().equals(reason));
  }

  /**
   * The command is refused by an exception of this class, be it a {@link Rejected} or not.
   *
   * @throws AssertionError if it is not refused, or by another exception
   */
  public Decision<C, E, S> thenRejected(Class<? extends RuntimeException> type) {
    return refused("refused by " + type.getSimpleName(), type::isInstance);
  }

  private Decision<C, E, S> refused(String expected, Predicate<RuntimeException> matches) {
    if (thrown == null || !matches.test(thrown)) {
      throw new AssertionError(Report.of("", given, command, expected, actual()), thrown);
    }
    return this;
  }

  private void requireAccepted(String expected) {
    if (thrown != null) {
      throw new AssertionError(Report.of("", given, command, expected, actual()), thrown);
    }
  }

  private String actual() {
    return switch (thrown) {
      case null -> Report.lines(events);
      case Rejected r when r.reason().equals(r.getMessage()) -> "refused: " + r.reason();
      case Rejected r -> "refused: " + r.reason() + " (" + r.getMessage() + ")";
      default -> "threw " + thrown;
    };
  }
}
