package io.daybook.eventsourcing.decider;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * The rules of a domain as three pure functions. The pattern is Jérémie Chassaing's <a
 * href="https://thinkbeforecoding.com/post/2021/12/17/functional-event-sourcing-decider">functional
 * event sourcing decider</a>.
 *
 * @param <C> commands: what may be asked for
 * @param <E> events: what happened
 * @param <S> state: what decisions need to know; immutable
 */
public interface Decider<C, E, S> {

  /** The state before the first event. */
  S initial();

  /**
   * The events that follow from a command in a state; none if nothing is to be done.
   *
   * @throws Rejected if the rules do not allow it
   */
  List<E> decide(C command, S state);

  /** The state after an event. Whatever happened, happened: an event is never refused. */
  S evolve(S state, E event);

  /** The state after several events. */
  default S evolve(S state, List<? extends E> events) {
    S next = state;
    for (E event : events) {
      next = evolve(next, event);
    }
    return next;
  }

  /** A decider of three functions. */
  static <C, E, S> Decider<C, E, S> of(
      S initial,
      BiFunction<? super C, ? super S, List<E>> decide,
      BiFunction<? super S, ? super E, ? extends S> evolve) {
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(decide, "decide");
    Objects.requireNonNull(evolve, "evolve");
    return new Decider<>() {
      @Override
      public S initial() {
        return initial;
      }

      @Override
      public List<E> decide(C command, S state) {
        return decide.apply(command, state);
      }

      @Override
      public S evolve(S state, E event) {
        return evolve.apply(state, event);
      }
    };
  }
}
