package io.daybook.cli;

import io.daybook.eventstore.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** The state of a stream, as its events lead to it. Used by one thread. */
final class StateFold<E, S> {
  private final ApplicationCommands.States<E, S> states;
  private S state;

  StateFold(ApplicationCommands.States<E, S> states) {
    this.states = states;
    this.state = states.decider().initial();
  }

  void add(RecordedEvent event) {
    state = states.decider().evolve(state, states.codec().decode(event));
  }

  /** The state as a tree. */
  @Nullable Object json() {
    return JsonTree.parse(states.json().encode(state).text());
  }
}
