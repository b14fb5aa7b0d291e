package io.daybook.jdbc;

import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ProjectionClosedException;
import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ProjectionTimeoutException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventsourcing.subscription.BuildId;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.Interest;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tables that follow a store. Read them by SQL, under their names. May be used by any number of
 * threads. Close it when it is no longer needed.
 *
 * <p>Instances of the application that follow the same projection share its partitions, each of
 * which has one owner at a time. What is said here is of all of them, unless it says otherwise.
 */
public final class SqlReadModel implements RunningProjection, AutoCloseable {
  private static final long OWN_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** What other instances do is not told, and has to be looked for. */
  private static final long FOREIGN_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private static final long NOWHERE = Position.BEFORE_FIRST.value();

  private final SqlProjection.Definition definition;
  private final EventStore store;
  private final Database database;
  private final Interest interest;
  private final Builds builds;
  private final JdbcCheckpoints checkpoints;
  private final Keeper keeper;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  /** How often this was asked to purge. */
  private final AtomicLong purges = new AtomicLong();

  /** The turn of one who purges. */
  private final ReentrantLock purging = new ReentrantLock();

  /** How often it had been asked when the build began that was put in place; guarded by purging. */
  private long purged;

  private SqlReadModel(
      SqlProjection.Definition definition,
      EventStore store,
      Database database,
      SqlFollowing following) {
    this.definition = definition;
    this.store = store;
    this.database = database;
    this.interest = new Interest(store, Task.followed(definition));
    var leases =
        new JdbcLeases(database, JdbcLeases.newOwner(), following.lease(), System::nanoTime);
    this.builds = new Builds(definition, database, store, leases);
    this.checkpoints = new JdbcCheckpoints(database);
    this.keeper = new Keeper(definition, store, database, leases, builds, following, this::signal);
  }

  static SqlReadModel start(
      SqlProjection.Definition definition,
      EventStore store,
      Database database,
      SqlFollowing following) {
    var model = new SqlReadModel(definition, store, database, following);
    model.builds.open();
    try {
      model.keeper.start();
    } catch (RuntimeException | Error e) {
      model.keeper.close(); // what has begun already has nobody else to end it
      throw e;
    }
    return model;
  }

  /** The projection's name. */
  @Override
  public String name() {
    return definition.name();
  }

  @Override
  public OptionalInt version() {
    return OptionalInt.of(definition.version());
  }

  /** Everything up to here is in the tables that are read. */
  @Override
  public Position position() {
    return new Position(reached());
  }

  /**
   * How it is, as far as this instance is concerned: live, too, if others do all the work.
   * Rebuilding shows only if it fails.
   */
  @Override
  public ReadModel.Status status() {
    if (keeper.isClosed() || isStoreClosed()) {
      return ReadModel.Status.CLOSED;
    }
    if (keeper.workers().failure() != null) {
      return ReadModel.Status.FAILED;
    }
    if (keeper.isPaused()) {
      return ReadModel.Status.PAUSED;
    }
    return keeper.isCatchingUp() ? ReadModel.Status.CATCHING_UP : ReadModel.Status.LIVE;
  }

  /** Why it stands still, if it failed here. */
  @Override
  public Optional<ProjectionException> failure() {
    return Optional.ofNullable(keeper.workers().failure());
  }

  /** How many events this instance has passed over because no codec knows their type. */
  @Override
  public long unknownEvents() {
    return keeper.unknownEvents();
  }

  /** How many partitions of the tables that are read this instance owns. */
  public int ownedPartitions() {
    return keeper.owned();
  }

  /** How many positions the store is ahead; 0 if none of them concerns this projection. */
  @Override
  public long lag() {
    return interest.lag(position());
  }

  /**
   * How long the first event that is not yet in the tables has been stored; zero if all are. By the
   * clock of this machine.
   */
  @Override
  public Duration lagTime() {
    return interest.lagTime(position());
  }

  /** The events that are parked, if the projection parks them. */
  @Override
  public DeadLetters deadLetters() {
    return DeadLetters.of(store, name(), new BuildId(database.id(), serving().number()));
  }

  @Override
  public DeadLetters deadEffects() {
    return DeadLetters.of(store, name() + "-effects", new BuildId(database.id(), 0));
  }

