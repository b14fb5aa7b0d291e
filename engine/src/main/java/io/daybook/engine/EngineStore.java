package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.TemporaryDisk;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.GroupCommit;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Micros;
import io.daybook.engine.verify.StoreVerifier;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.eventstore.SystemEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An event store in a folder of this machine, opened by one process.
 *
 * <pre>{@code
 * try (EventStore store = EngineStore.open(Path.of("bank"))) {
 *   store.append("account-42", ExpectedRevision.noStream(), Event.json("Opened", "{}"));
 * }
 * }</pre>
 *
 * <p>An append that returned is on the disk: it survives the end of the process and of the machine.
 * Any number of threads may use a store; appends that arrive together share one sync. If the disk
 * fails to sync, the store stops, since nobody can say any more what is on it: close it, mend the
 * disk and open it again.
 */
public final class EngineStore implements EventStore {
  private final OpenedStore parts;
  private final Published published;
  private final HeadSignal signal;
  private final GroupCommit<Pending> commits;
  private final EngineOptions options;
  private volatile boolean closed;

  EngineStore(OpenedStore parts, EngineOptions options) {
    this.parts = parts;
    this.published = parts.published();
    this.signal = parts.signal();
    this.options = options;
    this.commits = new GroupCommit<>(parts.committer());
  }

  /**
   * Opens the store in a folder, or creates one.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if another process has it open, or the
   *     disk fails
   * @throws io.daybook.eventstore.StoreDamagedException if what is stored is not what was written
   */
  public static EngineStore open(Path folder) {
    return open(folder, EngineOptions.defaults());
  }

  /**
   * Opens the store in a folder.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if another process has it open, the
   *     disk fails, or there is no store and none is to be created
   * @throws io.daybook.eventstore.StoreDamagedException if what is stored is not what was written
   */
  public static EngineStore open(Path folder, EngineOptions options) {
    return open(new FolderDisk(folder), folder.toString(), options);
  }

  /**
   * A new store for a test: in a folder among the system's temporary ones, with nothing synced, and
   * removed when it is closed. Otherwise it is a store like any other, as fast as the machine's
   * memory. What the end of the process leaves behind is the system's to remove.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the folder cannot be made
   */
  public static EngineStore temporary() {
    return temporary(EngineOptions.defaults());
  }

  /**
   * A new store for a test, as {@link #temporary()} makes it.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the folder cannot be made
   */
  public static EngineStore temporary(EngineOptions options) {
    try {
      Disk disk = new TemporaryDisk();
      return open(disk, disk.toString(), options);
    } catch (IOException e) {
      throw Faults.failed("making", "a temporary store", e);
    }
  }

  static EngineStore open(Disk disk, String name, EngineOptions options) {
    return new EngineStore(new Opening(disk, name, options).open(), options);
  }

  /**
   * Reads all that is stored in a folder and compares it: every check of the log and of the index,
   * and the index with the log. Changes nothing; nobody may have the store open meanwhile. What is
   * damaged is reported, not thrown.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if there is no store, somebody has it
   *     open, or the disk fails
   */
  public static VerifyReport verify(Path folder, ProgressListener progress) {
    return verify(new FolderDisk(folder), folder.toString(), progress);
  }

  static VerifyReport verify(Disk disk, String name, ProgressListener progress) {
    return Opening.locked(
        disk,
        name,
        () -> {
          var verifier = new StoreVerifier(disk, done -> progress.progressed("verify", done, 0));
          StoreVerifier.Findings found = verifier.verify();
          return new VerifyReport(
              found.events(), found.files(), found.bytes(), found.notes(), found.damages());
        });
  }

  /** How large the store is now. */
  public EngineStats stats() {
    Snapshot snapshot = published.lease();
    try {
      Version version = snapshot.version();
      return new EngineStats(
          snapshot.head() + 1,
          version.logs().size(),
          version.logs().stream().mapToLong(LogFile::bytes).sum(),
          version.index().files().size(),
          version.index().files().stream().mapToLong(IndexFile::bytes).sum(),
          version.index().memory().stream().mapToLong(MemoryIndex::events).sum());
    } finally {
      snapshot.version().release();
    }
  }

  @Override
  public AppendResult append(Append append) {
    return commit(new Pending.Request.Events(Objects.requireNonNull(append, "append")));
  }

