package io.daybook.testkit;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * What has happened so far, in a test of decisions by a {@link DecisionModel}. The events are
 * encoded by the codec, so that a tag that it does not give is missed here, too. Immutable: one may
 * serve many tests.
 *
 * <pre>{@code
 * DecisionScenario.of(codec, CourseEvent::stream)
 *     .given(new CourseDefined("c1", 1), new Subscribed("ada", "c1"))
 *     .when(Seats.of("c1"), seats -> Courses.subscribe(seats, "bob", "c1"))
 *     .thenRejected("course is full");
 * }</pre>
 *
 * @param <E> events
 */
public final class DecisionScenario<E> {
  private final Codec<E> codec;
  private final Function<? super E, String> streams;
  private final List<E> given;

  private DecisionScenario(Codec<E> codec, Function<? super E, String> streams, List<E> given) {
    this.codec = codec;
    this.streams = streams;
    this.given = given;
  }

  /**
   * Nothing has happened yet.
   *
   * @param streams the stream that an event is appended to, as the decision handler has it
   */
  public static <E> DecisionScenario<E> of(Codec<E> codec, Function<? super E, String> streams) {
    return new DecisionScenario<>(
        Objects.requireNonNull(codec, "codec"),
        Objects.requireNonNull(streams, "streams"),
        List.of());
  }

  /** These events have happened, after those that were given before. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final DecisionScenario<E> given(E... events) {
    return given(Arrays.asList(events));
  }

  /** These events have happened, after those that were given before. */
  public DecisionScenario<E> given(List<? extends E> events) {
    var all = new ArrayList<E>(given);
    all.addAll(events);
    return new DecisionScenario<>(codec, streams, List.copyOf(all));
  }

  /** This is to be decided. What is thrown is kept for the next step. */
  public <S> Decision<Object, E, S> when(
      DecisionModel<S> model, Function<? super S, ? extends List<? extends E>> decide) {
    return when("a decision by " + model, model, decide);
  }

  /**
   * This is to be decided. What is thrown is kept for the next step.
   *
   * @param command what a failing test tells of it
   */
  public <S> Decision<Object, E, S> when(
      Object command,
      DecisionModel<S> model,
      Function<? super S, ? extends List<? extends E>> decide) {
    try (EventStore store = storeOfGiven()) {
      var handler = DecisionHandler.of(codec, streams).retrying(Retry.never()).on(store);
      return Decision.of(given, command, () -> handler.decide(model, decide));
    }
  }

  /**
   * The events given so far lead to this state of the model.
   *
   * @throws AssertionError if they lead to another
   */
  public <S> void thenState(DecisionModel<S> model, S expected) {
    try (EventStore store = storeOfGiven()) {
      S actual = DecisionHandler.of(codec, streams).on(store).state(model);
      if (!expected.equals(actual)) {
        throw new AssertionError(Report.of("the state", given, null, expected, actual));
      }
    }
  }

  private EventStore storeOfGiven() {
    var store = new InMemoryStore();
    for (E event : given) {
      Event encoded = codec.encode(Event.newId(), event, Audit.none());
      var _ = store.append(streams.apply(event), ExpectedRevision.any(), encoded);
    }
    return store;
  }
}
