package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.codec.UnknownEventTypeException;
import io.daybook.eventstore.RecordedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A view on its way through the events: what read models of all kinds are made of. To be used by
 * one thread.
 *
 * @param <V> the view
 */
public final class Fold<V> {
  private final Projection<V> projection;
  private final Map<Class<?>, List<Projection.Handler<V>>> handlers = new HashMap<>();
  private V view;
  private long unknown;

  Fold(Projection<V> projection, V view) {
    this.projection = projection;
    this.view = view;
  }

  /** The view after the events so far. */
  public V view() {
    return view;
  }

  /** How many events were passed over because no codec knows their type. */
  public long unknownEvents() {
    return unknown;
  }

  /**
   * Gives an event to its handlers.
   *
   * @throws ProjectionFailedException if a handler fails or the event cannot be decoded; the view
   *     is then the one before, unless handlers changed it in place
   */
  public void add(RecordedEvent stored) {
    Codec<?> codec = codecFor(stored);
    if (codec == null) {
      unknown++;
      return;
    }
    V before = view;
    try {
      decode(codec, stored);
    } catch (UnknownEventTypeException e) {
      view = before;
      if (!e.stored().equals(stored)) {
        throw new ProjectionFailedException(projection.name(), stored, e);
      }
      unknown++;
    } catch (RuntimeException e) {
      view = before;
      throw new ProjectionFailedException(projection.name(), stored, e);
    }
  }

  private <E> void decode(Codec<E> codec, RecordedEvent stored) {
    for (E event : codec.decode(stored)) {
      var recorded = new Recorded<>(event, stored, codec);
      for (Projection.Handler<V> handler : handlersOf(event.getClass())) {
        view = handler.function().apply(view, recorded);
      }
    }
  }

  private @Nullable Codec<?> codecFor(RecordedEvent stored) {
    for (Projection.Source source : projection.sources()) {
      if (source.codec().knows(stored.type()) && covers(source.categories(), stored)) {
        return source.codec();
      }
    }
    return null;
  }

  private static boolean covers(Set<String> categories, RecordedEvent stored) {
    return categories.isEmpty() || stored.category().filter(categories::contains).isPresent();
  }

  private List<Projection.Handler<V>> handlersOf(Class<?> type) {
    return handlers.computeIfAbsent(
        type,
        _ ->
            projection.handlers().stream()
                .filter(handler -> handler.eventClass().isAssignableFrom(type))
                .toList());
  }
}
