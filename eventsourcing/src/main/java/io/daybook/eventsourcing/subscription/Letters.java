package io.daybook.eventsourcing.subscription;

import io.daybook.eventsourcing.json.FlatJson;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the events of a dead-letter stream amount to, for one build. To be used by one thread.
 *
 * <p>The events say what a handler has decided before it moves its checkpoint, so after a crash it
 * decides the same again: what was ever parked is not handled in its own place, and what was
 * replayed by a request is replayed by that request and no other.
 */
final class Letters {
  static final String PARKED = "EventParked";
  static final String REPLAY_REQUESTED = "ReplayRequested";
  static final String REPLAYED = "ParkedEventReplayed";
  static final String DISCARDED = "ParkedEventDiscarded";

  private final BuildId build;

  /** Every event that was ever parked. */
  private final Map<UUID, Entry> entries = new HashMap<>();

  /** The parked ones of each key, by position. */
  private final Map<String, NavigableMap<Long, Entry>> parkedByKey = new HashMap<>();

  /** Those that were replayed by each request, by position. */
  private final Map<Long, NavigableMap<Long, Entry>> replayedBy = new HashMap<>();

  /** How a letter is. */
  private enum State {
    PARKED,
    REPLAYED,
    DISCARDED,
    /** Handled here before the stream said that it is parked: for this handler it never was. */
    HANDLED
  }

  /** A letter; since when it is as it is; the request by which it was replayed, or else tried. */
  private record Entry(DeadLetter letter, State state, long since, long request) {
    /**
     * Whether the stream says the same of a letter that is parked for one who has come so far, or
     * will have him find out for himself.
     */
    boolean saysParked(DeadLetter parked, long reached) {
      return switch (state) {
        case PARKED -> letter.waits() == parked.waits();
        case REPLAYED -> request > reached;
        case DISCARDED, HANDLED -> true;
      };
    }

    boolean saysReplayedBy(long byRequest) {
      return state == State.REPLAYED && request == byRequest;
    }

    long place() {
      return letter.position().value();
    }
  }

  Letters(BuildId build) {
    this.build = build;
  }

  /** All that a dead-letter stream says at this moment. */
  static Letters in(EventStore store, String stream, BuildId build) {
    var letters = new Letters(build);
    try (var read = store.read(Query.stream(stream))) {
      for (RecordedEvent event : read) {
        letters.add(event);
      }
    }
    return letters;
  }

  /**
   * The highest number of a database's builds that a dead-letter stream speaks of; 0 if of none.
   */
  static int lastBuild(EventStore store, String stream, String database) {
    int last = 0;
    try (var read = store.read(Query.stream(stream))) {
      for (RecordedEvent event : read) {
        Map<String, String> fields = fields(event.data());
        BuildId said = fields == null ? BuildId.IN_MEMORY : LetterFormat.build(fields);
        last = said.database().equals(database) ? Math.max(last, said.number()) : last;
      }
    }
    return last;
  }

  /** What says that the events that are discarded here are discarded for another build. */
  List<Event> discardedFor(BuildId other, String stream) {
    var said = new ArrayList<Event>();
    entries.values().stream()
        .filter(entry -> entry.state == State.DISCARDED)
        .map(entry -> entry.letter.ofBuild(other))
        .sorted(Comparator.comparing(DeadLetter::position))
        .forEach(letter -> {
          said.add(LetterFormat.parked(stream, letter, -1, -1));
          said.add(LetterFormat.asked(DISCARDED, other, letter.eventId()));
        });
    return said;
  }

  /** Whether an event of the stream asks for something, and does not tell what a handler did. */
  static boolean isRequest(RecordedEvent control) {
    return control.type().equals(REPLAY_REQUESTED) || control.type().equals(DISCARDED);
  }

  /** Takes in an event of the stream; what is older than what is known already changes nothing. */
  void add(RecordedEvent stored) {
    Map<String, String> fields = fieldsOf(stored.data());
    if (fields == null) {
      return;
    }
    Entry known = entries.get(UUID.fromString(field(fields, "eventId")));
    long at = stored.position().value();
    if (known == null || known.since < at) {
      add(stored.type(), fields, at, stored.recordedAt());
    }
  }

  /**
   * Takes in what this handler has decided and does not say yet.
   *
   * @param occasion the event that it was decided at: the one that failed, or what asked for it
   */
  void addUnsaid(Event said, RecordedEvent occasion) {
    Map<String, String> fields = fieldsOf(said.data());
    if (fields == null) {
      throw new IllegalArgumentException("not of build " + build + ": " + said.data().text());
    }
    Entry known = entries.get(UUID.fromString(field(fields, "eventId")));
    long at = occasion.position().value();
    add(said.type(), fields, known == null ? at : Math.max(at, known.since), occasion.recordedAt());
  }

