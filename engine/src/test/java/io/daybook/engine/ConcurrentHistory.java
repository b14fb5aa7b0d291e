package io.daybook.engine;

import static java.util.stream.Collectors.toSet;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What several threads asked of a store and were told, and whether what it holds agrees. */
final class ConcurrentHistory {
  private static final String HIDDEN = "hidden-";

  private final AtomicLong moments = new AtomicLong();
  private final List<Attempt> attempts = new ArrayList<>();

  /** The longest that anybody saw of the log. */
  private List<RecordedEvent> seen = List.of();

  /** Positions of events whose streams were deleted, or will be: they may be hidden. */
  private final Set<Long> hidden = ConcurrentHashMap.newKeySet();

  /** An append that was tried, perhaps again, by one thread at a time. */
  final class Attempt {
    private final Append append;
    private long asked;
    private long answered = Long.MAX_VALUE;
    private boolean tries;
    private StoreOutcome outcome;

    private Attempt(Append append) {
      this.append = append;
    }

    /** Asks a store; false if it has stopped. */
    boolean on(EventStore store) {
      long now = moments.incrementAndGet();
      StoreOutcome told = StoreOutcome.of(() -> store.append(append));
      long then = moments.incrementAndGet();
      synchronized (ConcurrentHistory.this) {
        asked = outcome == null ? now : asked;
        answered = then;
        boolean stillUnknown =
            outcome instanceof StoreOutcome.Unknown && told instanceof StoreOutcome.Failed;
        outcome = stillUnknown ? outcome : told; // nothing of this try is stored
        tries = false;
      }
      return !(told instanceof StoreOutcome.Unknown);
    }

    private List<UUID> ids() {
      return append.writes().stream()
          .flatMap(write -> write.events().stream())
          .map(Event::id)
          .toList();
    }

    @Override
    public String toString() {
      return asked + "-" + answered + " " + append + ": " + outcome;
    }
  }

  /** Something to try: most often new, and about as often as not what will be accepted. */
  Attempt next(EventStore store, Random random) {
    synchronized (this) {
      for (Attempt earlier : attempts) {
        if (earlier.outcome instanceof StoreOutcome.Unknown && !earlier.tries) {
          earlier.tries = true;
          return earlier;
        }
      }
    }
    String stream = "s-" + random.nextInt(4);
    ExpectedRevision expected =
        switch (random.nextInt(3)) {
          case 0 -> ExpectedRevision.any();
          case 1 -> ExpectedRevision.exactly(random.nextInt(20));
          default ->
              store
                  .streamInfo(stream)
                  .flatMap(StreamInfo::lastRevision)
                  .map(ExpectedRevision::exactly)
                  .orElse(ExpectedRevision.noStream());
        };
    Append append = Append.to(stream).expecting(expected).events(events(random));
    if (random.nextInt(4) == 0) {
      append = append.and("t-" + random.nextInt(3)).events(events(random));
    }
    if (random.nextInt(3) == 0) {
      Position after = random.nextBoolean() ? store.head() : Position.BEFORE_FIRST;
      append = append.unless(Query.tags("k:" + random.nextInt(12)), after);
    }
    var attempt = new Attempt(append);
    synchronized (this) {
      attempts.add(attempt);
    }
    return attempt;
  }

