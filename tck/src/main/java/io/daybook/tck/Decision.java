package io.daybook.tck;

import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;

/**
 * A decision by events: what was read, what a rule says about it, and the head up to which it
 * holds. It counts if nothing that the query finds was stored in between.
 */
final class Decision {
  private final EventStore store;
  private final Query query;
  private final Position head;
  private final Verdict verdict;

  private Decision(EventStore store, Query query, Position head, Verdict verdict) {
    this.store = store;
    this.query = query;
    this.head = head;
    this.verdict = verdict;
  }

  /** Decides by all that the request finds; nothing is stored yet. */
  static Decision of(
      EventStore store, ReadRequest request, Function<List<RecordedEvent>, Verdict> rule) {
    var events = new ArrayList<RecordedEvent>();
    Position head;
    try (var read = store.read(request)) {
      head = read.head();
      read.forEach(events::add);
    }
    return new Decision(store, request.query(), head, rule.apply(events));
  }

  /** Decides and stores, again and again until nobody comes in between. Returns the word. */
  static String make(
      EventStore store, ReadRequest request, Function<List<RecordedEvent>, Verdict> rule) {
    for (int tries = 0; tries < Parallel.MOST_TRIES; tries++) {
      Decision decision = of(store, request, rule);
      if (decision.stands()) {
        return decision.verdict.word();
      }
    }
    return Assertions.fail("nobody ever wins");
  }

  /** Stores what was decided. False if somebody came in between, and nothing is stored. */
  boolean stands() {
    if (verdict.append() == null) {
      return true;
    }
    try {
      store.append(verdict.append().unless(query, head));
      return true;
    } catch (AppendConditionException _) {
      return false;
    }
  }

  /** The word of the verdict. */
  String word() {
    return verdict.word();
  }
}
