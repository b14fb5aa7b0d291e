package io.daybook.eventsourcing.process;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Checkpoints in an event store, one stream each, of which the last event counts. */
final class StoreCheckpoints implements Checkpoints {
  private static final String TYPE = "CheckpointReached";
  private static final String PREFIX = "checkpoint:";
  private static final String FIELD = "checkpoint";

  private final EventStore store;

  StoreCheckpoints(EventStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  @Override
  public Optional<Checkpoint> load(String name) {
    var request = ReadRequest.of(Query.stream(PREFIX + name)).inReverse().limit(1);
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        return Optional.ofNullable(FlatJson.read(event.data().text()).get(FIELD))
            .map(Checkpoint::parse);
      }
    }
    return Optional.empty();
  }

  @Override
  public void save(String name, Checkpoint checkpoint) {
    String stream = PREFIX + name;
    String data = FlatJson.write(Map.of(FIELD, checkpoint.toString()));
    var result = store.append(stream, ExpectedRevision.any(), Event.json(TYPE, data));
    if (result.lastRevision(stream).value() == 0) {
      store.changeSettings(stream, ExpectedRevision.any(), StreamSettings.none().withMaxCount(1));
    }
  }
}
