package io.daybook.engine;

import io.daybook.engine.index.IndexView;
import io.daybook.engine.log.Micros;
import io.daybook.engine.log.Stub;
import io.daybook.eventstore.RecordedEvent;
import java.util.HashMap;
import java.util.Map;

/** Decides which events one operation may see. Used by one thread. */
final class Visibility {
  private final StreamRules rules;
  private final IndexView index;
  private final long head;
  private final long nowMicros;
  private final boolean systemEvents;

  /** What the rules of a stream come to at this operation's moment. */
  private record Kept(long firstRevision, long firstMicros) {}

  private final Map<String, Kept> kept = new HashMap<>();

  Visibility(StreamRules rules, IndexView index, long head, long nowMicros, boolean systemEvents) {
    this.rules = rules;
    this.index = index;
    this.head = head;
    this.nowMicros = nowMicros;
    this.systemEvents = systemEvents;
  }

  /**
   * What an operation may see that looks at a snapshot. Ages are measured at the recorded time of
   * the head at least, so that a clock that steps back brings nothing back that an append saw
   * hidden.
   */
  static Visibility of(Snapshot snapshot, long clockMicros, boolean systemEvents) {
    long nowMicros = Math.max(clockMicros, snapshot.recordedAtMicros());
    return new Visibility(
        snapshot.rules(), snapshot.version().index(), snapshot.head(), nowMicros, systemEvents);
  }

  /** Whether every event is visible that is not the system's. */
  boolean hidesNothing() {
    return rules.isEmpty();
  }

  boolean sees(RecordedEvent event) {
    if (event.isSystem()) {
      return systemEvents;
    }
    if (Stub.is(event)) {
      return false; // whatever clock and rules say: there is nothing left to be seen
    }
    if (rules.isEmpty() || !rules.contains(event.stream())) {
      return true;
    }
    Kept its = kept(event.stream());
    return event.revision().value() >= its.firstRevision
        && Micros.of(event.recordedAt()) >= its.firstMicros;
  }

  /** The first revision of a stream that can be visible. */
  long firstRevision(String stream) {
    return rules.contains(stream) ? kept(stream).firstRevision : 0;
  }

  private Kept kept(String stream) {
    return kept.computeIfAbsent(
        stream,
        name -> {
          StreamRule rule = rules.of(name);
          return new Kept(
              rule.firstKept(index.lastRevision(name, head)), rule.firstKeptMicros(nowMicros));
        });
  }
}
