package io.daybook.engine;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.tck.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a store must hold: all requests that were acknowledged, in order, and behind them those of
 * which nobody was told, which may be there or not. The in-memory store decides and answers.
 */
final class StoreModel {
  /** A request that was written, if it was written, at that time. */
  private record Written(StoreRequest request, Instant at, long head) {}

  private final TestClock clock;
  private final List<Written> written = new ArrayList<>();

  /** Requests of which nobody was told and that turned out not to be there: to be tried again. */
  private final List<StoreRequest> lost = new ArrayList<>();

  private InMemoryStore store;
  private int acknowledged;
  private int synced;

  /** Empty; takes the time from the clock that the real store has, too. */
  StoreModel(TestClock clock) {
    this.clock = clock;
    this.store = InMemoryStore.with(clock);
  }

  /** The store as it must be, if all that is unknown was stored. */
  EventStore store() {
    return store;
  }

  /** The last position. */
  long head() {
    return store.head().value();
  }

  /** The last position that must be there. */
  long acknowledgedHead() {
    return acknowledged == 0 ? -1 : written.get(acknowledged - 1).head();
  }

  /**
   * What a store must answer; it is then taken as stored, and as acknowledged together with all
   * before.
   */
  StoreOutcome decide(StoreRequest request) {
    StoreOutcome outcome = perhaps(request);
    acknowledged = written.size();
    return outcome;
  }

  /** What a store would answer; it is then taken as stored, but not as acknowledged. */
  StoreOutcome perhaps(StoreRequest request) {
    long before = head();
    StoreOutcome outcome = StoreOutcome.of(() -> request.on(store));
    if (head() > before) {
      written.add(new Written(request, clock.instant(), head()));
    }
    return outcome;
  }

  /** All that was acknowledged is durable, too. */
  void synced() {
    synced = acknowledged;
  }

  /** Of what was acknowledged, all may be lost that was not synced. */
  void powerLostBetweenSyncs() {
    acknowledged = synced;
  }

  /**
   * A store was found to end with that position: what is not acknowledged and stands behind it was
   * not stored. What stands before it is found, and so will stay.
   *
   * @throws AssertionError if something acknowledged is missing, or a request is there in part
   */
  void found(long head) {
    if (head < acknowledgedHead() || head > head()) {
      throw new AssertionError(
          "the store ends with position "
              + head
              + ", but must end between "
              + acknowledgedHead()
              + " and "
              + head());
    }
    StoreRequest next = null;
    while (!written.isEmpty() && written.getLast().head() > head) {
      next = written.removeLast().request();
      lost.add(next);
    }
    if (head != (written.isEmpty() ? -1 : written.getLast().head())) {
      throw new AssertionError(
          "the store ends with position " + head + ", which is a part of " + next);
    }
    acknowledged = written.size();
    if (head < head()) {
      rebuild();
    }
    synced();
  }

  private void rebuild() {
    Instant now = clock.instant();
    List<Written> again = List.copyOf(written);
    written.clear();
    store = InMemoryStore.with(clock);
    for (Written one : again) {
      clock.set(one.at());
      perhaps(one.request());
    }
    acknowledged = written.size();
    clock.set(now);
  }

  /** The last position of what is durable, at least. */
  long syncedHead() {
    return synced == 0 ? -1 : written.get(synced - 1).head();
  }

  /** The last position of the last request that is whole up to a position; -1 if there is none. */
  long lastWhole(long position) {
    long last = -1;
    for (Written one : written) {
      last = one.head() <= position ? one.head() : last;
    }
    return last;
  }

  /**
   * The store as it must have been when it ended with that position, seen today.
   *
   * @throws AssertionError if no request ended there
   */
  EventStore asOf(long head) {
    return head == head() ? store : copyAsOf(head);
  }

  /** The same, which may be written to. */
  EventStore copyAsOf(long head) {
    if (head != lastWhole(head)) {
      throw new AssertionError("position " + head + " is not the last of a request");
    }
    Instant now = clock.instant();
    InMemoryStore past = InMemoryStore.with(clock);
    for (Written one : written) {
      if (one.head() <= head) {
        clock.set(one.at());
        one.request().on(past);
      }
    }
    clock.set(now);
    return past;
  }

  /** A request that is stored, or one that was lost; null if there is none. */
  StoreRequest anyEarlier(Random random) {
    if (!lost.isEmpty() && random.nextBoolean()) {
      return lost.get(random.nextInt(lost.size()));
    }
    return written.isEmpty() ? null : written.get(random.nextInt(written.size())).request();
  }
}
