package io.daybook.eventstore;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an append may be written. All of it runs with the log's lock held, so that what
 * it sees is exactly what the append follows.
 */
final class AppendRules {
  private AppendRules() {}

  /**
   * The first result, if the request is a retry; null if all of its ids are new.
   *
   * @throws IdempotencyConflictException if some ids are stored, but not by the same append
   */
  static @Nullable AppendResult firstResult(MemoryLog log, List<Append.Write> writes) {
    Event first = writes.getFirst().events().getFirst();
    long start = log.positionOf(first.id());
    if (start < 0) {
      requireNew(log, writes);
      return null;
    }
    if (log.frameStart(start) != start || !isFrame(log, start, writes)) {
      throw new IdempotencyConflictException(first.id(), new Position(start));
    }
    return resultOf(log, start, log.frameEnd(start));
  }

  /** The result of the frame between these positions. */
  static AppendResult resultOf(MemoryLog log, long start, long end) {
    Map<String, Revision> lastRevisions = new HashMap<>();
    for (long position = start; position <= end; position++) {
      RecordedEvent event = log.get(position);
      lastRevisions.put(event.stream(), event.revision());
    }
    return new AppendResult(
        new Position(start), new Position(end), lastRevisions, log.get(start).recordedAt());
  }

  /** Checks tombstones, expectations and the condition, in this order. */
  static void check(MemoryView view, Append append) {
    append.writes().forEach(write -> requireNotTombstoned(view, write.stream()));
    append.expectations().keySet().forEach(stream -> requireNotTombstoned(view, stream));
    append.expectations().forEach((stream, expected) -> requireExpected(view, stream, expected));
    AppendCondition condition = append.condition();
    if (condition != null) {
      requireNoMatch(view, condition);
    }
  }

  /** The stream must not be tombstoned. */
  static void requireNotTombstoned(MemoryView view, String stream) {
    if (view.log().stateOf(stream, view.head()).tombstoned()) {
      throw new StreamTombstonedException(stream);
    }
  }

  /** The stream must be as expected. */
  static void requireExpected(MemoryView view, String stream, ExpectedRevision expected) {
    int count = view.log().eventCount(stream, view.head());
    boolean gone = count == 0 || view.log().stateOf(stream, view.head()).isDeletedAt(count);
    boolean met =
        switch (expected) {
          case ExpectedRevision.Any _ -> true;
          case ExpectedRevision.NoStream _ -> gone;
          case ExpectedRevision.Exists _ -> !gone;
          case ExpectedRevision.Exactly(Revision revision) -> revision.value() == count - 1;
        };
    if (!met) {
      throw new RevisionConflictException(
          stream, expected, count == 0 ? null : new Revision(count - 1));
    }
  }

  private static void requireNoMatch(MemoryView view, AppendCondition condition) {
    RecordedEvent match =
        new MemoryCursor(
                view,
                condition.failIfMatches(),
                false,
                false,
                condition.after().value() + 1,
                view.head())
            .next();
    if (match != null) {
      throw new AppendConditionException(condition, match.position());
    }
  }

  private static void requireNew(MemoryLog log, List<Append.Write> writes) {
    for (Append.Write write : writes) {
      for (Event event : write.events()) {
        long stored = log.positionOf(event.id());
        if (stored >= 0) {
          throw new IdempotencyConflictException(event.id(), new Position(stored));
        }
      }
    }
  }

  private static boolean isFrame(MemoryLog log, long start, List<Append.Write> writes) {
    long end = log.frameEnd(start);
    long position = start;
    for (Append.Write write : writes) {
      for (Iterator<Event> events = write.events().iterator(); events.hasNext(); position++) {
        Event event = events.next();
        if (position > end
            || !log.get(position).id().equals(event.id())
            || !log.get(position).stream().equals(write.stream())) {
          return false;
        }
      }
    }
    return position == end + 1;
  }
}
