package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.FailurePolicy;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private final List<Handler<Object>> effects;
  private final @Nullable Query query;
  private final Following following;
  private final @Nullable Snapshots<V> snapshots;

  /** A codec, and the categories that it is for; all if there are none. */
  record Source(Codec<?> codec, Set<String> categories) {}

  /** What is done with events of a class. */
  record Handler<V>(
      Class<?> eventClass, BiFunction<? super V, Recorded<?>, ? extends V> function) {}

  /** How a read model goes about its work. */
  record Following(
      FailurePolicy failures, ProjectionListener listener, Function<RecordedEvent, String> key) {}

  /** Where the view is kept after so many events. */
  record Snapshots<V>(int everyEvents, StateCodec<V> codec, SnapshotStore store) {}

  private Projection(
      String name,
      Supplier<? extends V> empty,
      List<Source> sources,
      List<Handler<V>> handlers,
      List<Handler<Object>> effects,
      @Nullable Query query,
      Following following,
      @Nullable Snapshots<V> snapshots) {
    this.name = name;
    this.empty = empty;
    this.sources = sources;
    this.handlers = handlers;
    this.effects = effects;
    this.query = query;
    this.following = following;
    this.snapshots = snapshots;
  }

  /**
   * A projection without handlers.
   *
   * @param name names it in messages, and its dead letters
   * @param empty makes the view before the first event, a new one at each call if it is changed
   */
  public static <V> Projection<V> named(String name, Supplier<? extends V> empty) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(empty, "empty");
    var following =
        new Following(FailurePolicy.stop(), ProjectionListener.none(), Partition.BY_STREAM);
    return new Projection<>(name, empty, List.of(), List.of(), List.of(), null, following, null);
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
    return new Projection<>(
        name, empty, List.copyOf(all), handlers, effects, query, following, snapshots);
  }

  /** Makes a new view of each event of that class and the view before it. */
  public <T> Projection<V> on(
      Class<T> eventClass, BiFunction<? super V, ? super Recorded<T>, ? extends V> handler) {
    Objects.requireNonNull(handler, "handler");
    var all = new ArrayList<>(handlers);
    all.add(
        new Handler<>(eventClass, (view, event) -> handler.apply(view, cast(eventClass, event))));
    return new Projection<>(
        name, empty, sources, List.copyOf(all), effects, query, following, snapshots);
  }

  /**
   * Changes the view by each event of that class. What a handler has changed before it throws stays
   * changed, also where the event is tried again or parked; so check first, then change.
   */
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
   * Does something in the world outside for each event of that class that is appended while the
   * view is followed, once the view contains the event. Never for events of before, so neither
   * catching up nor a rebuild repeats it. What happens while nobody follows has no effect: where
   * that matters, use a process, or a read model with a checkpoint.
   */
  public <T> Projection<V> effect(Class<T> eventClass, Consumer<? super Recorded<T>> effect) {
    Objects.requireNonNull(effect, "effect");
    var all = new ArrayList<>(effects);
    all.add(
        new Handler<>(
            eventClass,
            (view, event) -> {
              effect.accept(cast(eventClass, event));
              return view;
            }));
    return new Projection<>(
        name, empty, sources, handlers, List.copyOf(all), query, following, snapshots);
  }

  /**
   * Reads exactly what the query matches. Otherwise it is the events of all types, in the given
   * categories, that handlers exist for.
   */
  public Projection<V> from(Query newQuery) {
    Objects.requireNonNull(newQuery, "query");
    return new Projection<>(
        name, empty, sources, handlers, effects, newQuery, following, snapshots);
  }

  /** What becomes of an event that a handler fails at; {@link FailurePolicy#stop} otherwise. */
  public Projection<V> onFailure(FailurePolicy policy) {
    Objects.requireNonNull(policy, "policy");
    return following(new Following(policy, following.listener, following.key));
  }

  /** Tells that listener what read models of this projection do. */
  public Projection<V> watchedBy(ProjectionListener listener) {
    Objects.requireNonNull(listener, "listener");
    return following(new Following(following.failures, listener, following.key));
  }

  /**
   * What events have to be in order with: those of one key are handled one after another, in one
   * partition, and wait behind one that is parked. The stream otherwise.
   */
  public Projection<V> keyedBy(Function<RecordedEvent, String> key) {
    Objects.requireNonNull(key, "key");
    return following(new Following(following.failures, following.listener, key));
  }

  /**
   * Keeps the view after every so many events, and when the read model is closed, so that a restart
   * goes on from there. The snapshot counts if its shape is today's and the store still holds the
   * event that it was taken at. If only the handlers changed, give the codec another version.
   *
   * @param everyEvents how many, from 1
   * @throws IllegalArgumentException if that is less than 1
   */
  public Projection<V> snapshots(int everyEvents, StateCodec<V> codec, SnapshotStore store) {
    if (everyEvents < 1) {
      throw new IllegalArgumentException(
          "a snapshot is taken every 1 or more events, not " + everyEvents);
    }
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(store, "store");
    var newSnapshots = new Snapshots<>(everyEvents, codec, store);
    return new Projection<>(
        name, empty, sources, handlers, effects, query, following, newSnapshots);
  }

  /**
   * Deletes the snapshots of a projection's views, in however many partitions they were taken: for
   * one that nobody follows at this time, which would go on from them. One that is followed, in
   * whichever process, takes new ones of the view it has; {@link RunningProjection#purge} it.
   *
   * @param projection the name of the projection
   */
  public static void deleteSnapshots(SnapshotStore store, String projection) {
    Objects.requireNonNull(projection, "projection");
    ViewSnapshots.streams(store, projection).forEach(store::delete);
  }

  private Projection<V> following(Following newFollowing) {
    return new Projection<>(
        name, empty, sources, handlers, effects, query, newFollowing, snapshots);
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
    return new ReadModel<>(this, store, new Partition(0, 1, following.key));
  }

  /**
   * Builds so many views, each of the events of its own keys ({@link #keyedBy}), in parallel, and
   * keeps them current.
   *
   * @param partitions how many, from 1
   * @throws IllegalArgumentException if that is less than 1
   * @throws IllegalStateException if there is no handler, or one for a class that no codec knows
   */
  public PartitionedReadModel<V> follow(EventStore store, int partitions) {
    return new PartitionedReadModel<>(this, store, partitions);
  }

  /**
   * A view that is kept current by the thread that appends, before its append returns: give it to
   * {@link InlineStore}.
   *
   * @throws IllegalStateException if there is no handler, or one for a class that no codec knows
   */
  public InlineView<V> inline() {
    return new InlineView<>(this);
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
    var fold = foldFrom(emptyView());
    try (var read = store.read(scope.apply(ReadRequest.of(query())))) {
      for (RecordedEvent event : read) {
        fold.add(event);
      }
    }
    return fold.view();
  }

  /** For those who lead a view through the events themselves, from that view on. */
  public Fold<V> foldFrom(V view) {
    return new Fold<>(this, view);
  }

  /**
   * What is read.
   *
   * @throws IllegalStateException if there is no handler, or one for a class that no codec knows
   */
  public Query query() {
    if (handlers.isEmpty()) {
      throw new IllegalStateException("the projection " + name + " has no handler; add one by on");
    }
    for (Handler<V> handler : handlers) {
      requireKnown(handler.eventClass);
    }
    effects.forEach(effect -> requireKnown(effect.eventClass));
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

  /** What a read model follows: what is read, and what tells of parked events. */
  Query followed() {
    return query().or(Query.stream(DeadLetters.streamOf(name)));
  }

  private void requireKnown(Class<?> eventClass) {
    if (sources.stream().allMatch(s -> s.codec.typesOf(eventClass).isEmpty())) {
      throw new IllegalStateException(
          "the projection "
              + name
              + " has a handler for "
              + eventClass.getName()
              + ", which no codec that it reads by knows; add one by reading");
    }
  }

  /** Which of so many partitions the events of a key are in, from 0. The same for ever. */
  public static int partitionOf(String key, int partitions) {
    int hash = key.hashCode() * 0x9e3779b9; // spreads keys that differ at the end only
    return Math.floorMod(hash ^ (hash >>> 16), partitions);
  }

  /** The effects as a projection of their own, or nothing if there are none. */
  Optional<Projection<Object>> effects() {
    if (effects.isEmpty()) {
      return Optional.empty();
    }
    var alone =
        new Projection<Object>(
            name + "-effects", () -> name, sources, effects, List.of(), null, following, null);
    return Optional.of(alone);
  }

  /** The same, with something done before each handler. */
  Projection<V> after(Consumer<Recorded<?>> first) {
    var all = new ArrayList<Handler<V>>();
    for (Handler<V> handler : handlers) {
      all.add(
          new Handler<>(
              handler.eventClass,
              (view, event) -> {
                first.accept(event);
                return handler.function.apply(view, event);
              }));
    }
    return new Projection<>(
        name, empty, sources, List.copyOf(all), effects, query, following, snapshots);
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

  Following following() {
    return following;
  }

  @Nullable Snapshots<V> snapshots() {
    return snapshots;
  }

  @SuppressWarnings("unchecked") // a handler is only given events of its class
  private static <T> Recorded<T> cast(Class<T> eventClass, Recorded<?> event) {
    assert eventClass.isInstance(event.event());
    return (Recorded<T>) event;
  }
}
