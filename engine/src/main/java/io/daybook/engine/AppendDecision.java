package io.daybook.engine;

import io.daybook.engine.index.IndexView;
import io.daybook.engine.log.DecidedAppend;
import io.daybook.engine.log.Micros;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.StreamTombstonedException;
import io.daybook.eventstore.SystemEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides an append: a function of what is stored and of the request, without a clock and without
 * writing. The recorded time is part of the request by then.
 *
 * <p>What is stored includes the appends before it in the same group, which are decided but not
 * durable yet; should they fail, so does everything decided after them.
 */
final class AppendDecision {
  private final IndexView index;
  private final StreamRules rules;
  private final long nextPosition;
  private final long recordedAtMicros;
  private final LongFunction<RecordedEvent> events;
  private final LongFunction<DecidedAppend> appends;

  /** What became of a request. */
  sealed interface Outcome {
    /** It is to be written. */
    record Accepted(DecidedAppend append, AppendResult result, StreamRules rules)
        implements Outcome {}

    /** It was written before. */
    record Repeated(AppendResult result) implements Outcome {}
  }

  /**
   * What to decide against.
   *
   * @param index all terms and ids up to the next position
   * @param rules the rules of streams
   * @param nextPosition the position that the append would get
   * @param recordedAtMicros the recorded time that the append would get
   * @param events reads an event by its position
   * @param appends reads a whole append by its first position
   */
  AppendDecision(
      IndexView index,
      StreamRules rules,
      long nextPosition,
      long recordedAtMicros,
      LongFunction<RecordedEvent> events,
      LongFunction<DecidedAppend> appends) {
    this.index = index;
    this.rules = rules;
    this.nextPosition = nextPosition;
    this.recordedAtMicros = recordedAtMicros;
    this.events = events;
    this.appends = appends;
  }

  /**
   * Decides.
   *
   * @throws io.daybook.eventstore.EventStoreException if the request is refused
   */
  Outcome decide(Pending.Request request) {
    return switch (request) {
      case Pending.Request.Events(Append append) -> decide(append);
      case Pending.Request.Administration administration -> decide(administration);
    };
  }

  private Outcome decide(Append append) {
    AppendResult first = firstResult(append);
    if (first != null) {
      return new Outcome.Repeated(first);
    }
    var lastRevisions = new LastRevisions(index);
    for (Append.Write write : append.writes()) {
      checkTombstone(write.stream());
    }
    for (String stream : append.expectations().keySet()) {
      checkTombstone(stream);
    }
    for (Map.Entry<String, ExpectedRevision> entry : append.expectations().entrySet()) {
      checkExpectation(entry.getKey(), entry.getValue(), lastRevisions);
    }
    if (append.condition() != null) {
      checkCondition(append.condition());
    }
    return accept(append, lastRevisions);
  }

  private Outcome decide(Pending.Request.Administration request) {
    String stream = request.stream();
    checkTombstone(stream);
    var lastRevisions = new LastRevisions(index);
    long last = lastRevisions.of(stream);
    checkExpectation(stream, request.expected(), lastRevisions);
    StreamSettings data =
        switch (request.type()) {
          case SystemEvents.STREAM_DELETED ->
              StreamSettings.none().withTruncateBefore(new Revision(last + 1));
          case SystemEvents.STREAM_SETTINGS_CHANGED -> request.settings();
          default -> StreamSettings.none();
        };
    Payload payload = data.toPayload();
    var event = new Event(request.eventId(), request.type(), List.of(), payload, Payload.empty());
    String systemStream = SystemEvents.systemStreamOf(stream);
    long revision = index.lastRevision(systemStream) + 1;
    var run = new DecidedAppend.Run(systemStream, revision, List.of(event));
    var decided = new DecidedAppend(nextPosition, recordedAtMicros, List.of(run));
    return new Outcome.Accepted(
        decided,
        resultOf(decided),
        rules.after(request.type(), stream, data, last, recordedAtMicros));
  }

