package io.daybook.engine;

import io.daybook.engine.index.MemoryIndex;
import io.daybook.engine.io.Faults;
import io.daybook.engine.log.ActiveLog;
import io.daybook.engine.log.DecidedAppend;
import io.daybook.engine.log.EventReader;
import io.daybook.engine.log.GroupCommit;
import io.daybook.engine.log.LogFile;
import io.daybook.engine.log.Micros;
import io.daybook.engine.log.Reserve;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StoreReadOnlyException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commits groups: decides each request in order, has the log write and sync what was accepted,
 * publishes the new head, and only then lets the callers go. Called by one thread at a time, the
 * leader.
 */
final class Committer implements Consumer<List<Pending>> {
  private static final System.Logger LOG = System.getLogger(Committer.class.getName());
  private static final int MAX_GROUP_BYTES = 4 << 20;
  private static final long CLOCK_BEHIND_MICROS = 60_000_000;

  /** So many events take longer to index than to have another thread do it. */
  private static final int INDEXED_MEANWHILE = 128;

  private final Published published;
  private final ActiveLog log;
  private final Reserve reserve;
  private final Maintenance maintenance;
  private final IndexRepair repair;
  private final HeadSignal signal;
  private final InstantSource clock;
  private final IndexLimits limits;
  private final @Nullable IntervalSync intervalSync;
  private final Executor indexer;
  private final EventReader reader = new EventReader();

  // decided, but not yet durable
  private final List<Pending> staged = new ArrayList<>();
  private final List<DecidedAppend> stagedAppends = new ArrayList<>();
  private int indexedAppends;
  private MemoryIndex memory;
  private StreamRules rules;
  private long nextPosition;
  private long recordedAtMicros;
  private long unindexedBytes;
  private boolean clockWarned;
  private boolean diskIsLow;

  private volatile @Nullable EventStoreException stopped;

  Committer(
      Published published,
      ActiveLog log,
      Reserve reserve,
      Maintenance maintenance,
      HeadSignal signal,
      EngineOptions options,
      long unindexedBytes) {
    this.published = published;
    this.log = log;
    this.reserve = reserve;
    this.maintenance = maintenance;
    this.repair = new IndexRepair(published, maintenance::rebuild);
    this.signal = signal;
    this.clock = options.clock();
    this.limits = options.indexLimits();
    Duration interval = options.durability().interval();
    this.intervalSync =
        interval == null || options.isInline()
            ? null
            : new IntervalSync(
                log, interval, options.newExecutor("daybook-sync"), this::syncFailed);
    this.indexer =
        options.isInline() ? Runnable::run : Thread.ofVirtual().name("daybook-group")::start;
    Snapshot now = published.now();
    this.memory = now.version().index().memory().getLast();
    this.rules = now.rules();
    this.nextPosition = now.head() + 1;
    this.recordedAtMicros = now.recordedAtMicros();
    this.unindexedBytes = unindexedBytes;
  }

  /** Why nothing more is accepted, if so. */
  @Nullable EventStoreException stopped() {
    return stopped;
  }

  /** How much of the log is indexed in memory only. */
  long unindexedBytes() {
    return unindexedBytes;
  }

  /** Accepts nothing more. Called while no group is committed. */
  void close() {
    if (intervalSync != null) {
      intervalSync.close();
    }
    if (stopped == null) {
      stopped = new EventStoreClosedException("the store is closed");
    }
  }

  /** Makes durable what was acknowledged without; a failure stops the store. */
  void sync() {
    try {
      log.sync();
    } catch (IOException e) {
      syncFailed(e);
    }
  }

  private void syncFailed(IOException e) {
    LOG.log(Level.ERROR, "the store stops, since a sync failed", e);
    stop("the disk failed to sync appends that were acknowledged: " + Faults.reason(e), e);
  }

