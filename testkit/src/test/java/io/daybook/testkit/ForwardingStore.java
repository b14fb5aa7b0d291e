package io.daybook.testkit;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Does what another store does: a test changes one method. */
class ForwardingStore implements EventStore {
  private final EventStore store;

  ForwardingStore(EventStore store) {
    this.store = store;
  }

  @Override
  public AppendResult append(Append append) {
    return store.append(append);
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return store.appendAsync(append);
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return store.read(request);
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return store.find(eventId);
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    return store.subscribe(request);
  }

  @Override
  public Position head() {
    return store.head();
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    return store.checkpointAt(position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    return store.streamInfo(stream);
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return store.changeSettings(stream, expected, settings);
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return store.delete(stream, expected);
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return store.tombstone(stream, expected);
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    return store.list(dimension, prefix);
  }

  @Override
  public void close() {
    store.close();
  }
}
