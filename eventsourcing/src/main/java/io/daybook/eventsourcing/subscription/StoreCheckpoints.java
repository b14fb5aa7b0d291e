package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** Checkpoints in an event store, one stream each, of which the last event counts. */
final class StoreCheckpoints implements Checkpoints {
  private static final String TYPE = "CheckpointReached";
  private static final String PREFIX = "checkpoint:";

  private final EventStore store;

  StoreCheckpoints(EventStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  @Override
  public Optional<Checkpoint> load(String name) {
    var request = ReadRequest.of(Query.stream(PREFIX + name)).inReverse().limit(1);
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        return Optional.of(Checkpoint.parse(event.data().text()));
      }
    }
    return Optional.empty();
  }

  @Override
  public void save(String name, Checkpoint checkpoint) {
    String stream = PREFIX + name;
    var text = Payload.of(checkpoint.toString().getBytes(StandardCharsets.UTF_8), "text/plain");
    var result = store.append(stream, ExpectedRevision.any(), Event.of(TYPE, text));
    if (result.lastRevision(stream).value() == 0) {
      store.changeSettings(stream, ExpectedRevision.any(), StreamSettings.none().withMaxCount(1));
    }
  }
}
