package io.daybook.eventsourcing.decider;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * A small state that a decision needs, and the events that it is made of: how many seats a course
 * has, whether a name is taken. Several make a {@link DecisionModel}. Immutable; may be shared.
 *
 * <pre>{@code
 * static View<Integer> seatsTaken(String course) {
 *   return View.of("seats taken", 0)
 *       .tagged("course:" + course)
 *       .on(Subscribed.class, (seats, e) -> seats + 1)
 *       .on(Unsubscribed.class, (seats, e) -> seats - 1);
 * }
 * }</pre>
 *
 * <p>A view is made of the events of its handlers' types that lie within its tags, streams and
 * categories. Without any of these, it is made of all events of its types in the store.
 *
 * @param <S> the state: immutable, not null
 */
public final class View<S> {
  private final String name;
  private final S initial;
  private final Scope scope;
  private final boolean anyType;
  private final Map<Class<?>, BiFunction<S, Object, S>> handlers;

  /** Where the events of a view are. */
  private record Scope(Set<String> streams, Set<String> categories, Set<String> tags) {
    private static final Scope EVERYWHERE = new Scope(Set.of(), Set.of(), Set.of());
  }

  private View(
      String name,
      S initial,
      Scope scope,
      boolean anyType,
      Map<Class<?>, BiFunction<S, Object, S>> handlers) {
    this.name = name;
    this.initial = initial;
    this.scope = scope;
    this.anyType = anyType;
    this.handlers = handlers;
  }

  /**
   * A view that sees nothing yet.
   *
   * @param name names it in errors; need not be unique
   * @param initial the state before the first event
   */
  public static <S> View<S> of(String name, S initial) {
    return new View<>(
        Objects.requireNonNull(name, "name"),
        Objects.requireNonNull(initial, "initial"),
        Scope.EVERYWHERE,
        false,
        Map.of());
  }

  /**
   * The same view of events that carry all of these tags, and those that were said before.
   *
   * @throws IllegalArgumentException if a tag breaks a limit
   */
  public View<S> tagged(String... tags) {
    Arrays.asList(tags).forEach(Limits::requireTag);
    return within(new Scope(scope.streams, scope.categories, union(scope.tags, tags)));
  }

  /**
   * The same view of events in any of these streams, or those that were said before.
   *
   * @throws IllegalArgumentException if a name breaks a limit
   */
  public View<S> inStreams(String... streams) {
    Arrays.asList(streams).forEach(Limits::requireStreamName);
    return within(new Scope(union(scope.streams, streams), scope.categories, scope.tags));
  }

  /** The same view of events in streams of any of these categories, or those said before. */
  public View<S> inCategories(String... categories) {
    return within(new Scope(scope.streams, union(scope.categories, categories), scope.tags));
  }

  /**
   * The same view with a handler for events of that class and its subclasses. Of several handlers
   * that fit, the first one handles.
   *
   * @param handler the state after an event, made of the state before it; has no side effects
   * @throws IllegalArgumentException if there is a handler for that class
   */
  public <X> View<S> on(
      Class<X> eventClass, BiFunction<? super S, ? super X, ? extends S> handler) {
    Objects.requireNonNull(eventClass, "eventClass");
    Objects.requireNonNull(handler, "handler");
    var all = new LinkedHashMap<>(handlers);
    BiFunction<S, Object, S> typed = (state, event) -> handler.apply(state, eventClass.cast(event));
    if (all.put(eventClass, typed) != null) {
      throw new IllegalArgumentException(
          "the view " + name + " has two handlers for " + eventClass.getSimpleName());
    }
    return new View<>(name, initial, scope, anyType, Collections.unmodifiableMap(all));
  }

  /**
   * The same view, but events of every type count, not only those that it handles: one without a
   * handler leaves the state as it is, and if it is appended between the read and the append, the
   * decision is made again all the same. One that the codec does not know fails the decision by its
   * name. To be used with tags, streams or categories.
   */
  public View<S> ofAnyType() {
    return new View<>(name, initial, scope, true, handlers);
  }

  /** The name. */
  public String name() {
    return name;
  }

  S initial() {
    return initial;
  }

  /** The state after an event; the same state if no handler fits. */
  @SuppressWarnings("unchecked") // a model gives a view back its own states only
  Object after(Object state, Object event) {
    for (var handler : handlers.entrySet()) {
      if (handler.getKey().isInstance(event)) {
        S next = handler.getValue().apply((S) state, event);
        return Objects.requireNonNull(next, () -> "the view " + name + " made null of " + event);
      }
    }
    return state;
  }

  /**
   * Which stored events may change this view.
   *
   * @throws IllegalArgumentException if it handles no event, or one that the codec does not have
   */
  Query.Item itemFor(Codec<?> codec) {
    Set<String> types = typesIn(codec);
    if (types.isEmpty() && scope.equals(Scope.EVERYWHERE)) {
      throw new IllegalArgumentException(
          "the view " + name + " is of any type and has no tag, stream or category; give it one");
    }
    return new Query.Item(scope.streams, scope.categories, types, scope.tags);
  }

  /** What decisions have in common that get in each other's way by this view. */
  String place() {
    return new TreeSet<>(scope.tags)
        + " "
        + new TreeSet<>(scope.streams)
        + " "
        + new TreeSet<>(scope.categories)
        + (scope.equals(Scope.EVERYWHERE) ? " " + name : "");
  }

  private Set<String> typesIn(Codec<?> codec) {
    var types = new LinkedHashSet<String>();
    for (Class<?> handled : handlers.keySet()) {
      Set<String> its = codec.typesOf(handled);
      if (its.isEmpty()) {
        throw new IllegalArgumentException(
            "the view "
                + name
                + " handles "
                + handled.getName()
                + ", and the codec has no such event");
      }
      types.addAll(its);
    }
    if (anyType) {
      return Set.of();
    }
    if (types.isEmpty()) {
      throw new IllegalArgumentException(
          "the view " + name + " handles no event; say which with on(…)");
    }
    return types;
  }

  private View<S> within(Scope newScope) {
    return new View<>(name, initial, newScope, anyType, handlers);
  }

  private static Set<String> union(Set<String> before, String... more) {
    List<String> all = new ArrayList<>(before);
    all.addAll(Arrays.asList(more));
    return Collections.unmodifiableSet(new LinkedHashSet<>(all));
  }

  @Override
  public String toString() {
    return name;
  }
}
