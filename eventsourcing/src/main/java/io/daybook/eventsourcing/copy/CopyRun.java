package io.daybook.eventsourcing.copy;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamTombstonedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One run of a copy. Used once, by one thread. */
final class CopyRun {
  private static final int EVENTS_PER_REPORT = 1_024;

  private final EventStore source;
  private final EventStore target;
  private final Query query;
  private final CopySteps steps;
  private final StoreCopy.Progress progress;
  private final CopyBatch batch = new CopyBatch();
  private Position targetHead = Position.BEFORE_FIRST;
  private long read;
  private long copied;
  private long left;
  private long appends;
  private long divided;
  private long withoutTime;

  CopyRun(
      EventStore source,
      EventStore target,
      Query query,
      List<Function<CopiedEvent, Optional<CopiedEvent>>> steps,
      StoreCopy.Progress progress) {
    this.source = source;
    this.target = target;
    this.query = query;
    this.steps = new CopySteps(steps);
    this.progress = progress;
  }

  StoreCopy.Report run() {
    targetHead = target.head();
    Position after = lastCopied();
    Position head;
    try (var events = source.read(ReadRequest.of(query).from(after.next()))) {
      head = events.head();
      for (RecordedEvent stored : events) {
        copy(stored);
        read++;
        if (read % EVENTS_PER_REPORT == 0) {
          progress.at(read, stored.position(), head);
        }
      }
    }
    if (batch.size() > 0) {
      append(batch.size());
    }
    progress.at(read, head, head);
    var settings = new CopySettings(source, target, query, steps, head);
    settings.copy();
    return new StoreCopy.Report(
        read,
        copied,
        left,
        appends,
        divided,
        withoutTime,
        after,
        head,
        settings.copied(),
        settings.left());
  }

  private void copy(RecordedEvent stored) {
    Optional<CopySteps.Made> made = steps.apply(stored);
    if (made.isEmpty()) {
      left++;
      return;
    }
    CopySteps.Made next = made.get();
    if (!next.withTime()) {
      withoutTime++;
    }
    // first what belongs to earlier instants; if that does not make room, the instant is divided
    for (int due = batch.dueBefore(next, stored.recordedAt());
        due > 0;
        due = batch.dueBefore(next, stored.recordedAt())) {
      if (batch.divides(due, stored.recordedAt())) {
        divided++;
      }
      append(due);
    }
    batch.add(next, stored.recordedAt());
  }

  /** On the condition that nobody else has written, so that the target stays a copy. */
  private void append(int count) {
    AppendResult result;
    try {
      var condition = AppendCondition.failIfMatches(Query.everything(), targetHead);
      result = target.append(new Append(batch.take(count), Map.of(), condition));
    } catch (AppendConditionException e) {
      throw new StoreCopyException(
          "somebody else has written to the target, at position "
              + e.matchingPosition()
              + ", while it was copied to; copy into a store that nobody writes to",
          e);
    } catch (IdempotencyConflictException
        | StreamTombstonedException
        | IllegalArgumentException e) {
      throw new StoreCopyException("the target does not take the copy: " + e.getMessage(), e);
    }
    if (result.firstPosition().compareTo(targetHead) > 0) {
      targetHead = result.lastPosition();
      copied += count;
      appends++;
    }
    // otherwise the target held them already, hidden
  }

  /**
   * The position in the source of the last event that the target holds. What the target holds after
   * it is hidden in the source by now, so everything behind it is still to be copied.
   */
  private Position lastCopied() {
    RecordedEvent newest = null;
    try (var events = target.read(ReadRequest.of(Query.everything()).inReverse())) {
      for (RecordedEvent copy : events) {
        newest = newest == null ? copy : newest;
        Optional<RecordedEvent> original = source.find(copy.id());
        if (original.isPresent()) {
          requireSameSteps(original.get(), copy);
          return original.get().position();
        }
      }
    }
    if (newest != null) {
      throw new StoreCopyException(
          "the target holds events that are not of the source, the last one at position "
              + newest.position()
              + " in "
              + newest.stream()
              + "; copy into an empty store, or resume with the source that it was begun with",
          null);
    }
    return Position.BEFORE_FIRST;
  }

  private void requireSameSteps(RecordedEvent original, RecordedEvent copy) {
    Optional<CopySteps.Made> made =
        query.matches(original) ? steps.apply(original) : Optional.empty();
    if (made.isPresent()
        && made.get().stream().equals(copy.stream())
        && made.get().event().equals(copy.event())) {
      return;
    }
    throw new StoreCopyException(
        "the target was begun with other steps: of the event at position "
            + original.position()
            + " of the source, it holds "
            + copy.type()
            + " in "
            + copy.stream()
            + ", and these steps make "
            + made.map(m -> m.event().type() + " in " + m.stream()).orElse("nothing")
            + "; resume with the same steps, or copy into an empty store",
        null);
  }
}
