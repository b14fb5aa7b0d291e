package io.daybook.systemtests;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * What the program that is killed writes. The n-th append of a writer follows from a seed, so that
 * it can be sent again, and checked by whoever finds it; the ids of its events say which it is.
 */
record KillWork(long seed) {
  /** How many threads append. */
  static final int WRITERS = 6;

  /** Begins the streams that are deleted as soon as they are there. */
  static final String GONE = "gone-";

  /** Begins the tags of which there may be one event each. */
  static final String CLAIM = "claim:";

  private static final int CLAIMS = 400;
  private static final int LONGEST = 6_000;

  /** One append: of which writer, and its how manieth. */
  record Which(int writer, int n) {}

  private enum Kind {
    PLAIN,
    SEVERAL_STREAMS,
    CLAIM,
    EXACT
  }

  /** Which append an event is of. */
  static Which whichOf(Event event) {
    long high = event.id().getMostSignificantBits();
    return new Which((int) (high >>> 32), (int) high);
  }

  /** The appends of one writer, from one on: in order, since some build on those before. */
  final class Appends {
    private final int writer;
    private int next;
    private long exact = -1;

    private Appends(int writer) {
      this.writer = writer;
    }

    Append next() {
      int n = next++;
      var random = random(writer, n);
      Kind kind = kind(random);
      List<Event> events = events(writer, n, random);
      String own = "own-" + writer;
      return switch (kind) {
        case PLAIN -> Append.to(own).events(events);
        case SEVERAL_STREAMS ->
            Append.to(own)
                .events(events)
                .and("shared-" + random.nextInt(4))
                .events(event(writer, n, events.size(), random));
        case CLAIM -> claim(events.getFirst(), random);
        case EXACT -> {
          ExpectedRevision expected =
              exact < 0 ? ExpectedRevision.noStream() : ExpectedRevision.exactly(exact);
          exact += events.size();
          yield Append.to("exact-" + writer).expecting(expected).events(events);
        }
      };
    }
  }

  /** The appends of a writer, from its n-th on. */
  Appends from(int writer, int n) {
    var appends = new Appends(writer);
    while (appends.next < n) {
      appends.next();
    }
    return appends;
  }

  private SplittableRandom random(int writer, int n) {
    return new SplittableRandom(seed + 1_000_003L * n + writer);
  }

  private static Kind kind(SplittableRandom random) {
    return Kind.values()[random.nextInt(Kind.values().length)];
  }

  private static Append claim(Event event, SplittableRandom random) {
    String tag = CLAIM + random.nextInt(CLAIMS);
    return Append.to("claims")
        .events(event.withTags(tag))
        .unless(new AppendCondition(Query.tags(tag), Position.BEFORE_FIRST));
  }

  private static List<Event> events(int writer, int n, SplittableRandom random) {
    List<Event> events = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      events.add(event(writer, n, events.size(), random));
    }
    return events;
  }

  private static Event event(int writer, int n, int index, SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(random.nextInt(40) == 0 ? LONGEST : 300)];
    random.nextBytes(bytes);
    var id = new UUID(((long) writer << 32) | n, index + 1L);
    Payload data = Payload.of(bytes, "application/x-noise");
    Payload metadata = Payload.json("{\"n\":" + n + "}");
    return new Event(id, "T" + n % 3, List.of("n:" + n % 7), data, metadata);
  }
}
