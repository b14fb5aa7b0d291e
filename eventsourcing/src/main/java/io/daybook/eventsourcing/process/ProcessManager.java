package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the instances of a process react to what happens, as pure functions. Immutable: every method
 * that adds something returns a process manager that knows more.
 *
 * <pre>{@code
 * var payment = ProcessManager.named("payment", "")
 *     .reading(JsonCodec.of(OrderEvent.class), "order")
 *     .startedBy(Placed.class, Recorded::streamId, (_, e) ->
 *         List.of(schedule("unpaid", Duration.ofMinutes(30))))
 *     .on(Paid.class, Recorded::streamId, (_, e) -> List.of(end()))
 *     .onTimer("unpaid", (_, timer) ->
 *         List.of(send(timer.instance(), new Cancel("not paid in time")), end()));
 * }</pre>
 *
 * <p>An instance begins when an event that may start it leads to a reaction; before that, other
 * events do not concern it. Its state is evolved from events of its own, which it {@linkplain
 * Reaction#remember remembers}; they stand in the stream {@code NAME-INSTANCE}. After {@link
 * Reaction#end} it reacts to nothing any more, and never begins again.
 *
 * <p>An event is given to every handler whose class it is an instance of, in the order in which
 * they were added; each sees the state that those before it have led to. Handlers have no side
 * effects: they may run more than once for an event, and what they return counts once.
 *
 * @param <S> the state of an instance; immutable
 */
public final class ProcessManager<S> {
  /** Keeps command ids well below the limit of a tag. */
  private static final int MOST_NAME_CHARACTERS = 100;

  private final String name;
  private final S initial;
  private final @Nullable Memory<S> memory;
  private final List<Source> sources;
  private final List<Handler<S>> handlers;
  private final Map<String, BiFunction<? super S, FiredTimer, List<Reaction>>> timers;
  private final List<RejectionHandler<S>> rejections;
  private final @Nullable BiFunction<? super S, StartRequest, List<Reaction>> start;

  /** A codec, and the categories that it is for; all if there are none. */
  record Source(Codec<?> codec, Set<String> categories) {}

  /** How the state is kept: the codec of the process's own events, and what they lead to. */
  record Memory<S>(Codec<Object> codec, BiFunction<S, Object, S> evolve) {}

  private record Handler<S>(
      Class<?> eventClass,
      boolean starts,
      Function<Recorded<?>, String> instance,
      BiFunction<S, Recorded<?>, List<Reaction>> react) {}

  private record RejectionHandler<S>(
      Class<?> commandClass, BiFunction<S, RejectedCommand<?>, List<Reaction>> react) {}

  private ProcessManager(
      String name,
      S initial,
      @Nullable Memory<S> memory,
      List<Source> sources,
      List<Handler<S>> handlers,
      Map<String, BiFunction<? super S, FiredTimer, List<Reaction>>> timers,
      List<RejectionHandler<S>> rejections,
      @Nullable BiFunction<? super S, StartRequest, List<Reaction>> start) {
    this.name = name;
    this.initial = initial;
    this.memory = memory;
    this.sources = List.copyOf(sources);
    this.handlers = List.copyOf(handlers);
    this.timers = Map.copyOf(timers);
    this.rejections = List.copyOf(rejections);
    this.start = start;
  }

  /**
   * A process without handlers.
   *
   * @param name the category of its streams; never to be changed, since what happened is found by
   *     it
   * @param initial the state of an instance that remembers nothing yet
   * @throws IllegalArgumentException if the name is blank, longer than 100 characters or holds a
   *     {@code -}
   */
  public static <S> ProcessManager<S> named(String name, S initial) {
    Limits.requireStreamName(name);
    if (name.contains("-") || name.length() > MOST_NAME_CHARACTERS || Limits.isSystemName(name)) {
      throw new IllegalArgumentException(
          "the name of a process is a category: at most "
              + MOST_NAME_CHARACTERS
              + " characters, without - and without $ at its start; not "
              + name);
    }
    return new ProcessManager<>(
        name,
        Objects.requireNonNull(initial, "initial"),
        null,
        List.of(),
        List.of(),
        Map.of(),
        List.of(),
        null);
  }

  /**
   * Has events of its own, which lead from one state to the next.
   *
   * @param codec writes and reads them
   * @param evolve the state after an event; never refuses
   * @param <P> what they have in common
   */
  public <P> ProcessManager<S> evolving(
      Codec<P> codec, BiFunction<? super S, ? super P, ? extends S> evolve) {
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(evolve, "evolve");
    @SuppressWarnings(
        "unchecked") // it only ever meets events that it decoded, or refuses to encode
    var memory =
        new Memory<S>((Codec<Object>) codec, (state, event) -> evolve.apply(state, (P) event));
    return new ProcessManager<>(
        name, initial, memory, sources, handlers, timers, rejections, start);
  }

  /**
   * Reads events by that codec, besides those given before.
   *
   * @param categories only in streams of these categories; in all if none is given
   */
  public ProcessManager<S> reading(Codec<?> codec, String... categories) {
    var all = new ArrayList<>(sources);
    all.add(new Source(Objects.requireNonNull(codec, "codec"), Set.of(categories)));
    return new ProcessManager<>(name, initial, memory, all, handlers, timers, rejections, start);
  }

  /**
   * Events of that class may start an instance: they do if there is a reaction. One that is running
   * gets them, too.
   *
   * @param instance which instance an event belongs to; an empty text if to none
   * @param react what it does
   */
  public <T> ProcessManager<S> startedBy(
      Class<T> eventClass,
      Function<? super Recorded<T>, String> instance,
      BiFunction<? super S, ? super Recorded<T>, List<Reaction>> react) {
    return handling(eventClass, true, instance, react);
  }

  /**
   * A running instance reacts to events of that class.
   *
   * @param instance which instance an event belongs to; an empty text if to none
   * @param react what it does
   */
  public <T> ProcessManager<S> on(
      Class<T> eventClass,
      Function<? super Recorded<T>, String> instance,
      BiFunction<? super S, ? super Recorded<T>, List<Reaction>> react) {
    return handling(eventClass, false, instance, react);
  }

  private <T> ProcessManager<S> handling(
      Class<T> eventClass,
      boolean starts,
      Function<? super Recorded<T>, String> instance,
      BiFunction<? super S, ? super Recorded<T>, List<Reaction>> react) {
    Objects.requireNonNull(instance, "instance");
    Objects.requireNonNull(react, "react");
    var all = new ArrayList<>(handlers);
    all.add(
        new Handler<>(
            eventClass,
            starts,
            event -> instance.apply(cast(eventClass, event)),
            (state, event) -> react.apply(state, cast(eventClass, event))));
    return new ProcessManager<>(name, initial, memory, sources, all, timers, rejections, start);
  }

  /**
   * An instance reacts when it is asked to start, by {@link ProcessRunner#start}: for processes
   * that no event starts, a monthly job for example.
   */
  public ProcessManager<S> onStart(BiFunction<? super S, StartRequest, List<Reaction>> react) {
    Objects.requireNonNull(react, "react");
    return new ProcessManager<>(
        name, initial, memory, sources, handlers, timers, rejections, react);
  }

  /**
   * A running instance reacts when its timer of that name fires.
   *
   * @throws IllegalArgumentException if there is a reaction to that timer already
   */
  public ProcessManager<S> onTimer(
      String timer, BiFunction<? super S, FiredTimer, List<Reaction>> react) {
    Objects.requireNonNull(react, "react");
    var all = new LinkedHashMap<>(timers);
    if (all.put(timer, react) != null) {
      throw new IllegalArgumentException("there are two reactions to the timer " + timer);
    }
    return new ProcessManager<>(name, initial, memory, sources, handlers, all, rejections, start);
  }

  /**
   * A running instance reacts when a command of that class, which it sent, is rejected. A rejection
   * that nothing is said about changes nothing.
   */
  public <C> ProcessManager<S> onRejected(
      Class<C> commandClass, BiFunction<? super S, RejectedCommand<C>, List<Reaction>> react) {
    Objects.requireNonNull(react, "react");
    var all = new ArrayList<>(rejections);
    all.add(
        new RejectionHandler<>(
            commandClass,
            (state, rejected) -> react.apply(state, castRejected(commandClass, rejected))));
    return new ProcessManager<>(name, initial, memory, sources, handlers, timers, all, start);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The state of an instance that remembers nothing yet. */
  public S initial() {
    return initial;
  }

  /** A runner to be, on that store. */
  public ProcessRunner.Builder<S> on(EventStore store) {
    return new ProcessRunner.Builder<>(this, store);
  }

  /** The instances that an event belongs to, in the order of their handlers. */
  public Set<String> instancesOf(Recorded<?> event) {
    var instances = new LinkedHashSet<String>();
    for (Handler<S> handler : handlers) {
      if (handler.eventClass.isInstance(event.event())) {
        String instance = handler.instance.apply(event);
        if (!instance.isEmpty()) {
          instances.add(instance);
        }
      }
    }
    return instances;
  }

  /**
   * What an instance does when that happened; nothing if it does not concern it.
   *
   * @param running whether it began already
   */
  public List<Reaction> react(String instance, S state, boolean running, Recorded<?> event) {
    var reactions = new ArrayList<Reaction>();
    S now = state;
    for (Handler<S> handler : handlers) {
      if (handler.eventClass.isInstance(event.event())
          && (running || handler.starts || !reactions.isEmpty())
          && handler.instance.apply(event).equals(instance)) {
        List<Reaction> more = handler.react.apply(now, event);
        now = evolve(now, more);
        reactions.addAll(more);
      }
    }
    return List.copyOf(reactions);
  }

  /** What an instance does that is asked to start. */
  public List<Reaction> react(S state, StartRequest request) {
    if (start == null) {
      throw new IllegalStateException(
          "the process " + name + " does not say what it does when it is asked to start");
    }
    return List.copyOf(start.apply(state, request));
  }

  /**
   * What a running instance does when its timer fires.
   *
   * @throws IllegalStateException if there is no reaction to a timer of that name
   */
  public List<Reaction> react(S state, FiredTimer timer) {
    var react = timers.get(timer.timer());
    if (react == null) {
      throw new IllegalStateException(
          "the process " + name + " has no reaction to its timer " + timer.timer());
    }
    return List.copyOf(react.apply(state, timer));
  }

  /** What a running instance does when its command is rejected. */
  public List<Reaction> react(S state, RejectedCommand<?> rejected) {
    var reactions = new ArrayList<Reaction>();
    S now = state;
    for (RejectionHandler<S> handler : rejections) {
      if (handler.commandClass.isInstance(rejected.command())) {
        List<Reaction> more = handler.react.apply(now, rejected);
        now = evolve(now, more);
        reactions.addAll(more);
      }
    }
    return List.copyOf(reactions);
  }

  /** The state after what the reactions remember. */
  public S evolve(S state, List<Reaction> reactions) {
    S now = state;
    for (Reaction reaction : reactions) {
      if (reaction instanceof Reaction.Remember(var event)) {
        now = memory().evolve.apply(now, event);
      }
    }
    return now;
  }

  /** How the state is kept. */
  Memory<S> memory() {
    if (memory == null) {
      throw new IllegalStateException(
          "the process " + name + " does not say how events of its own evolve it; add evolving");
    }
    return memory;
  }

  /** The codec of an event that is of interest, or null. */
  @Nullable Codec<?> codecFor(String type, String stream) {
    for (Source source : sources) {
      if (source.codec.knows(type)
          && (source.categories.isEmpty()
              || Query.categoryOf(stream).filter(source.categories::contains).isPresent())) {
        return source.codec;
      }
    }
    return null;
  }

  /** What is read. */
  Query query() {
    var items = new ArrayList<Query.Item>();
    for (Handler<S> handler : handlers) {
      if (sources.stream().allMatch(s -> s.codec.typesOf(handler.eventClass).isEmpty())) {
        throw new IllegalStateException(
            "the process "
                + name
                + " reacts to "
                + handler.eventClass.getName()
                + ", which no codec that it reads by knows; add one by reading");
      }
    }
    for (Source source : sources) {
      var types = new LinkedHashSet<String>();
      handlers.forEach(handler -> types.addAll(source.codec.typesOf(handler.eventClass)));
      if (!types.isEmpty()) {
        items.add(new Query.Item(Set.of(), source.categories, types, Set.of()));
      }
    }
    items.add(
        Query.item()
            .withCategories(name)
            .withTypes(
                ProcessEventCodec.STARTED,
                ProcessEventCodec.TIMER_FIRED,
                ProcessEventCodec.REFUSED));
    return new Query.AnyOf(items);
  }

  @SuppressWarnings("unchecked") // a handler is only given events of its class
  private static <T> Recorded<T> cast(Class<T> eventClass, Recorded<?> event) {
    assert eventClass.isInstance(event.event());
    return (Recorded<T>) event;
  }

  @SuppressWarnings("unchecked") // a handler is only given commands of its class
  private static <C> RejectedCommand<C> castRejected(
      Class<C> commandClass, RejectedCommand<?> rejected) {
    assert commandClass.isInstance(rejected.command());
    return (RejectedCommand<C>) rejected;
  }
}
