package io.daybook.engine;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.tck.TestClock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Random requests and questions over a few names, so that they meet. */
final class StoreWorkload {
  private static final List<String> STREAMS =
      List.of(
          "account-1", "account-2", "account-3", "cart-1", "cart-ä", "plain", "cart-😀", "x-y-z");
  private static final List<String> CATEGORIES = List.of("account", "cart", "x", "none");
  private static final List<String> TYPES = List.of("Opened", "Changed", "Closed", "Übertragen");
  private static final List<String> TAGS = List.of("a:1", "a:2", "b:1", "c:1", "€:1");

  private final Random random;
  private final StoreModel model;
  private final TestClock clock;
  private final boolean forward;
  private long ids;

  StoreWorkload(Random random, StoreModel model, TestClock clock) {
    this(random, model, clock, false);
  }

  /** If it only goes forward, what is hidden once stays hidden, and so may be reclaimed. */
  StoreWorkload(Random random, StoreModel model, TestClock clock, boolean forward) {
    this.forward = forward;
    this.random = random;
    this.model = model;
    this.clock = clock;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** A request, most often an append. */
  StoreRequest request() {
    int kind = random.nextInt(100);
    if (kind < 84) {
      return new StoreRequest.Events(append());
    }
    if (kind < 92) {
      StoreRequest earlier = model.anyEarlier(random);
      boolean settings = earlier instanceof StoreRequest.Settings;
      return earlier == null || (forward && settings) ? new StoreRequest.Events(append()) : earlier;
    }
    if (kind < 96) {
      String stream = oneOf(STREAMS);
      StreamSettings settings = settings();
      return new StoreRequest.Settings(
          stream, expected(), forward ? narrower(stream, settings) : settings);
    }
    if (kind < 99) {
      return new StoreRequest.Delete(oneOf(STREAMS), expected());
    }
    return new StoreRequest.Tombstone(random.nextBoolean() ? "plain" : "late-" + ids, expected());
  }

  private StreamSettings settings() {
    StreamSettings settings = StreamSettings.none();
    if (random.nextBoolean()) {
      settings = settings.withMaxCount(1 + random.nextInt(20));
    }
    if (random.nextInt(3) == 0) {
      settings = settings.withMaxAge(Duration.ofMillis(1 + random.nextInt(100_000)));
    }
    if (random.nextInt(3) == 0) {
      settings = settings.withTruncateBefore(new Revision(random.nextInt(10)));
    }
    return settings;
  }

  /** Settings that hide nothing less than those that the stream has. */
  private StreamSettings narrower(String stream, StreamSettings wanted) {
    StreamSettings before =
        model.store().streamInfo(stream).map(StreamInfo::settings).orElse(StreamSettings.none());
    StreamSettings settings = wanted;
    if (before.maxCount().isPresent()) {
      long count = before.maxCount().getAsLong();
      settings = settings.withMaxCount(Math.min(count, settings.maxCount().orElse(count)));
    }
    if (before.maxAge().isPresent()) {
      Duration age = before.maxAge().get();
      Duration other = settings.maxAge().orElse(age);
      settings = settings.withMaxAge(age.compareTo(other) < 0 ? age : other);
    }
    if (before.truncateBefore().isPresent()) {
      Revision first = before.truncateBefore().get();
      Revision other = settings.truncateBefore().orElse(first);
      settings = settings.withTruncateBefore(first.compareTo(other) > 0 ? first : other);
    }
    return settings;
  }

  /** An append to one or more streams, some of which will be refused. */
  Append append() {
    String stream = stream();
    Append append = Append.to(stream).expecting(expectedOf(stream)).events(events());
    while (random.nextInt(4) == 0) {
      append = append.and(stream()).events(events());
    }
    if (random.nextInt(10) == 0) {
      append = append.alsoExpecting(oneOf(STREAMS), expected());
    }
    if (random.nextInt(8) == 0) {
      long after = Math.max(-1, model.head() - random.nextInt(12));
      append = append.unless(new AppendCondition(query(), new Position(after)));
    }
    return append;
  }

  private String stream() {
    return random.nextInt(10) == 0 ? "once-" + ids : oneOf(STREAMS);
  }

  private ExpectedRevision expected() {
    return switch (random.nextInt(8)) {
      case 0 -> ExpectedRevision.noStream();
      case 1 -> ExpectedRevision.exists();
      case 2 -> ExpectedRevision.exactly(random.nextInt(5));
      default -> ExpectedRevision.any();
    };
  }

  /** Most often what will be met. */
  private ExpectedRevision expectedOf(String stream) {
    if (random.nextInt(4) == 0) {
      return expected();
    }
    return model
        .store()
        .streamInfo(stream)
        .flatMap(StreamInfo::lastRevision)
        .map(ExpectedRevision::exactly)
        .orElse(ExpectedRevision.any());
  }

  private List<Event> events() {
    int count = random.nextInt(12) == 0 ? 1 + random.nextInt(30) : 1 + random.nextInt(3);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(event());
    }
    return events;
  }