  /**
   * Waits until everything that is stored at the time of the call is in the tables, but not longer
   * than that; see {@link #await}.
   */
  public void awaitHead(Duration timeout) {
    await(store.head(), timeout);
  }

  /**
   * Waits until everything up to that position is in the tables, but not longer than that.
   *
   * @throws ProjectionTimeoutException if it takes longer
   * @throws ProjectionFailedException if it fails before that, in this instance
   * @throws ProjectionClosedException if it or the store is closed before that
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void await(Position target, Duration timeout) {
    long deadline = System.nanoTime() + Objects.requireNonNull(timeout, "timeout").toNanos();
    long seen = keeper.changes();
    while (reached() < interest.needed(target).value()) {
      requireRunning();
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ProjectionTimeoutException(name(), target, timeout, position());
      }
      long look = keeper.ownsAll() ? OWN_LOOK_NANOS : FOREIGN_LOOK_NANOS;
      seen = waitForChange(seen, Math.min(left, look));
    }
  }

  @SuppressWarnings("WaitNotInLoop") // whoever calls this looks again, in a loop
  private long waitForChange(long seen, long nanos) {
    lock.lock();
    try {
      if (keeper.changes() == seen) {
        var _ = moved.awaitNanos(nanos);
      }
      return keeper.changes();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the projection " + name());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Builds the tables anew from the first event, while the old ones go on serving, and replaces
   * them as soon as the new ones have caught up. Returns then. Readers see the old or the new,
   * never anything between. Other instances help. Effects are not repeated.
   *
   * <p>Nothing is built while it is paused: then it returns some time after {@link #resume}.
   *
   * @throws ProjectionFailedException if the new build fails in this instance, or is given up by
   *     {@link #reset} or another instance; the old one stays
   * @throws IllegalStateException if a later version has taken the place of this one by now, or is
   *     being built by an instance that has it
   * @throws ProjectionClosedException if it or the store is closed meanwhile
   * @throws CancellationException if the waiting thread is interrupted; the old one stays
   */
  @Override
  public void rebuild() {
    requireOpen();
    int number = builds.rebuild();
    keeper.wake();
    awaitBuild(number, false);
  }

  /**
   * Builds the tables anew from the first event, and replaces and drops the old ones; nothing of
   * what they were made of is kept. Returns then: what is read after this is made of what stored
   * events say now. A build that is under way, in whichever instance, is given up first. The old
   * tables serve until then. Other instances help; what they read of events has to be of after the
   * call, too. Several threads of an instance that call this at the same time share the work.
   *
   * <p>Parked events are tried again, in their places; discarded ones are not.
   *
   * @throws ProjectionFailedException if the new build fails in this instance, or is given up by
   *     {@link #reset} or another instance; the old one stays, so call this again
   * @throws IllegalStateException if it is paused, for nothing is built then; or if a later version
   *     has taken the place of this one's tables; the old ones stay
   * @throws ProjectionClosedException if it or the store is closed, or is closed meanwhile
   * @throws CancellationException if the waiting thread is interrupted; the old one stays
   */
  @Override
  public void purge() {
    requireOpen();
    long wanted = purges.incrementAndGet();
    purging.lock(); // one after the other, so that no build is given up for ever
    try {
      if (purged < wanted) {
        requireNotPaused();
        long begun = purges.get();
        int number = builds.purge();
        keeper.wake();
        awaitBuild(number, true);
        purged = begun;
      }
    } finally {
      purging.unlock();
    }
  }

  private void requireNotPaused() {
    if (keeper.isPaused()) {
      throw new IllegalStateException(
          "the projection "
              + name()
              + " is paused, so nothing is built anew; resume it, and purge it then");
    }
  }

  /**
   * Waits until a build is in place.
   *
   * @param purges whether that is so only when all before it is gone, and a build of another
   *     version will not do
   */
  private void awaitBuild(int number, boolean purges) {
    boolean done = false;
    try {
      long seen = keeper.changes();
      while (!done) {
        requireOpen();
        List<Build> all = builds.all();
        done = purges ? builds.isAlone(all, number) : builds.isInPlace(all, number);
        if (!done) {
          requireUnderWay(all, number, purges);
          seen = waitForChange(seen, FOREIGN_LOOK_NANOS);
        }
      }
    } finally {
      if (!done && !keeper.isClosed()) {
        abandon(number);
      }
      keeper.wake();
    }
  }

