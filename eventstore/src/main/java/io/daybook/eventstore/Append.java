package io.daybook.eventstore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request to append events to one or more streams, all or nothing.
 *
 * <pre>{@code
 * Append.to("account-1").expecting(exactly(3)).events(withdrawn)
 *     .and("account-2").events(deposited)
 *     .unless(Query.tags("transfer:77"))
 * }</pre>
 *
 * <p>Positions are given in the order of the writes. A stream may be written more than once;
 * expectations speak of the streams as they stand before the whole append.
 *
 * @param writes what is written, at least one event; at most {@link Limits#MAX_EVENTS_PER_APPEND}
 *     events and {@link Limits#MAX_APPEND_BYTES} bytes
 * @param expectations what is expected of streams, written here or not; a stream that is not named
 *     may be as it likes
 * @param condition what must not be in the store, or null
 */
public record Append(
    List<Write> writes,
    Map<String, ExpectedRevision> expectations,
    @Nullable AppendCondition condition) {

  /** So many ids with one high half are compared with each other rather than sorted. */
  private static final int MOST_ALIKE = 8;

  /**
   * Events for one stream.
   *
   * @param stream its name; names that start with {@code $} are the system's
   * @param events at least one
   */
  public record Write(String stream, List<Event> events) {
    /**
     * Checks the stream's name and that there are events.
     *
     * @throws IllegalArgumentException if the name breaks a limit or is the system's, if there are
     *     no events, or if an event's type is the system's
     */
    public Write {
      Limits.requireStreamName(stream);
      if (Limits.isSystemName(stream)) {
        throw new IllegalArgumentException("streams that start with $ are the system's: " + stream);
      }
      events = List.copyOf(events);
      if (events.isEmpty()) {
        throw new IllegalArgumentException("no event is given for the stream " + stream);
      }
      for (Event event : events) {
        if (Limits.isSystemName(event.type())) {
          throw new IllegalArgumentException(
              "event types that start with $ are the system's: " + event.type());
        }
      }
    }
  }

  /** A stream that is named and has no events yet. */
  public static final class Target {
    private final @Nullable Append before;
    private final String stream;
    private final ExpectedRevision expected;

    private Target(@Nullable Append before, String stream, ExpectedRevision expected) {
      this.before = before;
      this.stream = Objects.requireNonNull(stream, "stream");
      this.expected = Objects.requireNonNull(expected, "expected");
    }

    /** The stream must be as expected. */
    public Target expecting(ExpectedRevision newExpected) {
      return new Target(before, stream, newExpected);
    }

    /** The events to append, at least one. */
    public Append events(Event... events) {
      return events(Arrays.asList(events));
    }

    /** The events to append, at least one. */
    public Append events(List<Event> events) {
      var write = new Write(stream, events);
      if (before == null) {
        return new Append(List.of(write), expectation(Map.of(), stream, expected), null);
      }
      var writes = new ArrayList<>(before.writes);
      writes.add(write);
      return new Append(
          writes, expectation(before.expectations, stream, expected), before.condition);
    }
  }

  /**
   * Checks the limits of the whole.
   *
   * @throws IllegalArgumentException if there is no event, if there are too many events or bytes,
   *     or if an id occurs twice
   */
  public Append {
    writes = List.copyOf(writes);
    // the order is kept, so that of several conflicts always the same one is reported
    expectations =
        expectations.size() <= 1
            ? Map.copyOf(expectations)
            : Collections.unmodifiableMap(new LinkedHashMap<>(expectations));
    expectations.forEach((stream, expected) -> {
      Limits.requireStreamName(stream);
      Objects.requireNonNull(expected, "expected revision");
    });
    checkSize(writes);
    checkIds(writes);
  }

  /** An append to this stream. */
  public static Target to(String stream) {
    return new Target(null, stream, ExpectedRevision.any());
  }

  /** And, in the same atomic append, to this stream. */
  public Target and(String stream) {
    return new Target(this, stream, expectations.getOrDefault(stream, ExpectedRevision.any()));
  }

  /** A stream that is not written must be as expected, too. */
  public Append alsoExpecting(String stream, ExpectedRevision expected) {
    return new Append(writes, expectation(expectations, stream, expected), condition);
  }

  /** The append fails if any event in the store matches. */
  public Append unless(Query query) {
    return unless(AppendCondition.failIfMatches(query));
  }

  /** The append fails if an event after that position matches. */
  public Append unless(Query query, Position after) {
    return unless(AppendCondition.failIfMatches(query, after));
  }

  /** The append fails if the condition is broken. */
  public Append unless(AppendCondition newCondition) {
    return new Append(writes, expectations, Objects.requireNonNull(newCondition, "condition"));
  }

  /** The number of events in all writes. */
  public int eventCount() {
    int count = 0;
    for (Write write : writes) {
      count += write.events().size();
    }
    return count;
  }

  private static Map<String, ExpectedRevision> expectation(
      Map<String, ExpectedRevision> before, String stream, ExpectedRevision expected) {
    if (expected instanceof ExpectedRevision.Any) {
      if (!before.containsKey(stream)) {
        return before;
      }
    } else if (before.isEmpty()) {
      return Map.of(stream, expected);
    }
    var all = new LinkedHashMap<>(before);
    all.put(stream, expected);
    return all;
  }

  private static void checkSize(List<Write> writes) {
    long events = 0;
    long bytesAtMost = 0;
    for (Write write : writes) {
      events += write.events().size();
      bytesAtMost += 3L * write.stream().length();
      for (Event event : write.events()) {
        bytesAtMost += event.sizeBytesAtMost();
      }
    }
    if (events == 0) {
      throw new IllegalArgumentException("an append needs at least one event");
    }
    if (events > Limits.MAX_EVENTS_PER_APPEND) {
      throw new IllegalArgumentException(
          "the append has " + events + " events, the limit is " + Limits.MAX_EVENTS_PER_APPEND);
    }
    if (bytesAtMost > Limits.MAX_APPEND_BYTES && sizeBytes(writes) > Limits.MAX_APPEND_BYTES) {
      throw new IllegalArgumentException(
          "the append has "
              + sizeBytes(writes)
              + " bytes, the limit is "
              + Limits.MAX_APPEND_BYTES);
    }
  }

  private static long sizeBytes(List<Write> writes) {
    long bytes = 0;
    for (Write write : writes) {
      bytes += Limits.utf8Length("stream name", write.stream());
      for (Event event : write.events()) {
        bytes += event.sizeBytes();
      }
    }
    return bytes;
  }

  /** Ids made one after another ascend, or nearly so: then each is compared with a few others. */
  private static void checkIds(List<Write> writes) {
    List<UUID> ids = new ArrayList<>();
    for (Write write : writes) {
      for (Event event : write.events()) {
        ids.add(event.id());
      }
    }
    if (!areDistinctAndNearlyAscending(ids)) {
      ids.sort(null);
      for (int i = 1; i < ids.size(); i++) {
        if (ids.get(i).equals(ids.get(i - 1))) {
          throw new IllegalArgumentException(
              "the event id " + ids.get(i) + " occurs twice in the append");
        }
      }
    }
  }

  /** Whether high halves ascend, with few that are the same, and those have other low halves. */
  private static boolean areDistinctAndNearlyAscending(List<UUID> ids) {
    int alike = 0;
    for (int i = 1; i < ids.size(); i++) {
      long high = ids.get(i).getMostSignificantBits();
      long before = ids.get(i - 1).getMostSignificantBits();
      alike = high == before ? alike + 1 : 0;
      if (high < before || alike > MOST_ALIKE) {
        return false;
      }
      for (int other = i - alike; other < i; other++) {
        if (ids.get(other).getLeastSignificantBits() == ids.get(i).getLeastSignificantBits()) {
          return false;
        }
      }
    }
    return true;
  }
}