  private void add(String type, Map<String, String> fields, long at, Instant recordedAt) {
    Entry known = entries.get(UUID.fromString(field(fields, "eventId")));
    switch (type) {
      case PARKED -> {
        long request = Long.parseLong(field(fields, "request"));
        put(new Entry(LetterFormat.letter(fields, recordedAt), State.PARKED, at, request));
      }
      case REPLAYED -> {
        if (known != null) {
          long request = Long.parseLong(field(fields, "request"));
          put(new Entry(known.letter, State.REPLAYED, at, request));
        }
      }
      case DISCARDED -> {
        if (known != null && known.state == State.PARKED) {
          put(new Entry(known.letter, State.DISCARDED, at, -1));
        }
      }
      default -> {}
    }
  }

  private void put(Entry entry) {
    Entry before = entries.put(entry.letter.eventId(), entry);
    if (before != null) {
      remove(parkedByKey, before.letter.key(), before);
      remove(replayedBy, before.request, before);
    }
    switch (entry.state) {
      case PARKED -> add(parkedByKey, entry.letter.key(), entry);
      case REPLAYED -> add(replayedBy, entry.request, entry);
      case DISCARDED, HANDLED -> {}
    }
  }

  private static <K> void add(Map<K, NavigableMap<Long, Entry>> index, K key, Entry entry) {
    index.computeIfAbsent(key, _ -> new TreeMap<>()).put(entry.place(), entry);
  }

  private static <K> void remove(Map<K, NavigableMap<Long, Entry>> index, K key, Entry entry) {
    index.computeIfPresent(
        key,
        (_, found) -> {
          found.remove(entry.place(), entry);
          return found.isEmpty() ? null : found;
        });
  }

  /**
   * Whether one who handled events up to a position, by his own letters, cannot take over from one
   * who left these: because an event is in his view that is parked here, or was discarded, or waits
   * for a request that he has not come to; or he was told to give up what is not given up here.
   *
   * @param own which keys he is concerned with
   */
  boolean contradict(Letters his, long reached, Predicate<String> own) {
    for (Entry entry : entries.values()) {
      DeadLetter letter = entry.letter;
      Entry mine = his.entries.get(letter.eventId());
      boolean fits = true;
      if (his.hasHandled(letter, reached, own)) {
        boolean inItsPlace = mine == null;
        fits =
            switch (entry.state) {
              case PARKED -> !inItsPlace;
              case REPLAYED -> !inItsPlace || entry.request <= reached;
              case DISCARDED -> false;
              case HANDLED -> true;
            };
      } else if (mine != null && mine.state == State.DISCARDED && own.test(letter.key())) {
        fits = entry.state == State.DISCARDED && entry.since == mine.since;
      }
      if (!fits) {
        return true;
      }
    }
    return false;
  }

  /** Whether the event is in the view of one who has these letters, and has come so far. */
  private boolean hasHandled(DeadLetter letter, long reached, Predicate<String> own) {
    if (letter.position().value() > reached || !own.test(letter.key())) {
      return false;
    }
    Entry entry = entries.get(letter.eventId());
    return entry == null
        || entry.state == State.HANDLED
        || (entry.state == State.REPLAYED && entry.request <= reached);
  }

  /**
   * What one who takes over from him who left these has to say, so that all that was ever said is
   * true of his view, too.
   */
  List<Event> unsaidBy(Letters his, long reached, Predicate<String> own, String stream) {
    var unsaid = new ArrayList<Event>();
    his.entries.values().stream()
        .filter(mine -> mine.letter.position().value() <= reached && own.test(mine.letter.key()))
        .sorted(Comparator.comparing(mine -> mine.letter.position()))
        .forEach(mine -> {
          DeadLetter letter = mine.letter;
          Entry said = entries.get(letter.eventId());
          boolean isReplayed = mine.state == State.REPLAYED && mine.request <= reached;
          long known = said == null ? -1 : said.since;
          if (said == null && (isReplayed || mine.state == State.PARKED)) {
            unsaid.add(LetterFormat.parked(stream, letter, -1, known));
          } else if (said != null
              && mine.state == State.PARKED
              && !said.saysParked(letter, reached)) {
            unsaid.add(LetterFormat.parked(stream, letter, reached, known));
          }
          if (isReplayed && (said == null || !said.saysReplayedBy(mine.request))) {
            UUID id = letter.eventId();
            unsaid.add(LetterFormat.replayed(stream, build, id, mine.request, known));
          }
        });
    return unsaid;
  }

