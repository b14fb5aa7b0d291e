package postgresspike;

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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Many stores in one schema that look like one, as many processes would use it: each thread works
 * with a store of its own, so that the stores meet in the database only.
 */
record StoreGroup(List<PostgresStore> stores) implements EventStore {
  private PostgresStore mine() {
    return stores.get((int) (Thread.currentThread().threadId() % stores.size()));
  }

  @Override
  public AppendResult append(Append append) {
    return mine().append(append);
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return mine().appendAsync(append);
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return mine().read(request);
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return mine().find(eventId);
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    return mine().subscribe(request);
  }

  @Override
  public Position head() {
    return mine().head();
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    return mine().checkpointAt(position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    return mine().streamInfo(stream);
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return mine().changeSettings(stream, expected, settings);
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return mine().delete(stream, expected);
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return mine().tombstone(stream, expected);
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    return mine().list(dimension, prefix);
  }

  @Override
  public void close() {
    stores.forEach(PostgresStore::close);
  }
}
