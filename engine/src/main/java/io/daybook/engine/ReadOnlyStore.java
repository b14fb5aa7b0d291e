package io.daybook.engine;

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
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A store that is read here, and written by another process, if at all: see {@link
 * EngineStore#openReadOnly}. May be used by any number of threads.
 */
public final class ReadOnlyStore implements EventStore {
  private final Follower follower;
  private final StoreReader reader;
  private final HeadSignal signal = new HeadSignal(true);

  ReadOnlyStore(Follower follower, EngineOptions options) {
    this.follower = follower;
    this.reader =
        new StoreReader(
            follower.published(),
            signal,
            follower.storeId(),
            follower.epoch(),
            options,
            follower::refresh,
            follower::avoid);
  }

  /** How large the store is now. */
  public EngineStats stats() {
    return reader.stats();
  }

  /** The longest streams, as {@link EngineStore#largestStreams} has them. */
  public List<StreamSize> largestStreams(int count) {
    return reader.largestStreams(count);
  }

  private StoreReadOnlyException refusal() {
    reader.requireOpen();
    return new StoreReadOnlyException(
        "the store in "
            + follower.name()
            + " was opened to be read only; append through the process that has it open to be"
            + " written, or open it with EngineStore.open",
        null);
  }

  @Override
  public AppendResult append(Append append) {
    throw refusal();
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return CompletableFuture.failedFuture(refusal());
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    throw refusal();
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    throw refusal();
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    throw refusal();
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return reader.read(request);
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return reader.find(eventId);
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    return reader.subscribe(request);
  }

  @Override
  public Position head() {
    return reader.head();
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    return reader.checkpointAt(position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    return reader.streamInfo(stream);
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    return reader.list(dimension, prefix);
  }

  @Override
  public void close() {
    reader.close();
    follower.close();
    signal.signal();
  }
}