  private AppendResult commit(Pending.Request request) {
    requireAccepting();
    var pending = new Pending(request, null);
    commits.commit(pending);
    return pending.outcome();
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    var request = new Pending.Request.Events(Objects.requireNonNull(append, "append"));
    try {
      requireAccepting();
    } catch (EventStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    var future = new CompletableFuture<AppendResult>();
    commits.submit(new Pending(request, future));
    return future;
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return open(Objects.requireNonNull(request, "request"));
  }

  EngineRead open(ReadRequest request) {
    return new EngineRead(published.lease(), request, nowMicros());
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    Objects.requireNonNull(eventId, "eventId");
    Snapshot snapshot = published.lease();
    try {
      var reader = new EventReader();
      LongFunction<RecordedEvent> events = position -> snapshot.version().read(reader, position);
      long position = StoredIds.find(snapshot.version().index(), eventId, events);
      if (position < 0 || position > snapshot.head()) {
        return Optional.empty();
      }
      return Optional.of(events.apply(position)).filter(visibility(snapshot)::sees);
    } finally {
      snapshot.version().release();
    }
  }

  private Visibility visibility(Snapshot snapshot) {
    return new Visibility(
        snapshot.rules(), snapshot.version().index(), snapshot.head(), nowMicros(), false);
  }

  private long nowMicros() {
    return Micros.of(options.clock().instant());
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    requireOpen();
    long after =
        switch (request.start()) {
          case SubscriptionRequest.Start.Beginning _ -> -1;
          case SubscriptionRequest.Start.End _ -> headValue();
          case SubscriptionRequest.Start.After(Checkpoint checkpoint) -> checked(checkpoint);
        };
    return new EngineSubscription(this, signal, request, after);
  }

  private long checked(Checkpoint checkpoint) {
    Checkpoint head = checkpointAt(head());
    if (!checkpoint.storeId().equals(head.storeId())
        || checkpoint.epoch() != head.epoch()
        || checkpoint.position().compareTo(head.position()) > 0) {
      throw new CheckpointMismatchException(checkpoint, head);
    }
    return checkpoint.position().value();
  }

  @Override
  public Position head() {
    requireOpen();
    return new Position(headValue());
  }

  long headValue() {
    return published.now().head();
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    requireOpen();
    return new Checkpoint(parts.manifest().storeId(), parts.manifest().epoch(), position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    Limits.requireStreamName(stream);
    Snapshot snapshot = published.lease();
    try {
      StreamRule rule = snapshot.rules().of(stream);
      long last = snapshot.version().index().lastRevision(stream, snapshot.head());
      boolean known = last >= 0 || snapshot.rules().contains(stream);
      if (!known || Limits.isSystemName(stream)) {
        return Optional.empty();
      }
      StreamInfo.Status status;
      if (rule.tombstoned()) {
        status = StreamInfo.Status.TOMBSTONED;
      } else if (last < rule.deletedBefore()) {
        status = StreamInfo.Status.DELETED;
      } else {
        status = StreamInfo.Status.ACTIVE;
      }
      return Optional.of(
          new StreamInfo(
              stream,
              status,
              last < 0 ? null : new Revision(last),
              firstVisible(stream),
              rule.settings()));
    } finally {
      snapshot.version().release();
    }
  }

  private @Nullable Revision firstVisible(String stream) {
    try (EngineRead read = open(ReadRequest.of(Query.stream(stream)).limit(1))) {
      return read.hasNext() ? read.next().revision() : null;
    }
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return administer(SystemEvents.STREAM_SETTINGS_CHANGED, stream, expected, settings);
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return administer(SystemEvents.STREAM_DELETED, stream, expected, StreamSettings.none());
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return administer(SystemEvents.STREAM_TOMBSTONED, stream, expected, StreamSettings.none());
  }

  private AppendResult administer(
      String type, String stream, ExpectedRevision expected, StreamSettings settings) {
    Limits.requireStreamName(stream);
    if (Limits.isSystemName(stream)) {
      throw new IllegalArgumentException("streams that start with $ are the system's: " + stream);
    }
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(settings, "settings");
    return commit(
        new Pending.Request.Administration(type, stream, expected, settings, Event.newId()));
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    Objects.requireNonNull(dimension, "dimension");
    Objects.requireNonNull(prefix, "prefix");
    Snapshot snapshot = published.lease();
    return new EngineListing(snapshot, dimension, prefix, visibility(snapshot));
  }

  boolean isClosed() {
    return closed;
  }

  private void requireOpen() {
    if (closed) {
      throw new EventStoreClosedException("the store is closed");
    }
  }

  private void requireAccepting() {
    requireOpen();
    EventStoreException stopped = parts.committer().stopped();
    if (stopped != null) {
      throw stopped;
    }
  }

  @Override
  public void close() {
    commits.exclusively(() -> {
      if (!closed) {
        closed = true;
        parts.close(nowMicros());
      }
    });
    signal.signal();
  }
}
