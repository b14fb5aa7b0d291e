package io.daybook.eventsourcing.decider;

import io.daybook.eventstore.Revision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The states of the streams used last, at most so many. Thread-safe. */
final class StateCache<S> {
  private final Map<String, StreamState<S>> states;
  private long era;

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

  /** Keeps a state, unless a later one is kept, or it was read before the last purge. */
  synchronized void put(String stream, StreamState<S> state) {
    if (state.era() < era) {
      return;
    }
    states.merge(stream, state, (before, now) -> revision(before) > revision(now) ? before : now);
  }

  synchronized void remove(String stream) {
    states.remove(stream);
  }

  /** Drops all states, and from now on takes none that were read before that era. */
  synchronized void purge(long newEra) {
    era = newEra;
    states.clear();
  }

  private static long revision(StreamState<?> state) {
    Revision last = state.last();
    return last == null ? -1 : last.value();
  }
}
