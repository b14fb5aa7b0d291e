package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How events lead to a view. Immutable: every method returns a projection that knows more.
 *
 * <pre>{@code
 * var balances = Projection.named("balances", Balances::empty)
 *     .reading(JsonCodec.of(AccountEvent.class))
 *     .on(Deposited.class, (view, e) -> view.plus(e.stream(), e.event().amount()))
 *     .on(Withdrawn.class, (view, e) -> view.minus(e.stream(), e.event().amount()))
 *     .follow(store);
 * }</pre>
 *
 * <p>A view is best a value that handlers replace ({@link #on}). Where that is too slow, it may be
 * an object that handlers change ({@link #update}); then it is read by {@link ReadModel#query}.
 *
 * <p>An event is given to every handler whose class it is an instance of, in the order in which
 * they were added.
 *
 * @param <V> the view
 */
public final class Projection<V> {
  private final String name;
  private final Supplier<? extends V> empty;
  private final List<Source> sources;
  private final List<Handler<V>> handlers;
  private final @Nullable Query query;

  /** A codec, and the categories that it is for; all if there are none. */
  record Source(Codec<?> codec, Set<String> categories) {}

  /** What is done with events of a class. */
  record Handler<V>(
      Class<?> eventClass, BiFunction<? super V, Recorded<?>, ? extends V> function) {}

  private Projection(
      String name,
      Supplier<? extends V> empty,
      List<Source> sources,
      List<Handler<V>> handlers,
      @Nullable Query query) {
    this.name = name;
    this.empty = empty;
    this.sources = sources;
    this.handlers = handlers;
    this.query = query;
  }

  /**
   * A projection without handlers.
   *
   * @param name names it in messages
   * @param empty makes the view before the first event, a new one at each call if it is changed
   */
  public static <V> Projection<V> named(String name, Supplier<? extends V> empty) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(empty, "empty");
    return new Projection<>(name, empty, List.of(), List.of(), null);
  }

  /**
   * Reads events by that codec, besides those given before.
   *
   * @param categories only in streams of these categories, where the names of the codec's types
   *     could mean something else in others; in all if none is given
   */
  public Projection<V> reading(Codec<?> codec, String... categories) {
    var all = new ArrayList<>(sources);
    all.add(new Source(Objects.requireNonNull(codec, "codec"), Set.of(categories)));
    return new Projection<>(name, empty, List.copyOf(all), handlers, query);
  }

  /** Makes a new view of each event of that class and the view before it. */
  public <T> Projection<V> on(
      Class<T> eventClass, BiFunction<? super V, ? super Recorded<T>, ? extends V> handler) {
    Objects.requireNonNull(handler, "handler");
    var all = new ArrayList<>(handlers);
    all.add(
        new Handler<>(eventClass, (view, event) -> handler.apply(view, cast(eventClass, event))));
    return new Projection<>(name, empty, sources, List.copyOf(all), query);
  }

  /** Changes the view by each event of that class. */
  public <T> Projection<V> update(
      Class<T> eventClass, BiConsumer<? super V, ? super Recorded<T>> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(
        eventClass,
        (view, event) -> {
          handler.accept(view, event);
          return view;
        });
  }

  /**
   * Reads exactly what the query matches. Otherwise it is the events of all types, in the given
   * categories, that handlers exist for.
   */
  public Projection<V> from(Query newQuery) {
    Objects.requireNonNull(newQuery, "query");
    return new Projection<>(name, empty, sources, handlers, newQuery);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /**
   * Builds the view and keeps it current, on a virtual thread of its own, until the read model or
   * the store is closed.
   *
   * @throws IllegalStateException if there is no handler, or one for a class that no codec knows
   */
  public ReadModel<V> follow(EventStore store) {
    return new ReadModel<>(this, store);
  }

  /**
   * The view of now, built by this call.
   *
   * @throws ProjectionFailedException if a handler fails, or an event cannot be decoded
   * @throws IllegalStateException if there is no handler, or one for a class that no codec knows
   */
  public V fold(EventStore store) {
    return fold(store, UnaryOperator.identity());
  }

  /** The view as it was recorded at that instant, built by this call; see {@link #fold}. */
  public V foldAsOf(EventStore store, Instant instant) {
    return fold(store, request -> request.asOf(instant));
  }

  /**
   * The view as it was recorded when that position was the head, built by this call; see {@link
   * #fold}.
   */
  public V foldAsOf(EventStore store, Position position) {
    return fold(store, request -> request.asOf(position));
  }

  private V fold(EventStore store, UnaryOperator<ReadRequest> scope) {
    var fold = new Fold<>(this);
    try (var read = store.read(scope.apply(ReadRequest.of(query())))) {
      for (RecordedEvent event : read) {
        fold.add(event);
      }
    }
    return fold.view();
  }

  /** What is read. */
  Query query() {
    if (handlers.isEmpty()) {
      throw new IllegalStateException("the projection " + name + " has no handler; add one by on");
    }
    for (Handler<V> handler : handlers) {
      if (sources.stream().allMatch(s -> s.codec.typesOf(handler.eventClass).isEmpty())) {
        throw new IllegalStateException(
            "the projection "
                + name
                + " has a handler for "
                + handler.eventClass.getName()
                + ", which no codec that it reads by knows; add one by reading");
      }
    }
    if (query != null) {
      return query;
    }
    var items = new ArrayList<Query.Item>();
    for (Source source : sources) {
      var types = new LinkedHashSet<String>();
      handlers.forEach(handler -> types.addAll(source.codec.typesOf(handler.eventClass)));
      if (!types.isEmpty()) {
        items.add(new Query.Item(Set.of(), source.categories, types, Set.of()));
      }
    }
    return new Query.AnyOf(items);
  }

  V emptyView() {
    return empty.get();
  }

  List<Source> sources() {
    return sources;
  }

  List<Handler<V>> handlers() {
    return handlers;
  }

  @SuppressWarnings("unchecked") // a handler is only given events of its class
  private static <T> Recorded<T> cast(Class<T> eventClass, Recorded<?> event) {
    assert eventClass.isInstance(event.event());
    return (Recorded<T>) event;
  }
}