  private static List<Event> events(Random random) {
    List<Event> events = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      String data = "\"" + "x".repeat(random.nextInt(200)) + "\"";
      events.add(Event.json("T", data).withTags("k:" + random.nextInt(12)));
    }
    return events;
  }

  /**
   * Appends an event to a stream of its own and deletes the stream, so that there is something to
   * reclaim; false if the store has stopped.
   */
  boolean hide(EventStore store, Random random) {
    String stream = HIDDEN + random.nextLong();
    String data = "\"" + "x".repeat(random.nextInt(600)) + "\"";
    var append = Append.to(stream).events(Event.json("T", data));
    StoreOutcome told = StoreOutcome.of(() -> store.append(append));
    if (told instanceof StoreOutcome.Accepted(AppendResult result)) {
      hidden.add(result.firstPosition().value());
      told = StoreOutcome.of(() -> store.delete(stream, ExpectedRevision.any()));
    }
    return !(told instanceof StoreOutcome.Unknown);
  }

  /** Somebody read all up to a head: no event is missing that is not hidden. */
  void dense(String who, long head, List<RecordedEvent> all) {
    long next = 0;
    for (RecordedEvent event : all) {
      requireHidden(who, next, event.position().value());
      next = event.position().value() + 1;
    }
    requireHidden(who, next, head + 1);
  }

  private void requireHidden(String who, long from, long to) {
    for (long position = from; position < to; position++) {
      require(hidden.contains(position), who + " did not see position " + position);
    }
  }

  /** What the attempts wrote. */
  private static List<RecordedEvent> ofAttempts(List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> !event.isSystem() && !event.stream().startsWith(HIDDEN))
        .toList();
  }

  /** Somebody saw the log from its beginning. */
  synchronized void seen(String who, List<RecordedEvent> all) {
    List<RecordedEvent> events = ofAttempts(all);
    requireSame(who + " saw other events than somebody before", seen, events);
    if (events.size() > seen.size()) {
      seen = List.copyOf(events);
    }
  }

  private static void requireSame(
      String what, List<RecordedEvent> some, List<RecordedEvent> others) {
    int common = Math.min(some.size(), others.size());
    for (int i = 0; i < common; i++) {
      if (!some.get(i).equals(others.get(i))) {
        throw new AssertionError(what + ": " + some.get(i) + " and " + others.get(i));
      }
    }
  }

  /** Compares all that was told and seen with a store, which nobody else uses. */
  synchronized void compare(EventStore store) {
    var everything = ReadRequest.of(Query.everything()).withSystemEvents();
    List<RecordedEvent> all = store.read(everything).toList();
    long head = store.head().value();
    dense("who opened it again", head, all);
    List<RecordedEvent> log = ofAttempts(all);
    requireSame("what was seen is another event now", seen, log);
    require(seen.size() <= log.size(), "events that were seen are gone, from " + log.size());
    seen = log;
    Map<UUID, Integer> places = new HashMap<>();
    for (RecordedEvent event : log) {
      int place = (int) event.position().value();
      require(places.put(event.id(), place) == null, "stored twice: " + event);
    }
    Attempt[] stored = new Attempt[(int) head + 1];
    for (Attempt attempt : attempts) {
      place(attempt, places, stored);
    }
    replay(log, stored);
    requireRealOrder(stored);
  }

  /** An append is there whole or not at all, as was told. */
  private static void place(Attempt attempt, Map<UUID, Integer> places, Attempt[] stored) {
    List<UUID> ids = attempt.ids();
    Integer first = places.get(ids.getFirst());
    for (int i = 0; i < ids.size(); i++) {
      Integer expected = first == null ? null : Integer.valueOf(first + i);
      require(Objects.equals(expected, places.get(ids.get(i))), "is there in part: " + attempt);
    }
    switch (attempt.outcome) {
      case StoreOutcome.Accepted(AppendResult result) ->
          require(
              first != null && first == result.firstPosition().value(),
              "was acknowledged, but is at " + first + ": " + attempt);
      case StoreOutcome.Refused(RuntimeException why) ->
          require(
              first == null && why instanceof ConflictException,
              "was refused, but is at " + first + ": " + attempt);
      case StoreOutcome.Failed _ ->
          require(first == null, "failed, but is at " + first + ": " + attempt);
      case StoreOutcome.Unknown _ -> {}
    }
    if (first != null) {
      stored[first] = attempt;
    }
  }

  /** Each append that is stored is accepted at its place by a store that does one at a time. */
  private static void replay(List<RecordedEvent> log, Attempt[] stored) {
    EventStore model = new InMemoryStore();
    Set<Long> places = log.stream().map(event -> event.position().value()).collect(toSet());
    int at = 0;
    while (at < stored.length) {
      Attempt attempt = stored[at];
      if (attempt == null) {
        require(!places.contains((long) at), "nobody has appended what is at position " + at);
        model.append(HIDDEN, ExpectedRevision.any(), Event.json("T", "{}"));
        at++;
        continue;
      }
      StoreOutcome outcome = StoreOutcome.of(() -> model.append(attempt.append));
      require(
          outcome instanceof StoreOutcome.Accepted,
          "should not have been accepted at position " + at + ": " + attempt + "; " + outcome);
      at += attempt.ids().size();
    }
    List<RecordedEvent> expected = ofAttempts(model.read(Query.everything()).toList());
    for (int i = 0; i < log.size(); i++) {
      RecordedEvent one = log.get(i);
      RecordedEvent other = expected.get(i);
      require(
          one.position().equals(other.position())
              && one.event().equals(other.event())
              && one.stream().equals(other.stream())
              && one.revision().equals(other.revision()),
          "expected " + other + ", found " + one);
      require(
          i == 0 || !one.recordedAt().isBefore(log.get(i - 1).recordedAt()),
          "recorded before the one before it: " + one);
    }
  }

  /** What was acknowledged before another was asked for stands before it. */
  private static void requireRealOrder(Attempt[] stored) {
    long latestAsked = 0;
    for (Attempt attempt : stored) {
      if (attempt != null) {
        require(
            !(attempt.outcome instanceof StoreOutcome.Accepted) || attempt.answered > latestAsked,
            "stands behind one that was asked for after its acknowledgement: " + attempt);
        latestAsked = Math.max(latestAsked, attempt.asked);
      }
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  @Override
  public synchronized String toString() {
    var text = new StringBuilder("all that was asked and told:");
    attempts.forEach(attempt -> text.append("\n  ").append(attempt));
    return text.toString();
  }
}
