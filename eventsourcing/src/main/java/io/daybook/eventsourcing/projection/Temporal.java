package io.daybook.eventsourcing.projection;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A value and what it was before, by business time: each value holds from an instant until the
 * next. Events that tell late of what happened early are put where they belong. For views that
 * handlers change; not thread-safe by itself.
 *
 * <pre>{@code
 * Projection.named("prices", () -> new HashMap<String, Temporal<Price>>())
 *     .reading(codec)
 *     .update(PriceChanged.class, (view, e) ->
 *         view.computeIfAbsent(e.streamId(), _ -> new Temporal<>())
 *             .set(e.occurredAt(), e.event().price()));
 * }</pre>
 *
 * @param <V> the value, immutable
 */
public final class Temporal<V> {
  private final TreeMap<Instant, V> byStart = new TreeMap<>();

  /** Without any value. */
  public Temporal() {}

  /** The value from that instant until the next that is known. */
  public void set(Instant from, V value) {
    byStart.put(Objects.requireNonNull(from, "from"), Objects.requireNonNull(value, "value"));
  }

  /**
   * Changes the value from that instant on, and all that follow: a deposit of last week raises
   * every balance since.
   *
   * @param initial the value before the first
   * @param change makes a value of the one before
   */
  public void change(Instant from, V initial, UnaryOperator<V> change) {
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(change, "change");
    V before = at(from).orElse(initial);
    byStart.tailMap(from, false).replaceAll((_, value) -> change.apply(value));
    set(from, change.apply(before));
  }

  /** The value as of that instant, if there was one. */
  public Optional<V> at(Instant instant) {
    Map.Entry<Instant, V> entry = byStart.floorEntry(instant);
    return entry == null ? Optional.empty() : Optional.of(entry.getValue());
  }

  /** The latest value, if there is one. */
  public Optional<V> latest() {
    return byStart.isEmpty() ? Optional.empty() : Optional.of(byStart.lastEntry().getValue());
  }

  /** All values by the instants that they hold from. A view, not a copy. */
  public NavigableMap<Instant, V> history() {
    return Collections.unmodifiableNavigableMap(byStart);
  }
}
