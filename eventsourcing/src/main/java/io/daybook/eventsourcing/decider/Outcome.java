package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.Revision;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a command led to.
 *
 * @param <E> events
 * @param <S> state
 */
public final class Outcome<E, S> {
  private final List<E> events;
  private final Supplier<S> state;
  private final @Nullable Revision revision;
  private final Position position;
  private final boolean repeated;

  private Outcome(
      List<E> events,
      Supplier<S> state,
      @Nullable Revision revision,
      Position position,
      boolean repeated) {
    this.events = List.copyOf(events);
    this.state = state;
    this.revision = revision;
    this.position = position;
    this.repeated = repeated;
  }

  static <E, S> Outcome<E, S> nothing(S state, @Nullable Revision revision) {
    return new Outcome<>(List.of(), () -> state, revision, Position.BEFORE_FIRST, false);
  }

  static <E, S> Outcome<E, S> decided(
      List<E> events, S state, @Nullable Revision revision, Position position) {
    return new Outcome<>(events, () -> state, revision, position, false);
  }

  static <E, S> Outcome<E, S> repeated(
      List<E> events, Supplier<S> state, @Nullable Revision revision, Position position) {
    return new Outcome<>(events, state, revision, position, true);
  }

  /** The events that were appended; none if nothing was to be done. */
  public List<E> events() {
    return events;
  }

  /**
   * The state right after the command. For a repeated command it is read from the store by this
   * call.
   */
  public S state() {
    return state.get();
  }

  /**
   * The revision of the stream's last event right after the command; nothing if it has none, or if
   * the decision was not about one stream ({@link DecisionHandler}).
   */
  public Optional<Revision> revision() {
    return Optional.ofNullable(revision);
  }

  /**
   * The position of the last event that was appended: a read model that has come so far shows the
   * outcome. {@link Position#BEFORE_FIRST} if nothing was appended.
   */
  public Position position() {
    return position;
  }

  /**
   * Whether the command had been handled before: this is its first outcome, told again. Of two
   * threads that send the same command at the very same moment, neither can say that it was second.
   */
  public boolean repeated() {
    return repeated;
  }

  @Override
  public String toString() {
    return (repeated ? "repeated, " : "") + events + " up to position " + position;
  }
}