  @Override
  public void accept(List<Pending> group) {
    try {
      diskIsLow = reserve.isLow();
      log.useReserve(diskIsLow);
      for (Pending pending : group) {
        stage(pending);
      }
      flush();
    } catch (RuntimeException | Error e) {
      // nothing that was decided since can be trusted: what is on the disk is found out by the next
      // opening
      LOG.log(Level.ERROR, "the store stops", e);
      stop("an unexpected error", e);
      log.discard(); // or the next group would write what is left of this one
      failStaged();
      for (Pending pending : group) {
        if (!pending.isFinished()) {
          pending.refuse(failure());
          pending.finish();
        }
      }
    }
    completeFutures(group);
  }

  private void stage(Pending pending) {
    if (stopped != null) {
      pending.refuse(failure());
      staged.add(pending);
      return;
    }
    try {
      requireIndexable();
      indexStaged(); // an append is decided against those before it
      AppendDecision.Outcome outcome = decide(pending);
      if (diskIsLow
          && outcome instanceof AppendDecision.Outcome.Accepted
          && !pending.request().makesRoom()) {
        throw lowDisk(null);
      }
      if (outcome instanceof AppendDecision.Outcome.Accepted accepted
          && !log.fits(accepted.append())) {
        makeRoom(accepted.append());
        outcome = decide(pending); // what stood before it in the group may not have been written
      }
      switch (outcome) {
        case AppendDecision.Outcome.Repeated(var result) -> {
          pending.accept(result);
          if (result.lastPosition().value() <= published.now().head()) {
            pending.finish(); // it is stored, whatever becomes of this group
            return;
          }
        }
        case AppendDecision.Outcome.Accepted(var append, var result, var newRules) -> {
          log.add(append);
          stagedAppends.add(append);
          rules = newRules;
          nextPosition += append.eventCount();
          recordedAtMicros = append.recordedAtMicros();
          pending.accept(result);
        }
      }
    } catch (EventStoreFailedException e) {
      pending.refuse(e);
      pending.finish(); // it is not stored, whatever becomes of this group
      return;
    } catch (EventStoreException e) {
      pending.refuse(e); // what stands before it in the group may have led to that
    } catch (IOException e) {
      pending.refuse(
          e instanceof Reserve.LowDiskException
              ? lowDisk(e)
              : Faults.failed("making room in", "the log", e));
      pending.finish(); // it is not stored, whatever becomes of this group
      return;
    }
    staged.add(pending);
    if (log.groupBytes() > MAX_GROUP_BYTES) {
      flush();
    }
  }

  /** A damaged index file is made anew meanwhile, so that no caller is refused for it. */
  private AppendDecision.Outcome decide(Pending pending) {
    return repair.answer(() -> decideOnce(pending));
  }

  /** Under a lease, since maintenance may put other files in the place of these. */
  private AppendDecision.Outcome decideOnce(Pending pending) {
    Snapshot stored = published.lease();
    try {
      return new AppendDecision(
              stored.version().index(),
              rules,
              nextPosition,
              recordedNow(),
              position -> event(stored, position),
              position -> append(stored, position))
          .decide(pending.request());
    } finally {
      stored.version().release();
    }
  }

  private StoreReadOnlyException lowDisk(@Nullable Throwable cause) {
    return new StoreReadOnlyException(
        "the disk is nearly full: less than the reserve of "
            + reserve.size()
            + " would be left, so that the store can only be read, and take deletes and"
            + " truncations; nothing of the append is stored: make room on the disk, and try again"
            + " without opening the store anew",
        cause);
  }

  /** Indexes in memory can't wait for ever to be written. */
  private void requireIndexable() {
    if (published.now().version().index().memory().size() <= limits.maxWaiting()) {
      return;
    }
    Exception failure = maintenance.indexFailure();
    if (failure != null) {
      maintenance.writeIndexes();
      throw new EventStoreFailedException(
          "the index cannot be written: "
              + (failure instanceof IOException e ? Faults.reason(e) : failure.getMessage())
              + "; nothing of the append is stored: make room or mend the disk, and try again",
          failure);
    }
  }

