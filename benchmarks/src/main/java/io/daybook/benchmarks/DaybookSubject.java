package io.daybook.benchmarks;

import io.daybook.engine.Durability;
import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.keys.KeySource;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The embedded engine, as {@code EngineStore.open} gives it. */
final class DaybookSubject implements Subject {
  /** The name that is always measured. */
  static final String NAME = "daybook";

  private static final int IN_FLIGHT = 64;
  private static final Duration SYNC_INTERVAL = Duration.ofSeconds(1);

  private static final String FIRST_LOG = String.format("%020d-", 0);

  /** How the store is kept; all but the first are measured where it is asked for. */
  enum Form {
    PLAIN(NAME),
    ENCRYPTED(NAME + "-encrypted"),
    COMPRESSED(NAME + "-compressed");

    private final String subject;

    Form(String subject) {
      this.subject = subject;
    }

    /** The name that it has as a subject. */
    String subject() {
      return subject;
    }

    private EngineOptions options() {
      EngineOptions defaults = EngineOptions.defaults();
      return switch (this) {
        case PLAIN -> defaults;
        case ENCRYPTED -> defaults.encrypted(KeySource.of(new byte[KeySource.KEY_BYTES]));
        case COMPRESSED -> defaults.compressed();
      };
    }
  }

  private final Form form;
  private @Nullable EngineStore opened;

  DaybookSubject() {
    this(Form.PLAIN);
  }

  DaybookSubject(Form form) {
    this.form = form;
  }

  /** Whether a subject of that name is Daybook, in whatever form. */
  static boolean isDaybook(String name) {
    return name.startsWith(NAME);
  }

  @Override
  public String name() {
    return form.subject();
  }

  /** Of a compressed store without its last log file, which is compressed once it is full. */
  @Override
  public double bytesPerEvent(Path folder, long events) throws IOException {
    Path last = form == Form.COMPRESSED ? plainLog(folder) : null;
    if (last == null) {
      return (double) Folders.bytes(folder) / events;
    }
    long before = Long.parseLong(last.getFileName().toString().replaceFirst("-.*", ""));
    return (double) (Folders.bytes(folder) - Files.size(last)) / before;
  }

  /** The only log file that is not compressed; null if it is the first, or not the only one. */
  private static @Nullable Path plainLog(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("log"))) {
      List<Path> plain = files.filter(file -> file.toString().endsWith(".log")).toList();
      boolean one = plain.size() == 1 && !plain.getFirst().toString().contains(FIRST_LOG);
      return one ? plain.getFirst() : null;
    }
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public void open(Path folder, Ability durability) {
    EngineOptions options = form.options();
    opened =
        EngineStore.open(
            folder,
            durability == Ability.UNSYNCED
                ? options.withDurability(Durability.interval(SYNC_INTERVAL))
                : options);
  }

  EngineStore store() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  private static Append request(Write write) {
    Append append = add(Append.to(write.stream()), write);
    Write.Condition condition = write.condition();
    if (condition == null) {
      return append;
    }
    Query query = Query.item().withTypes(condition.type()).withTags(condition.tag()).asQuery();
    return condition.after() < 0
        ? append.unless(query)
        : append.unless(query, new Position(condition.after()));
  }

  private static Append add(Append.Target target, Write write) {
    List<Event> events = new ArrayList<>(write.events().size());
    for (Sample sample : write.events()) {
      events.add(
          new Event(
              Event.newId(),
              sample.type(),
              List.of(sample.tag()),
              Payload.json(sample.data()),
              Payload.empty()));
    }
    long expected = write.expected();
    return target
        .expecting(expected < 0 ? ExpectedRevision.noStream() : ExpectedRevision.exactly(expected))
        .events(events);
  }

  @Override
  public void append(Write write) {
    store().append(request(write));
  }

  @Override
  public void fill(Iterable<List<Write>> appends, LongConsumer progress) {
    Queue<CompletableFuture<?>> inFlight = new ArrayDeque<>();
    long events = 0;
    for (List<Write> writes : appends) {
      List<Append.Write> together = new ArrayList<>(writes.size());
      for (Write write : writes) {
        // each stream is written by one filler, so nothing needs to be expected
        together.addAll(request(write).writes());
        events += write.events().size();
      }
      inFlight.add(store().appendAsync(new Append(together, Map.of(), null)));
      if (inFlight.size() > IN_FLIGHT) {
        inFlight.remove().join();
        progress.accept(events);
      }
    }
    inFlight.forEach(CompletableFuture::join);
  }

  @Override
  public long head() {
    return store().head().value();
  }

  private long read(Query query) {
    long bytes = 0;
    try (var read = store().read(query)) {
      for (RecordedEvent event : read) {
        bytes += event.data().size();
      }
    }
    return bytes;
  }

  @Override
  public long readStream(String stream) {
    return read(Query.stream(stream));
  }

  @Override
  public long readTag(String tag) {
    return read(Query.tags(tag));
  }

  @Override
  public long scan() {
    return read(Query.everything());
  }

  @Override
  public void close() {
    store().close();
  }
}