  /**
   * Makes these, which are all that was ever said, those of one who takes over: what is in his view
   * is settled, and what he has parked waits for the requests that he has not come to.
   */
  void takeOver(Letters his, long reached, Predicate<String> own) {
    for (Entry entry : List.copyOf(entries.values())) {
      DeadLetter letter = entry.letter;
      Entry mine = his.entries.get(letter.eventId());
      if (his.hasHandled(letter, reached, own)) {
        put(new Entry(letter, State.HANDLED, Long.MAX_VALUE, -1));
      } else if (mine != null
          && mine.state == State.PARKED
          && entry.state != State.DISCARDED
          && letter.position().value() <= reached
          && own.test(letter.key())) {
        put(mine);
      }
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether that event was ever parked, so that it is not handled in its own place. */
  boolean knows(UUID eventId) {
    return entries.containsKey(eventId);
  }

  /** The first parked one of that key that stands before the position. */
  Optional<DeadLetter> before(String key, long position) {
    NavigableMap<Long, Entry> letters = parkedByKey.get(key);
    return letters == null || letters.firstKey() >= position
        ? Optional.empty()
        : Optional.of(letters.firstEntry().getValue().letter);
  }

  /**
   * What is to be handled where the stream asks for a replay, or discards: the letter that is asked
   * for, and those that wait behind it; and whatever was replayed here in an earlier life, for that
   * is handled nowhere else. If another is parked before them, it is those alone, and they have to
   * wait.
   *
   * @param inOrder whether letters of one key wait for each other
   */
  List<DeadLetter> toHandle(RecordedEvent control, boolean inOrder) {
    Map<String, String> fields = isRequest(control) ? fieldsOf(control.data()) : null;
    if (fields == null) {
      return List.of();
    }
    long request = control.position().value();
    var found = new TreeMap<>(replayedBy.getOrDefault(request, new TreeMap<>()));
    Entry asked = entries.get(UUID.fromString(field(fields, "eventId")));
    boolean isReplay = control.type().equals(REPLAY_REQUESTED);
    if (asked != null && (isReplay ? isDue(asked, request) : isDiscardedBy(asked, request))) {
      if (isReplay) {
        found.put(asked.place(), asked);
      }
      for (Entry behind : inOrder ? parkedBehind(asked.letter) : List.<Entry>of()) {
        if (!behind.letter.waits()) {
          break;
        }
        found.put(behind.place(), behind);
      }
    }
    if (inOrder && !found.isEmpty()) {
      DeadLetter first = found.firstEntry().getValue().letter; // all are of one key
      if (before(first.key(), first.position().value()).isPresent()) {
        found.values().removeIf(entry -> entry.state != State.REPLAYED);
      }
    }
    return found.values().stream().map(Entry::letter).toList();
  }

  private Collection<Entry> parkedBehind(DeadLetter first) {
    return parkedByKey
        .getOrDefault(first.key(), new TreeMap<>())
        .tailMap(first.position().value(), false)
        .values();
  }

  private static boolean isDiscardedBy(Entry entry, long request) {
    return entry.state == State.DISCARDED && entry.since == request;
  }

  private static boolean isDue(Entry entry, long request) {
    return switch (entry.state) {
      case PARKED -> entry.request != request && entry.since < request;
      case REPLAYED -> entry.request == request;
      case DISCARDED, HANDLED -> false;
    };
  }

  /** Where the stream says last how that event is; -1 if it says nothing. */
  long known(UUID eventId) {
    Entry entry = entries.get(eventId);
    return entry == null ? -1 : entry.since;
  }

  /** Whether the stream says that the event was replayed by that request. */
  boolean isReplayedBy(UUID eventId, long request) {
    Entry entry = entries.get(eventId);
    return entry != null && entry.saysReplayedBy(request);
  }

  /** Whether that event was parked and then replayed. */
  boolean isReplayed(UUID eventId) {
    Entry entry = entries.get(eventId);
    return entry != null && entry.state == State.REPLAYED;
  }

  /** The letter of that event, if it is parked. */
  Optional<DeadLetter> parked(UUID eventId) {
    Entry entry = entries.get(eventId);
    return entry == null || entry.state != State.PARKED
        ? Optional.empty()
        : Optional.of(entry.letter);
  }

  /** All that are parked, by position. */
  List<DeadLetter> all() {
    return entries.values().stream()
        .filter(entry -> entry.state == State.PARKED)
        .map(Entry::letter)
        .sorted(Comparator.comparing(DeadLetter::position))
        .toList();
  }

  private @Nullable Map<String, String> fieldsOf(Payload data) {
    Map<String, String> fields = fields(data);
    return fields != null && LetterFormat.build(fields).equals(build) ? fields : null;
  }

  /** Null for an event of others, which says nothing here. */
  private static @Nullable Map<String, String> fields(Payload data) {
    try {
      Map<String, String> fields = FlatJson.read(data.text());
      return fields.containsKey("build") ? fields : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a dead letter without " + name);
    }
    return value;
  }
}
