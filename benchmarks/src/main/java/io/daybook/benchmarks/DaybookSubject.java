package io.daybook.benchmarks;

import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The embedded engine, as {@code EngineStore.open} gives it. */
final class DaybookSubject implements Subject {
  private @Nullable EngineStore opened;

  @Override
  public String name() {
    return "daybook";
  }

  @Override
  public void open(Path folder) {
    opened = EngineStore.open(folder);
  }

  private EngineStore store() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  private static List<Event> events(List<Sample> samples) {
    List<Event> events = new ArrayList<>(samples.size());
    for (Sample sample : samples) {
      events.add(Event.of(sample.type(), Payload.json(sample.data())).withTags(sample.tag()));
    }
    return events;
  }

  @Override
  public void append(String stream, long expected, List<Sample> events) {
    store()
        .append(
            stream,
            expected < 0 ? ExpectedRevision.noStream() : ExpectedRevision.exactly(expected),
            events(events));
  }

  @Override
  public boolean hasConditions() {
    return true;
  }

  @Override
  public void appendUnless(
      String stream, List<Sample> events, String type, String tag, long after) {
    Query query = Query.item().withTypes(type).withTags(tag).asQuery();
    store().append(Append.to(stream).events(events(events)).unless(query, new Position(after)));
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
