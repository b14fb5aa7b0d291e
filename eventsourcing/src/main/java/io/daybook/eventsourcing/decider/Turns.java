package io.daybook.eventsourcing.decider;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commands for a stream on which there was a conflict take turns, so that those of one process do
 * not spoil each other's attempts. A stream without conflicts costs a look into a map.
 *
 * <p>A turn is a courtesy and nothing relies on it: the store decides who was first, and one whose
 * turn does not come in time goes ahead. So even work that waits for other work cannot be locked
 * in.
 */
final class Turns {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConcurrentMap<String, Line> lines = new ConcurrentHashMap<>();

  /** A stream of a handler, for which there may be a line. */
  record Place(Turns turns, String stream) {
    boolean isContended() {
      return turns.lines.containsKey(stream);
    }
  }

  /** Those who wait for a stream, first come, first served; it exists while there is somebody. */
  private static final class Line {
    private final ReentrantLock lock = new ReentrantLock(true);

    /** Changed only while the map holds the entry. */
    private int members;
  }

  /** The turns that a thread has taken. To be used by that thread. */
  static final class Taken implements AutoCloseable {
    private record Turn(Place place, Line line, boolean locked) {}

    private final Deque<Turn> turns = new ArrayDeque<>();

    /** Takes a turn at each place; in the order of the names, so that nobody waits in a circle. */
    void take(Collection<Place> places) {
      places.stream().sorted(Comparator.comparing(Place::stream)).forEach(this::take);
    }

    private void take(Place place) {
      Line line =
          place.turns.lines.compute(
              place.stream,
              (_, existing) -> {
                Line joined = existing == null ? new Line() : existing;
                joined.members++;
                return joined;
              });
      boolean locked = false;
      try {
        locked = line.lock.tryLock(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        // the attempt that follows is short; whoever interrupted is heard by the next pause
        Thread.currentThread().interrupt();
      }
      turns.push(new Turn(place, line, locked));
    }

    @Override
    public void close() {
      giveBack();
    }

    /** Lets the next ones have their turns. */
    void giveBack() {
      while (!turns.isEmpty()) {
        Turn turn = turns.pop();
        if (turn.locked) {
          turn.line.lock.unlock();
        }
        turn.place.turns.lines.compute(turn.place.stream, (_, line) -> left(line));
      }
    }

    private static @Nullable Line left(@Nullable Line line) {
      return line == null || --line.members == 0 ? null : line;
    }
  }
}