  /** Gives a build up, also on a thread that is interrupted. */
  private void abandon(int number) {
    boolean interrupted = Thread.interrupted();
    try {
      builds.abandon(number);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requireUnderWay(List<Build> all, int number, boolean purges) {
    if (builds.isInPlace(all, number)) {
      return; // what is before it goes
    }
    if (purges) {
      requireNotPaused();
    }
    List<Build> coming = coming(all, number, purges);
    for (Build build : coming) {
      ProjectionException failed = keeper.workers().failureOf(build.number());
      if (failed != null) {
        throw new ProjectionFailedException(name(), failed);
      }
    }
    // whoever gives a build up may be about to begin the next one
    if (coming.isEmpty() && coming(builds.settled(), number, purges).isEmpty()) {
      throw new ProjectionFailedException(
          name(),
          new IllegalStateException("the rebuild was given up by a reset, or by another instance"));
    }
  }

  private List<Build> coming(List<Build> all, int number, boolean purges) {
    return all.stream()
        .filter(build -> build.number() >= number)
        .filter(build -> !purges || build.isServing() || build.version() == definition.version())
        .toList();
  }

  /** How far a new build has come, as far as this instance builds it. */
  @Override
  public Optional<Progress> rebuildProgress() {
    return Builds.serving(builds.all()).flatMap(keeper.workers()::progressBeyond);
  }

  /**
   * Lets no handler run, in any instance and after any restart, until {@link #resume}. The tables
   * go on serving as they are. When this returns, none runs here; others stop within a moment.
   */
  @Override
  public void pause() {
    requireOpen();
    keeper.pause(true);
  }

  /** Goes on after {@link #pause}, or after a failure whose cause was corrected. */
  @Override
  public void resume() {
    requireOpen();
    keeper.pause(false);
  }

  /**
   * Empties the tables and begins with the first event. A build that is under way is given up.
   * Effects are not repeated.
   *
   * @throws IllegalStateException if a later version has taken the place of this one by now
   */
  public void reset() {
    requireOpen();
    builds.reset();
    keeper.restart();
  }

  /** Stops following, and gives the work to other instances. Closing twice does nothing. */
  @Override
  public void close() {
    keeper.close();
    signal();
  }

  private Build serving() {
    return Builds.serving(builds.all())
        .orElseThrow(() -> new IllegalStateException("nothing is built of " + name()));
  }

  /** What is committed in all partitions of the build that serves. */
  private long reached() {
    Build known = keeper.serving();
    if (known != null) {
      Optional<Long> reached = reached(known);
      if (reached.isPresent()) {
        return reached.get();
      }
    }
    return reached(serving()).orElse(Position.BEFORE_FIRST.value());
  }

  /** Nothing if the build is gone. */
  private Optional<Long> reached(Build build) {
    long lowest = Long.MAX_VALUE;
    for (String work : build.works()) {
      long at = keeper.workers().positionOf(work);
      if (at == Worker.UNKNOWN) {
        Optional<Checkpoint> stored = checkpoints.load(work);
        if (stored.isEmpty()) {
          return Optional.empty();
        }
        at = isOfThisStore(stored.get()) ? stored.get().position().value() : NOWHERE;
      }
      lowest = Math.min(lowest, at);
    }
    return Optional.of(lowest);
  }

  /**
   * Whether a checkpoint says how much of this store is in the tables. What was read from another
   * one, or before a restore, says nothing about it: the worker fails for it, and tells.
   */
  private boolean isOfThisStore(Checkpoint stored) {
    try {
      return stored.equals(store.checkpointAt(stored.position()))
          && stored.position().compareTo(store.head()) <= 0;
    } catch (EventStoreClosedException _) {
      return true;
    }
  }

  private void requireRunning() {
    requireOpen();
    ProjectionException failed = keeper.servingFailure();
    if (failed != null) {
      throw new ProjectionFailedException(name(), failed);
    }
  }

  private void requireOpen() {
    if (keeper.isClosed() || isStoreClosed()) {
      throw new ProjectionClosedException(name());
    }
  }

  private boolean isStoreClosed() {
    try {
      return store.head().value() < -1;
    } catch (EventStoreClosedException _) {
      return true;
    }
  }

  private void signal() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
