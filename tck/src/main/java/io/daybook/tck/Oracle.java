package io.daybook.tck;

import static io.daybook.eventstore.ExpectedRevision.any;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random events and random queries on them, the same for the same seed, and what a plain filter
 * over all events says that a query finds. Belongs to one thread.
 */
final class Oracle {
  private static final List<String> CATEGORIES = List.of("a", "b", "c", "ü");
  private static final List<String> TYPES = List.of("Opened", "Paid", "Closed", "Rare");
  private static final List<String> TAGS =
      List.of("x:1", "x:2", "y:1", "y:2", "y:3", "z:1", "z:2", "z:3", "z:4", "owner:a b");

  private final Random random;

  Oracle(long seed) {
    random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Appends so many events to a handful of streams, one to four at a time. */
  void fill(EventStore store, int count) {
    int left = count;
    while (left > 0) {
      var events = new ArrayList<Event>();
      for (int i = Math.min(left, 1 + below(4)); i > 0; i--) {
        events.add(Event.json(type(), "{}").withTags(List.copyOf(some(TAGS, 3, 0))));
      }
      left -= events.size();
      store.append(stream(), any(), events);
    }
  }

  /** A query of everything, or of one to three items. */
  Query query() {
    if (below(12) == 0) {
      return Query.everything();
    }
    Query query = item();
    for (int more = below(3); more > 0; more--) {
      query = query.or(item());
    }
    return query;
  }

  /** A query read from anywhere, in any direction, with and without a limit or a past. */
  ReadRequest request(int size) {
    ReadRequest request = ReadRequest.of(query());
    if (below(2) == 0) {
      request = request.inReverse();
    }
    if (below(2) == 0) {
      request = request.from(new Position(below(size + 10) - 1));
    }
    if (below(3) == 0) {
      request = request.limit(1 + below(20));
    }
    if (below(3) == 0) {
      request = request.asOf(new Position(below(size + 10) - 1));
    }
    return request;
  }

  /** What the request finds among all events. */
  static List<RecordedEvent> expected(List<RecordedEvent> all, ReadRequest request) {
    List<RecordedEvent> ordered = request.backwards() ? all.reversed() : all;
    return ordered.stream()
        .filter(event -> isInRange(event.position(), request))
        .filter(request.query()::matches)
        .limit(request.limit())
        .toList();
  }

  private static boolean isInRange(Position position, ReadRequest request) {
    boolean inPast =
        switch (request.asOf()) {
          case ReadRequest.AsOf.AtPosition(Position asOf) -> position.compareTo(asOf) <= 0;
          case ReadRequest.AsOf.AtInstant _, ReadRequest.AsOf.Now _ -> true;
        };
    boolean behindStart =
        switch (request.from()) {
          case ReadRequest.From.AtPosition(Position from) ->
              request.backwards() ? position.compareTo(from) <= 0 : position.compareTo(from) >= 0;
          case ReadRequest.From.AtRevision _, ReadRequest.From.Edge _ -> true;
        };
    return inPast && behindStart;
  }

  private Query item() {
    while (true) {
      var streams = new HashSet<String>();
      if (below(4) == 0) {
        streams.add(stream());
        streams.add(stream());
      }
      Set<String> categories = below(4) == 0 ? some(CATEGORIES, 2, 1) : Set.of();
      Set<String> types = below(3) == 0 ? some(TYPES, 2, 1) : Set.of();
      Set<String> tags = below(2) == 0 ? some(TAGS, 2, 1) : Set.of();
      if (!streams.isEmpty() || !categories.isEmpty() || !types.isEmpty() || !tags.isEmpty()) {
        return new Query.Item(streams, categories, types, tags).asQuery();
      }
    }
  }

  private String stream() {
    String category = CATEGORIES.get(below(CATEGORIES.size()));
    return below(8) == 0 ? category : category + "-" + below(5);
  }

  private String type() {
    return below(40) == 0 ? "Rare" : TYPES.get(below(3));
  }

  private Set<String> some(List<String> names, int most, int least) {
    var chosen = new HashSet<String>();
    for (int i = least + below(most - least + 1); i > 0; i--) {
      chosen.add(names.get(below(names.size())));
    }
    return chosen;
  }
}