  private long recordedNow() {
    long now = Micros.of(clock.instant());
    if (now >= recordedAtMicros) {
      clockWarned = false;
      return now;
    }
    if (!clockWarned && recordedAtMicros - now > CLOCK_BEHIND_MICROS) {
      clockWarned = true;
      LOG.log(
          Level.WARNING,
          "the clock stands at {0}, behind the last recorded time {1}, which is used instead",
          Micros.toInstant(now),
          Micros.toInstant(recordedAtMicros));
    }
    return recordedAtMicros;
  }

  private void makeRoom(DecidedAppend append) throws IOException {
    flush();
    if (stopped != null) {
      throw new IOException(failure().getMessage());
    }
    if (log.fits(append)) {
      return; // what was in its way could not be written, and the file is still empty
    }
    roll();
  }

  /**
   * Goes on in a new log file, if the active one begins with that position, and in a new index in
   * memory. Called while no group is committed.
   */
  void beginNewFiles(long base) throws IOException {
    sync(); // or what hides events could be lost after they are reclaimed; freeze only stops
    if (stopped != null) {
      throw failure();
    }
    if (log.view().base() == base) {
      log.useReserve(true); // a scavenge makes room
      roll();
    }
    if (memory.events() > 0) {
      freeze();
    }
  }

  /** Has the log go on in a new file. */
  void beginNewLog() throws IOException {
    if (stopped != null) {
      throw failure();
    }
    roll();
  }

  private void roll() throws IOException {
    LogFile full; // null if it had no frame
    try {
      full = log.roll();
    } catch (ActiveLog.WriteFailedException e) {
      stop("the disk failed: " + e.getMessage(), e);
      throw e;
    }
    if (full == null) {
      Snapshot now = published.now();
      published.publish(log.view(), now.head(), now.recordedAtMicros(), now.rules());
    } else {
      published.addLog(log.view());
      maintenance.settle(full);
    }
  }

  private void indexStaged() {
    while (indexedAppends < stagedAppends.size()) {
      index(stagedAppends.get(indexedAppends++));
    }
  }

  /** Writes the group and syncs it; what is not indexed yet, its last append, is so meanwhile. */
  private void write() throws ActiveLog.WriteFailedException {
    if (stagedAppends.getLast().eventCount() < INDEXED_MEANWHILE) {
      indexStaged();
      log.flush();
      return;
    }
    var indexing = CompletableFuture.runAsync(this::indexStaged, indexer);
    try {
      log.flush();
    } finally {
      indexing.join();
    }
  }

  private void index(DecidedAppend append) {
    long position = append.firstPosition();
    for (DecidedAppend.Run run : append.runs()) {
      long revision = run.firstRevision();
      List<Event> events = run.events();
      for (int i = 0; i < events.size(); i++) {
        memory.add(position++, run.stream(), revision++, append.recordedAtMicros(), events.get(i));
      }
    }
  }

  /** Makes what is staged durable, publishes it and lets its callers go. */
  private void flush() {
    if (!log.isGroupEmpty()) {
      long bytes = log.groupBytes();
      try {
        write();
      } catch (ActiveLog.WriteFailedException e) {
        failed(e);
        failStaged();
        return;
      }
      unindexedBytes += bytes;
      published.publish(log.view(), nextPosition - 1, recordedAtMicros, rules);
      clearStagedAppends();
      signal.signal();
    }
    GroupCommit.finish(staged);
    staged.clear();
    if (log.wantsPreparation()) {
      maintenance.prepare(log);
    }
    if (intervalSync != null && log.hasUnsynced()) {
      intervalSync.written();
    }
    if (limits.isFull(memory, unindexedBytes)) {
      freeze();
    }
  }

  private void freeze() {
    sync(); // index files tell of what is durable
    if (stopped != null) {
      return;
    }
    memory = new MemoryIndex(nextPosition);
    unindexedBytes = 0;
    published.addMemory(memory);
    maintenance.writeIndexes();
    maintenance.awaitRoom(limits.maxWaiting());
  }

