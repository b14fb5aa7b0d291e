package io.daybook.eventstore;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Does what another store does, by calling its method of the same name. To be extended by what
 * watches a store or changes one thing about it. As thread-safe as the other store.
 */
public abstract class ForwardingStore implements EventStore {
  private final EventStore store;

  /** Forwards to that store. */
  protected ForwardingStore(EventStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  /** The store that is forwarded to. */
  protected final EventStore store() {
    return store;
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