  private Event event() {
    List<String> tags = new ArrayList<>();
    while (random.nextInt(2) == 0 && tags.size() < 20) {
      tags.add(random.nextInt(10) == 0 ? "unique:" + ids : oneOf(TAGS));
    }
    Payload metadata = random.nextInt(3) == 0 ? payload(40) : Payload.empty();
    return new Event(id(), oneOf(TYPES), tags, payload(size()), metadata);
  }

  private int size() {
    return switch (random.nextInt(30)) {
      case 0 -> random.nextInt(6_000);
      case 1, 2, 3 -> random.nextInt(1_200);
      default -> random.nextInt(120);
    };
  }

  private Payload payload(int maxBytes) {
    byte[] bytes = new byte[random.nextInt(maxBytes + 1)];
    if (random.nextInt(8) > 0) {
      random.nextBytes(bytes); // sometimes all zeros, as torn sectors are
    }
    return Payload.of(bytes, random.nextInt(4) == 0 ? "application/x-noise" : Payload.JSON);
  }

  /** Most ids ascend, as those of version 7 do. */
  private UUID id() {
    ids++;
    return random.nextInt(5) == 0
        ? new UUID(random.nextLong(), random.nextLong())
        : new UUID(((0x0190_0000_0000L + ids) << 16) | 0x7000, random.nextLong());
  }

  /** A query, over names that may be there. */
  Query query() {
    if (random.nextInt(10) == 0) {
      return Query.everything();
    }
    Query query = item().asQuery();
    while (random.nextInt(4) == 0) {
      query = query.or(item().asQuery());
    }
    return query;
  }

  private Query.Item item() {
    String stream = oneOf(STREAMS);
    String category = oneOf(CATEGORIES);
    String type = oneOf(TYPES);
    String tag = oneOf(TAGS);
    return switch (random.nextInt(9)) {
      case 0 -> Query.item().withStreams(stream);
      case 1 -> Query.item().withCategories(category);
      case 2 -> Query.item().withTypes(type);
      case 3 -> Query.item().withTags(tag);
      case 4 -> Query.item().withTypes(type).withTags(tag);
      case 5 -> Query.item().withCategories(category).withTypes(type);
      case 6 -> Query.item().withStreams(stream).withTags(tag);
      case 7 -> Query.item().withCategories(category).withTypes(type).withTags(tag);
      default -> Query.item().withTypes("Opened", "Closed").withTags("a:1", "b:1");
    };
  }

  /** Moves the clock: on, or seldom back. */
  void passTime() {
    if (random.nextInt(3) == 0) {
      long micros = (long) (Math.pow(10, random.nextInt(9)) * random.nextDouble());
      clock.advance(
          Duration.of(!forward && random.nextInt(8) == 0 ? -micros : micros, ChronoUnit.MICROS));
    }
  }

  /** A read of some kind. */
  ReadRequest read() {
    long head = model.head() + 2;
    ReadRequest read = ReadRequest.of(query());
    if (random.nextInt(4) == 0) {
      String stream = oneOf(STREAMS);
      read = ReadRequest.of(Query.stream(stream));
      if (random.nextBoolean()) {
        read = read.from(new Revision(random.nextInt(20)));
      }
    } else if (random.nextBoolean()) {
      read = read.from(new Position((long) (random.nextDouble() * head)));
    }
    if (random.nextInt(3) == 0) {
      read = read.inReverse();
    }
    if (random.nextInt(3) == 0) {
      read = read.limit(1 + random.nextInt(8));
    }
    if (random.nextInt(6) == 0) {
      read = read.asOf(new Position((long) (random.nextDouble() * head)));
    } else if (random.nextInt(6) == 0) {
      read = read.asOf(clock.instant().minusMillis(random.nextInt(100_000)));
    }
    return random.nextInt(4) == 0 ? read.withSystemEvents() : read;
  }
}