  private Outcome accept(Append append, LastRevisions lastRevisions) {
    List<DecidedAppend.Run> runs = new ArrayList<>(append.writes().size());
    for (Append.Write write : append.writes()) {
      long last = lastRevisions.of(write.stream());
      runs.add(new DecidedAppend.Run(write.stream(), last + 1, write.events()));
      lastRevisions.set(write.stream(), last + write.events().size());
    }
    var decided = new DecidedAppend(nextPosition, recordedAtMicros, runs);
    return new Outcome.Accepted(decided, resultOf(decided), rules);
  }

  private void checkTombstone(String stream) {
    if (rules.of(stream).tombstoned()) {
      throw new StreamTombstonedException(stream);
    }
  }

  private void checkExpectation(
      String stream, ExpectedRevision expected, LastRevisions lastRevisions) {
    long last = lastRevisions.of(stream);
    if (!rules.of(stream).allows(expected, last)) {
      throw new RevisionConflictException(stream, expected, last < 0 ? null : new Revision(last));
    }
  }

  private void checkCondition(AppendCondition condition) {
    long after = condition.after().value();
    long last = nextPosition - 1;
    if (after >= last) {
      return;
    }
    var visibility = new Visibility(rules, index, last, recordedAtMicros, false);
    // what matches is read, since the index also holds what is hidden and the system's own
    long match =
        index.anyMatch(
            condition.failIfMatches(),
            after,
            last,
            position -> visibility.sees(events.apply(position)));
    if (match >= 0) {
      throw new AppendConditionException(condition, new Position(match));
    }
  }

  /**
   * The result of the append that stored the same events before; null if none of them is stored.
   */
  private @Nullable AppendResult firstResult(Append append) {
    UUID firstId = append.writes().getFirst().events().getFirst().id();
    long storedAt = positionOf(firstId);
    if (storedAt >= 0) {
      DecidedAppend stored = appends.apply(storedAt);
      if (stored.firstPosition() != storedAt || !isSame(append, stored)) {
        throw new IdempotencyConflictException(firstId, new Position(storedAt));
      }
      return resultOf(stored);
    }
    boolean first = true;
    for (Append.Write write : append.writes()) {
      for (Event event : write.events()) {
        if (!first) {
          long position = positionOf(event.id());
          if (position >= 0) {
            throw new IdempotencyConflictException(event.id(), new Position(position));
          }
        }
        first = false;
      }
    }
    return null;
  }

  /** The position of the event of that id, or -1. */
  private long positionOf(UUID id) {
    return StoredIds.find(index, id, events);
  }

  private static boolean isSame(Append append, DecidedAppend stored) {
    List<String> streams = new ArrayList<>();
    List<UUID> ids = new ArrayList<>();
    for (Append.Write write : append.writes()) {
      for (Event event : write.events()) {
        streams.add(write.stream());
        ids.add(event.id());
      }
    }
    int i = 0;
    for (DecidedAppend.Run run : stored.runs()) {
      for (Event event : run.events()) {
        if (i == ids.size()
            || !ids.get(i).equals(event.id())
            || !streams.get(i).equals(run.stream())) {
          return false;
        }
        i++;
      }
    }
    return i == ids.size();
  }

  static AppendResult resultOf(DecidedAppend append) {
    List<DecidedAppend.Run> runs = append.runs();
    Map<String, Revision> revisions;
    if (runs.size() == 1) {
      revisions = Map.of(runs.getFirst().stream(), lastOf(runs.getFirst()));
    } else {
      revisions = new HashMap<>();
      for (DecidedAppend.Run run : runs) {
        revisions.put(run.stream(), lastOf(run));
      }
    }
    return new AppendResult(
        new Position(append.firstPosition()),
        new Position(append.firstPosition() + append.eventCount() - 1),
        revisions,
        Micros.toInstant(append.recordedAtMicros()));
  }

  private static Revision lastOf(DecidedAppend.Run run) {
    return new Revision(run.firstRevision() + run.events().size() - 1);
  }
}
