package io.daybook.engine.index;

import io.daybook.engine.index.Term.Kind;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.FileHeader;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/** Events made from a seed, and the plainest possible answers to what an index is asked. */
final class SampleLog {
  static final UUID STORE = new UUID(11, 22);

  private static final Payload DATA = Payload.json("{}");

  record Stored(String stream, long revision, long recordedAtMicros, Event event) {}

  private final Random random;
  private final List<Stored> events = new ArrayList<>();
  private final Map<String, Long> nextRevisions = new HashMap<>();
  private final Map<Term, List<Long>> postings = new HashMap<>();
  private int indexed;

  SampleLog(long seed) {
    this.random = new Random(seed);
  }

  List<Stored> events() {
    return events;
  }

  int size() {
    return events.size();
  }

  /** Appends events of some streams, categories, types and tags; a few of them are frequent. */
  SampleLog grow(int count, int names) {
    for (int i = 0; i < count; i++) {
      List<String> tags = new ArrayList<>();
      while (random.nextInt(3) > 0 && tags.size() < 5) {
        tags.add("tag:" + name(names));
      }
      add(stream(names), "Type" + name(6), tags.toArray(String[]::new));
    }
    return this;
  }

  private String stream(int names) {
    return switch (random.nextInt(8)) {
      case 0 -> "plain" + name(names);
      case 1 -> "$$kind-" + name(names);
      case 2 -> "\uFFFDend-" + name(3);
      case 3 -> "\uD83D\uDE00-" + name(3);
      default -> "kind" + random.nextInt(3) + "-" + name(names);
    };
  }

  /** Low numbers are more frequent. */
  private int name(int names) {
    return (int) (names * Math.pow(random.nextDouble(), 3));
  }

  void add(String stream, String type, String... tags) {
    UUID id = random.nextInt(4) == 0 ? new UUID(random.nextLong(), random.nextLong()) : timeId();
    Event event = new Event(id, type, List.of(tags), DATA, Payload.empty());
    long revision = nextRevisions.merge(stream, 1L, Long::sum) - 1;
    events.add(new Stored(stream, revision, 1_000_000L + events.size() / 3, event));
  }

  private UUID timeId() {
    long millis = 1_700_000_000_000L + events.size();
    return new UUID((millis << 16) | 0x7000L, random.nextLong() >>> 2 | Long.MIN_VALUE);
  }

  /** An index in memory of the positions from one to another, both included. */
  MemoryIndex index(int from, int to) {
    MemoryIndex index = new MemoryIndex(from);
    for (int position = from; position <= to; position++) {
      addTo(index, position);
    }
    return index;
  }

  void addTo(MemoryIndex index, int position) {
    Stored stored = events.get(position);
    index.add(position, stored.stream, stored.revision, stored.recordedAtMicros, stored.event);
  }

  /** Writes an index file of these positions and opens it. */
  IndexFile file(Disk disk, int from, int to, long generation) throws IOException {
    String name =
        IndexWriter.write(
            disk, header(from, generation), index(from, to), to, term -> countBefore(term, from));
    return IndexFile.open(disk, name, STORE);
  }

  static FileHeader header(long base, long generation) {
    int seed = (int) (base * 31 + generation) ^ 0x5eed;
    return new FileHeader(FileHeader.Kind.INDEX, seed, STORE, base, generation, 0);
  }

  long countBefore(Term term, long position) {
    return postings().getOrDefault(term, List.of()).stream().filter(p -> p < position).count();
  }

  LongStream positions(Query query) {
    return positions(position -> {
      Stored stored = events.get((int) position);
      return query.matches(stored.stream, stored.event);
    });
  }

  private LongStream positions(LongPredicate matches) {
    return LongStream.range(0, events.size()).filter(matches);
  }

  /** The positions that match in a range, in a direction. */
  List<Long> positions(Query query, long from, long to, boolean backwards) {
    List<Long> found = positions(query).filter(p -> p >= from && p <= to).boxed().toList();
    return backwards ? found.reversed() : found;
  }

  private Set<String> namesOf(Kind kind, int position) {
    Stored stored = events.get(position);
    return switch (kind) {
      case STREAM -> Set.of(stored.stream);
      case CATEGORY -> Query.categoryOf(stored.stream).map(Set::of).orElse(Set.of());
      case TYPE -> Set.of(stored.event.type());
      case TAG -> Set.copyOf(stored.event.tags());
    };
  }

  /** All terms with their positions. */
  Map<Term, List<Long>> postings() {
    for (; indexed < events.size(); indexed++) {
      for (Kind kind : Kind.values()) {
        for (String name : namesOf(kind, indexed)) {
          Term term = new Term(kind, name);
          postings.computeIfAbsent(term, _ -> new ArrayList<>()).add((long) indexed);
        }
      }
    }
    return postings;
  }

  /** The names of a kind up to a position, in the order of code points, which UTF-8 keeps. */
  List<String> names(Kind kind, String prefix, long to) {
    Map<String, String> sorted = new TreeMap<>();
    postings()
        .forEach((term, positions) -> {
          if (term.kind() == kind && term.name().startsWith(prefix) && positions.getFirst() <= to) {
            StringBuilder key = new StringBuilder();
            term.name().codePoints().forEach(c -> key.append(String.format("%08x", c)));
            sorted.put(key.toString(), term.name());
          }
        });
    return List.copyOf(sorted.values());
  }

  /** A query of up to three items of any shape; some names match nothing. */
  Query query(int names) {
    List<Query.Item> items = new ArrayList<>();
    do {
      items.add(item(names));
    } while (random.nextInt(3) == 0);
    return new Query.AnyOf(items);
  }

  private Query.Item item(int names) {
    Set<String> streams = some(random.nextInt(3) == 0 ? 3 : 0, () -> stream(names));
    Set<String> categories = some(random.nextInt(4) == 0 ? 2 : 0, () -> "kind" + random.nextInt(4));
    Set<String> types = some(random.nextInt(3) == 0 ? 3 : 0, () -> "Type" + name(7));
    Set<String> tags = some(random.nextInt(2) == 0 ? 2 : 0, () -> "tag:" + name(names + 2));
    if (streams.isEmpty() && categories.isEmpty() && types.isEmpty() && tags.isEmpty()) {
      return item(names);
    }
    return new Query.Item(streams, categories, types, tags);
  }

  private Set<String> some(int most, java.util.function.Supplier<String> source) {
    Set<String> some = new LinkedHashSet<>();
    int count = most == 0 ? 0 : 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      some.add(source.get());
    }
    return some;
  }

  int nextInt(int bound) {
    return random.nextInt(bound);
  }

  boolean nextBoolean() {
    return random.nextBoolean();
  }
}
