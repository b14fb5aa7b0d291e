package io.daybook.eventsourcing.subscription;

import io.daybook.eventsourcing.json.FlatJson;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
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

  private final int build;

  /** Every event that was ever parked. */
  private final Map<UUID, Entry> entries = new HashMap<>();

  /** The parked ones of each key, by position. */
  private final Map<String, TreeMap<Long, Entry>> parkedByKey = new HashMap<>();

  /** How a letter is. */
  private enum State {
    PARKED,
    REPLAYED,
    DISCARDED
  }

  /** A letter; since when it is as it is; the request by which it was replayed, or else tried. */
  private record Entry(DeadLetter letter, State state, long since, long request) {}

  Letters(int build) {
    this.build = build;
  }

  /** Takes in an event of the stream; what is older than what is known already changes nothing. */
  void add(RecordedEvent stored) {
    Map<String, String> fields = fieldsOf(stored);
    if (fields == null) {
      return;
    }
    UUID id = UUID.fromString(field(fields, "eventId"));
    Entry known = entries.get(id);
    long at = stored.position().value();
    if (known != null && known.since >= at) {
      return;
    }
    switch (stored.type()) {
      case PARKED -> {
        long request = Long.parseLong(field(fields, "request"));
        put(new Entry(LetterFormat.letter(fields, stored), State.PARKED, at, request));
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
    DeadLetter letter = entry.letter;
    entries.put(letter.eventId(), entry);
    if (entry.state == State.PARKED) {
      parkedByKey
          .computeIfAbsent(letter.key(), _ -> new TreeMap<>())
          .put(letter.position().value(), entry);
    } else {
      parkedByKey.computeIfPresent(
          letter.key(),
          (_, letters) -> {
            letters.remove(letter.position().value());
            return letters.isEmpty() ? null : letters;
          });
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
    TreeMap<Long, Entry> letters = parkedByKey.get(key);
    return letters == null || letters.firstKey() >= position
        ? Optional.empty()
        : Optional.of(letters.firstEntry().getValue().letter);
  }

  /**
   * What is to be handled where the stream asks for a replay, or discards: the letter that is asked
   * for, and those that wait behind it.
   *
   * @param inOrder whether letters of one key wait for each other
   */
  List<DeadLetter> toHandle(RecordedEvent control, boolean inOrder) {
    Map<String, String> fields = fieldsOf(control);
    Entry entry = fields == null ? null : entries.get(UUID.fromString(field(fields, "eventId")));
    if (entry == null) {
      return List.of();
    }
    long request = control.position().value();
    var letters = new ArrayList<DeadLetter>();
    if (control.type().equals(REPLAY_REQUESTED)) {
      if (!isDue(entry, request)) {
        return List.of();
      }
      letters.add(entry.letter);
    } else if (entry.state != State.DISCARDED || entry.since != request) {
      return List.of();
    }
    long position = entry.letter.position().value();
    if (inOrder && before(entry.letter.key(), position).isPresent()) {
      return List.of();
    }
    if (inOrder) {
      letters.addAll(waitingBehind(entry.letter, request));
    }
    return letters;
  }

  private static boolean isDue(Entry entry, long request) {
    return switch (entry.state) {
      case PARKED -> entry.request != request && entry.since < request;
      case REPLAYED -> entry.request == request;
      case DISCARDED -> false;
    };
  }

  private List<DeadLetter> waitingBehind(DeadLetter first, long request) {
    var behind = new TreeMap<Long, Entry>();
    parkedByKey
        .getOrDefault(first.key(), new TreeMap<>())
        .tailMap(first.position().value(), false)
        .forEach(behind::put);
    for (Entry entry : entries.values()) {
      if (entry.state == State.REPLAYED
          && entry.request == request
          && entry.letter.key().equals(first.key())
          && entry.letter.position().compareTo(first.position()) > 0) {
        behind.put(entry.letter.position().value(), entry);
      }
    }
    var letters = new ArrayList<DeadLetter>();
    for (Entry entry : behind.values()) {
      if (!entry.letter.waits()) {
        break;
      }
      letters.add(entry.letter);
    }
    return letters;
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

  private @Nullable Map<String, String> fieldsOf(RecordedEvent stored) {
    try {
      Map<String, String> fields = FlatJson.read(stored.data().text());
      return Integer.toString(build).equals(fields.get("build")) ? fields : null;
    } catch (IllegalArgumentException _) {
      return null; // an event of others, which says nothing here
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
