package io.daybook.testkit;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What has happened so far, in a test of a projection. Immutable: one may serve many tests.
 *
 * <pre>{@code
 * ProjectionScenario.of(codec)
 *     .given("account-1", opened, deposited(50))
 *     .given("account-2", deposited(7))
 *     .thenView(total, 57);
 * }</pre>
 *
 * <p>For what is kept elsewhere, in tables for example, {@link #store} gives a store to follow.
 *
 * @param <E> events
 */
public final class ProjectionScenario<E> {
  private final Codec<E> codec;
  private final List<Given<E>> given;

  /** Events of a stream, and what is recorded with them. */
  private record Given<E>(String stream, List<E> events, Audit audit) {
    @Override
    public String toString() {
      return stream + ": " + String.join(", ", events.stream().map(Object::toString).toList());
    }
  }

  private ProjectionScenario(Codec<E> codec, List<Given<E>> given) {
    this.codec = codec;
    this.given = given;
  }

  /** Nothing has happened yet. */
  public static <E> ProjectionScenario<E> of(Codec<E> codec) {
    return new ProjectionScenario<>(Objects.requireNonNull(codec, "codec"), List.of());
  }

  /** These events have happened in that stream, after those that were given before. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final ProjectionScenario<E> given(String stream, E... events) {
    return given(stream, Audit.none(), Arrays.asList(events));
  }

  /** These events have happened in that stream at that instant, as far as business is concerned. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final ProjectionScenario<E> givenAt(Instant instant, String stream, E... events) {
    return given(stream, Audit.none().occurredAt(instant), Arrays.asList(events));
  }

  /** These events have happened in that stream, as that audit tells. */
  public ProjectionScenario<E> given(String stream, Audit audit, List<? extends E> events) {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(audit, "audit");
    var all = new ArrayList<>(given);
    all.add(new Given<>(stream, List.copyOf(events), audit));
    return new ProjectionScenario<>(codec, List.copyOf(all));
  }

  /**
   * The events lead to this view.
   *
   * @throws AssertionError if they lead to another
   */
  public <V> ProjectionScenario<E> thenView(Projection<V> projection, V expected) {
    V actual = view(projection);
    if (!expected.equals(actual)) {
      throw new AssertionError(Report.of("the view", given, null, expected, actual));
    }
    return this;
  }

  /**
   * The view that the events lead to passes a check of the test's own.
   *
   * @throws AssertionError if the check throws it
   */
  public <V> ProjectionScenario<E> thenViewSatisfies(
      Projection<V> projection, Consumer<? super V> check) {
    check.accept(view(projection));
    return this;
  }

  /** A new store in memory that holds the events. Close it. */
  public EventStore store() {
    var store = new InMemoryStore();
    for (Given<E> write : given) {
      List<Event> events =
          write.events.stream()
              .map(event -> codec.encode(Event.newId(), event, write.audit))
              .toList();
      if (!events.isEmpty()) {
        var _ = store.append(write.stream, ExpectedRevision.any(), events);
      }
    }
    return store;
  }

  private <V> V view(Projection<V> projection) {
    try (EventStore store = store()) {
      return projection.fold(store);
    }
  }
}
