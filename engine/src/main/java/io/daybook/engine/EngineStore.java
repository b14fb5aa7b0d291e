package io.daybook.engine;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.GroupCommit;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Micros;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.ProofFailedException;
import io.daybook.engine.proof.SignedHead;
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
import java.security.KeyPair;
import java.time.Instant;
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

  /**
   * Signs what is stored now: one hash over all events, system ones included. The first time all
   * events are hashed, and the hashes are kept beside the log, so that the next time is quick.
   *
   * @param key an Ed25519 key pair, see {@link io.daybook.engine.proof.ProofKeys}
   * @param progress is told how many events were hashed
   * @throws EventStoreFailedException if something stored is damaged
   */
  public SignedHead signHead(KeyPair key, ProgressListener progress) {
    StoreTree.Root root = hashing(() -> parts.tree().root(hashed(progress)));
    Instant now = Micros.toInstant(nowMicros());
    Manifest store = parts.manifest();
    return SignedHead.sign(store.storeId(), store.epoch(), root.size(), root.hash(), now, key);
  }

  /**
   * Proves that an event is one of those that a head signed. The proof shows the event, unless it
   * is hidden: then its hash alone.
   *
   * @param position the event's position, less than the number of events of the head
   * @param head a head of this store; its signature is not checked here
   * @param progress is told how many events were hashed
   * @throws ProofFailedException if the store does not hold what the head says: history was changed
   * @throws EventStoreFailedException if something stored is damaged
   */
  public InclusionProof prove(Position position, SignedHead head, ProgressListener progress) {
    requireOwn(head);
    if (position.value() < 0 || position.value() >= head.events()) {
      throw new IllegalArgumentException(
          "position " + position + " is not one of the head's " + head.events() + " events");
    }
    return hashing(() -> parts.tree().prove(position, head, this::isShown, hashed(progress)));
  }

  /**
   * Proves that the events of an older head are the first ones of a newer head, unchanged.
   *
   * @param older a head of this store; its signature is not checked here
   * @param newer a head of this store with as many events or more
   * @param progress is told how many events were hashed
   * @throws ProofFailedException if the store does not hold what the heads say: history was changed
   * @throws EventStoreFailedException if something stored is damaged
   */
  public ConsistencyProof proveConsistency(
      SignedHead older, SignedHead newer, ProgressListener progress) {
    requireOwn(older);
    requireOwn(newer);
    return hashing(() -> parts.tree().proveConsistency(older, newer, hashed(progress)));
  }

  private void requireOwn(SignedHead head) {
    UUID storeId = parts.manifest().storeId();
    if (!head.storeId().equals(storeId)) {
      throw new ProofFailedException(
          ProofFailedException.Reason.OTHER_STORE,
          "the head is of the store " + head.storeId() + ", and this is " + storeId);
    }
  }

  private <T> T hashing(Maintenance.Visit<T> work) {
    requireOpen();
    try {
      return parts.maintenance().visit(work);
    } catch (IOException e) {
      throw Faults.failed("hashing", "the log", e);
    }
  }

  /** A closing need not wait for all that is to be hashed. */
  private StoreTree.Progress hashed(ProgressListener progress) {
    return (done, total) -> {
      requireOpen();
      progress.progressed("hash", done, total);
    };
  }

  private boolean isShown(RecordedEvent event) {
    Snapshot snapshot = published.lease();
    try {
      return event.isSystem() || visibility(snapshot).sees(event);
    } finally {
      snapshot.version().release();
    }
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
