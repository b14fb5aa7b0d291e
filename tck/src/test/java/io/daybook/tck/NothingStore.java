package io.daybook.tck;

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
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A store that does nothing: it takes everything, answers with what is empty, never throws and
 * never waits. A test that it passes tests nothing.
 */
final class NothingStore implements EventStore {
  private static final AppendResult RESULT =
      new AppendResult(Position.BEFORE_FIRST, Position.BEFORE_FIRST, Map.of(), Instant.EPOCH);

  @Override
  public AppendResult append(Append append) {
    return RESULT;
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return CompletableFuture.completedFuture(RESULT);
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return new Nothing<>();
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return Optional.empty();
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    return new Silence();
  }

  @Override
  public Position head() {
    return Position.BEFORE_FIRST;
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    return new Checkpoint(new UUID(0, 0), 0, Position.BEFORE_FIRST);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    return Optional.empty();
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return RESULT;
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return RESULT;
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return RESULT;
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    return new Nothing<>();
  }

  @Override
  public void close() {}

  private static final class Nothing<T> implements ReadResult<T> {
    @Override
    public Position head() {
      return Position.BEFORE_FIRST;
    }

    @Override
    public Iterator<T> iterator() {
      return Collections.emptyIterator();
    }

    @Override
    public void close() {}
  }

  private static final class Silence implements Subscription {
    @Override
    public SubscriptionMessage next() {
      return new SubscriptionMessage.CaughtUp(Position.BEFORE_FIRST);
    }

    @Override
    public Optional<SubscriptionMessage> poll(Duration timeout) {
      return Optional.empty();
    }

    @Override
    public Checkpoint checkpoint() {
      return new Checkpoint(new UUID(0, 0), 0, Position.BEFORE_FIRST);
    }

    @Override
    public void forEachEvent(Consumer<RecordedEvent> handler) {}

    @Override
    public void close() {}
  }
}