  private void failed(ActiveLog.WriteFailedException e) {
    // the file may have grown, and got another mapping, before it failed
    Snapshot before = published.now();
    published.publish(log.view(), before.head(), before.recordedAtMicros(), before.rules());
    if (e.outcomeUnknown()) {
      stop("the disk failed: " + e.getMessage(), e);
      return;
    }
    EventStoreFailedException failure =
        e.getCause() instanceof Reserve.LowDiskException
            ? lowDisk(e)
            : new EventStoreFailedException(
                "the append could not be written: "
                    + e.getMessage()
                    + "; nothing of it is stored: make room or mend the disk, and try again",
                e);
    for (Pending pending : staged) {
      pending.refuse(failure);
    }
    Snapshot now = published.now();
    rules = now.rules();
    nextPosition = now.head() + 1;
    recordedAtMicros = now.recordedAtMicros();
    memory = repair.answer(this::rebuilt);
    published.replaceMemory(memory);
  }

  /** The newest index without what was staged. */
  private MemoryIndex rebuilt() {
    var fresh = new MemoryIndex(memory.from());
    Snapshot stored = published.lease();
    try {
      for (long position = memory.from(); position <= stored.head(); position++) {
        RecordedEvent event = stored.version().read(reader, position);
        fresh.add(
            position,
            event.stream(),
            event.revision().value(),
            Micros.of(event.recordedAt()),
            event.event());
      }
    } finally {
      stored.version().release();
    }
    return fresh;
  }

  private void stop(String why, Throwable cause) {
    stopped =
        new EventStoreFailedException(
            why
                + "; the store has stopped, and an append under way may or may not be stored: close"
                + " it, open it again and retry with the same event ids",
            cause,
            true);
  }

  private EventStoreException failure() {
    EventStoreException why = stopped;
    return why != null ? why : new EventStoreClosedException("the store is closed");
  }

  private void failStaged() {
    for (Pending pending : staged) {
      if (stopped != null) {
        pending.refuse(failure());
      }
      pending.finish();
    }
    staged.clear();
    clearStagedAppends();
  }

  private void clearStagedAppends() {
    stagedAppends.clear();
    indexedAppends = 0;
  }

  /** On a thread of their own, because what a caller hangs on a future may take its time. */
  private static void completeFutures(List<Pending> group) {
    List<Pending> futures = new ArrayList<>();
    for (Pending pending : group) {
      if (pending.isAsync()) {
        futures.add(pending);
      }
    }
    if (!futures.isEmpty()) {
      Thread.ofVirtual()
          .name("daybook-complete")
          .start(() -> futures.forEach(Pending::completeFuture));
    }
  }

  /** The event at a position, durable or staged. */
  private RecordedEvent event(Snapshot stored, long position) {
    if (position <= stored.head()) {
      return stored.version().read(reader, position);
    }
    DecidedAppend append = stagedAt(position);
    int index = (int) (position - append.firstPosition());
    for (DecidedAppend.Run run : append.runs()) {
      if (index < run.events().size()) {
        return new RecordedEvent(
            new Position(position),
            run.stream(),
            new Revision(run.firstRevision() + index),
            Micros.toInstant(append.recordedAtMicros()),
            run.events().get(index));
      }
      index -= run.events().size();
    }
    throw new IllegalStateException("position " + position + " is not in its append");
  }

  /** The whole append that holds a position, durable or staged. */
  private DecidedAppend append(Snapshot stored, long position) {
    return position <= stored.head()
        ? StoredAppend.read(stored.version(), reader, position)
        : stagedAt(position);
  }

  private DecidedAppend stagedAt(long position) {
    int low = 0;
    int high = stagedAppends.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (stagedAppends.get(middle).firstPosition() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return stagedAppends.get(low);
  }
}
