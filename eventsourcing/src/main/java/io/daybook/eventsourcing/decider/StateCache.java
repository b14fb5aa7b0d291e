package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.Revision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The states of the streams used last, at most so many. Thread-safe. */
final class StateCache<S> {
  private final Map<String, StreamState<S>> states;

  StateCache(int capacity) {
    states =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, StreamState<S>> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized @Nullable StreamState<S> get(String stream) {
    return states.get(stream);
  }

  /** Keeps a state, unless a later one is kept. */
  synchronized void put(String stream, StreamState<S> state) {
    states.merge(stream, state, (before, now) -> revision(before) > revision(now) ? before : now);
  }

  synchronized void remove(String stream) {
    states.remove(stream);
  }

  private static long revision(StreamState<?> state) {
    Revision last = state.last();
    return last == null ? -1 : last.value();
  }
}
