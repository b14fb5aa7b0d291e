package io.daybook.engine;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that a history is linearizable: that there is one order of all operations that agrees with
 * real time, and in which each answer is right at its own place.
 *
 * <p>In general that is a search. Here positions give the order of what was stored, and everything
 * else leaves the store as it was, so that each of the others only needs a place between two
 * appends. Taken in the order in which they were asked, the first place that fits is the best one,
 * since an operation only keeps later ones from earlier places. So the check is exact, and needs no
 * search.
 */
final class HistoryCheck {
  /** An event that is stored, at the position of its place in the list. */
  private record Stored(String stream, Event event) {}

  private final List<HistoryOperation> writes;
  private final List<HistoryOperation> others;
  private final List<Stored> log = new ArrayList<>();

  /** How many events are stored after so many appends. */
  private final List<Integer> lengths = new ArrayList<>(List.of(0));

  /** The last revisions after so many appends. */
  private final List<Map<String, Long>> revisions = new ArrayList<>(List.of(Map.of()));

  private HistoryCheck(List<HistoryOperation> history) {
    writes =
        history.stream()
            .filter(HistoryOperation::isStored)
            .sorted(Comparator.comparing(write -> result(write).firstPosition()))
            .toList();
    others =
        history.stream()
            .filter(operation -> !operation.isStored())
            .sorted(Comparator.comparingLong(HistoryOperation::asked))
            .toList();
  }

  /**
   * Checks a history.
   *
   * @throws AssertionError if no order explains it; the message names an operation that has no
   *     place
   */
  static void check(List<HistoryOperation> history) {
    var check = new HistoryCheck(history);
    check.placeWrites();
    check.placeOthers();
  }

  private void placeWrites() {
    long lastAsked = -1;
    for (HistoryOperation write : writes) {
      // asked later than that one was answered, and yet in front of it
      require(lastAsked < write.answered(), "behind a later one", write);
      lastAsked = Math.max(lastAsked, write.asked());
      Append append = append(write);
      int before = revisions.size() - 1;
      require(wrongExpectation(append, before) == null, "against an expectation", write);
      require(matches(append.condition(), before).isEmpty(), "against a condition", write);
      require(result(write).firstPosition().value() == log.size(), "with a gap or twice", write);
      store(write, append);
    }
  }

  private void store(HistoryOperation write, Append append) {
    Map<String, Long> after = new HashMap<>(revisions.getLast());
    Map<String, Revision> written = new HashMap<>();
    for (Append.Write one : append.writes()) {
      for (Event event : one.events()) {
        log.add(new Stored(one.stream(), event));
        after.merge(one.stream(), 0L, (last, _) -> last + 1);
      }
      written.put(one.stream(), new Revision(after.get(one.stream())));
    }
    require(result(write).lastPosition().value() == log.size() - 1, "with a wrong end", write);
    require(result(write).lastRevisions().equals(written), "with wrong revisions", write);
    revisions.add(after);
    lengths.add(log.size());
  }

  /** Those that were placed already, by the moment when they were answered. */
  private record Placed(long answered, int place) {}

  private void placeOthers() {
    List<Placed> placed = new ArrayList<>();
    for (HistoryOperation operation : others) {
      int from = 0;
      int to = writes.size();
      for (int i = 0; i < writes.size(); i++) {
        if (writes.get(i).answered() < operation.asked()) {
          from = i + 1;
        }
        if (writes.get(i).asked() > operation.answered()) {
          to = Math.min(to, i);
        }
      }
      for (Placed other : placed) {
        if (other.answered() < operation.asked()) {
          from = Math.max(from, other.place());
        }
      }
      int place = from;
      while (place <= to && !isRight(operation, place)) {
        place++;
      }
      require(place <= to, "wrong at each place from " + from + " to " + to, operation);
      placed.add(new Placed(operation.answered(), place));
    }
  }

  /** Whether the answer is right after so many appends. */
  private boolean isRight(HistoryOperation operation, int place) {
    return switch (operation.answer()) {
      case HistoryOperation.Answer.Stored _ -> false;
      case HistoryOperation.Answer.Refused(ConflictException why) ->
          isRightRefusal(append(operation), why, place);
      case HistoryOperation.Answer.Found(long head, List<Long> positions) ->
          head == lengths.get(place) - 1
              && (!(operation.question() instanceof HistoryOperation.Question.Read(Query query))
                  || positions.equals(matches(query, -1, lengths.get(place))));
    };
  }

  private boolean isRightRefusal(Append append, ConflictException why, int place) {
    String wrong = wrongExpectation(append, place);
    return switch (why) {
      case RevisionConflictException conflict ->
          conflict.stream().equals(wrong)
              && conflict.actual().map(Revision::value).equals(revision(wrong, place));
      case AppendConditionException conflict ->
          wrong == null
              && matches(append.condition(), place).contains(conflict.matchingPosition().value());
      default -> false;
    };
  }

  /** The first stream that is not as expected after so many appends, or null. */
  private String wrongExpectation(Append append, int place) {
    for (Map.Entry<String, ExpectedRevision> each : append.expectations().entrySet()) {
      Optional<Long> actual = revision(each.getKey(), place);
      boolean met =
          switch (each.getValue()) {
            case ExpectedRevision.Any _ -> true;
            case ExpectedRevision.NoStream _ -> actual.isEmpty();
            case ExpectedRevision.Exists _ -> actual.isPresent();
            case ExpectedRevision.Exactly(Revision expected) ->
                actual.equals(Optional.of(expected.value()));
          };
      if (!met) {
        return each.getKey();
      }
    }
    return null;
  }

  private Optional<Long> revision(String stream, int place) {
    return Optional.ofNullable(revisions.get(place).get(stream));
  }

  private List<Long> matches(AppendCondition condition, int place) {
    return condition == null
        ? List.of()
        : matches(condition.failIfMatches(), condition.after().value(), lengths.get(place));
  }

  private List<Long> matches(Query query, long after, int length) {
    List<Long> positions = new ArrayList<>();
    for (int position = (int) after + 1; position < length; position++) {
      Stored stored = log.get(position);
      if (query.matches(stored.stream(), stored.event())) {
        positions.add((long) position);
      }
    }
    return positions;
  }

  private static AppendResult result(HistoryOperation operation) {
    return ((HistoryOperation.Answer.Stored) operation.answer()).result();
  }

  private static Append append(HistoryOperation operation) {
    return ((HistoryOperation.Question.Write) operation.question()).append();
  }

  private static void require(boolean condition, String what, HistoryOperation operation) {
    if (!condition) {
      throw new AssertionError("not linearizable, " + what + ": " + operation);
    }
  }
}
