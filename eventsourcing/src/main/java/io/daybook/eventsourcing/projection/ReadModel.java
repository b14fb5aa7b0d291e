package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.Interest;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A view in memory that follows its store: first what is stored, then what is appended. May be used
 * by any number of threads. Close it when it is no longer needed.
 *
 * <p>It runs behind the store by a moment. Who has to see what he has just written waits for it:
 * {@code balances.await(outcome.position(), Duration.ofSeconds(5))}.
 *
 * @param <V> the view
 */
public final class ReadModel<V> implements RunningProjection, AutoCloseable {
  /** How long a waiting thread relies on being woken before it looks for itself. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How a read model is. */
  public enum Status {
    /** It has not yet seen all that was stored when it began, or fell behind. */
    CATCHING_UP,
    /** It has seen all there is, and is told what comes. */
    LIVE,
    /** It stands still until {@link #resume}. */
    PAUSED,
    /** It stands still: see {@link #failure()}. */
    FAILED,
    /** It stands still since it, or its store, was closed. */
    CLOSED
  }

  private final Projection<V> projection;
  private final EventStore store;
  private final String name;
  private final Partition partition;
  private final Interest interest;
  private final ReentrantLock rebuilding = new ReentrantLock();

  /** The turn of one who purges. It is taken before that of one who rebuilds. */
  private final ReentrantLock purging = new ReentrantLock();

  /** Guards the replacement of the follower, the counts of purges, and those who wait. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition moved = lock.newCondition();

  /**
   * The lowest position that somebody waits for: nobody is woken before. Lowered under the lock, by
   * one who then looks at the position and waits; so no step of a follower goes unnoticed.
   */
  private volatile long nextTarget = Long.MAX_VALUE;

  private long purges;

  /** What was begun after fewer purges is not put in place any more. */
  private volatile long oldestAllowed;

  private volatile Follower<V> follower;
  private volatile @Nullable Follower<V> beingBuilt;
  private volatile @Nullable Follower<Object> effects;
  private volatile boolean closed;

  ReadModel(Projection<V> projection, EventStore store, Partition partition) {
    this.projection = projection;
    this.store = store;
    this.partition = partition;
    this.name =
        partition.of() == 1 ? projection.name() : projection.name() + "#" + partition.number();
    this.interest = new Interest(store, projection.followed(), partition::has);
    this.follower = Follower.restored(projection, name, store, partition);
    this.effects = effectsAfter(store.head());
    try {
      follower.start(this::followerMoved);
    } catch (RuntimeException | Error e) {
      close(); // effects have begun already
      throw e;
    }
  }

  private @Nullable Follower<Object> effectsAfter(Position from) {
    Projection<Object> causes = projection.effects().orElse(null);
    if (causes == null) {
      return null;
    }
    Projection<Object> afterTheView = causes.after(event -> awaitFor(event.position()));
    Follower<Object> following = Follower.fresh(afterTheView, name + "-effects", store, partition);
    following.startAfter(from, this::followerMoved);
    return following;
  }

  /** The projection's name. */
  @Override
  public String name() {
    return name;
  }

  /**
   * The view as it is now. If handlers change it ({@link Projection#update}), another thread may be
   * doing so: use {@link #query} then.
   */
  public V current() {
    return follower.view();
  }

  /** What the question makes of the view, while no handler changes it. */
  public <R> R query(Function<? super V, ? extends R> question) {
    return follower.query(question);
  }

  /** Everything up to here is in the view. */
  @Override
  public Position position() {
    return follower.position();
  }

  /** Everything up to here is in the view, said so that no other store takes it for its own. */
  public Checkpoint checkpoint() {
    return store.checkpointAt(position());
  }

  /** How it is. */
  @Override
  public Status status() {
    Follower<Object> beside = effects;
    return beside != null && beside.status() == Status.FAILED ? Status.FAILED : follower.status();
  }

  /** Why it stands still, if it failed. */
  @Override
  public Optional<ProjectionFailedException> failure() {
    ProjectionFailedException own = follower.failure();
    Follower<Object> beside = effects;
    return Optional.ofNullable(own != null || beside == null ? own : beside.failure());
  }

  /** How many events were passed over because no codec knows their type. */
  @Override
  public long unknownEvents() {
    return follower.unknown();
  }

  /** How many positions the store is ahead; 0 if none of them concerns this projection. */
  @Override
  public long lag() {
    return interest.lag(position());
  }

  /**
   * How long the first event that is not yet in the view has been stored; zero if all are. By the
   * clock of this machine.
   */
  @Override
  public Duration lagTime() {
    return interest.lagTime(position());
  }

  /** The events that are parked, if the projection parks them. */
  @Override
  public DeadLetters deadLetters() {
    return DeadLetters.of(store, projection.name());
  }

  @Override
  public DeadLetters deadEffects() {
    return DeadLetters.of(store, projection.name() + "-effects");
  }

  /**
   * Lets no handler run until {@link #resume}. Returns when none runs any more. The view goes on
   * serving as it is.
   */
  @Override
  public void pause() {
    pause(true);
  }

  /** Goes on after {@link #pause}. Does nothing if it is not paused. */
  @Override
  public void resume() {
    pause(false);
  }

  private void pause(boolean paused) {
    Follower<Object> beside = effects;
    if (beside != null && !paused) {
      beside.pause(false);
    }
    Follower<V> told;
    do { // it may be replaced at this moment
      told = follower;
      told.pause(paused);
    } while (!told.equals(follower));
  }

  /**
   * Waits until everything that is stored at the time of the call is in the view.
   *
   * @throws ProjectionFailedException if it fails before that
   * @throws ProjectionClosedException if it or the store is closed before that
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitHead() {
    await(store.head(), null, null);
  }

  /**
   * Waits until everything that is stored at the time of the call is in the view, but not longer
   * than that.
   *
   * @throws ProjectionTimeoutException if it takes longer
   * @throws ProjectionFailedException if it fails before that
   * @throws ProjectionClosedException if it or the store is closed before that
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitHead(Duration timeout) {
    await(store.head(), timeout, null);
  }

  /**
   * Waits until everything up to that position is in the view, but not longer than that.
   *
   * @throws ProjectionTimeoutException if it takes longer
   * @throws ProjectionFailedException if it fails before that
   * @throws ProjectionClosedException if it or the store is closed before that
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void await(Position target, Duration timeout) {
    await(target, Objects.requireNonNull(timeout, "timeout"), null);
  }

  /**
   * Builds the view anew from the first event, while the old one goes on serving, and replaces it
   * as soon as the new one has caught up. Returns then. What has failed runs again after this, an
   * effect from the event on that it failed at. What was paused is paused. What is parked stays so.
   *
   * <p>If the old one parks an event that the new one could handle, the new one begins once more,
   * and the old one stands still meanwhile: otherwise a replay would count the event twice.
   *
   * @throws ProjectionFailedException if the new one fails; the old one stays
   * @throws ProjectionClosedException if it or the store is closed meanwhile
   * @throws CancellationException if the waiting thread is interrupted; the old one stays
   */
  @Override
  public void rebuild() {
    rebuilding.lock();
    try {
      build();
    } finally {
      rebuilding.unlock();
    }
  }

  @Override
  public Optional<Progress> rebuildProgress() {
    Follower<V> fresh = beingBuilt;
    return fresh == null ? Optional.empty() : fresh.progress();
  }

  /**
   * Deletes the projection's snapshots, in however many partitions they were taken, and builds the
   * view anew; nothing of what it was made of is kept. Returns when the new one is in place: what
   * is read after this is made of what stored events say now. A rebuild that is under way begins
   * once more. The old view serves until then, and is not kept as a snapshot any more, whatever
   * comes. What was paused is paused. Several threads that call this at the same time share the
   * work.
   *
   * <p>One that is closed serves an empty view after this, and leaves no snapshot.
   *
   * @throws ProjectionFailedException if the new one fails; the old one stays, so call this again
   * @throws ProjectionClosedException if the store is closed meanwhile
   * @throws CancellationException if the waiting thread is interrupted; the old one stays
   * @throws RuntimeException if the snapshot cannot be deleted; call this again
   */
  @Override
  public void purge() {
    finishPurge(beginPurge());
  }

  /**
   * Sees to it that there is no snapshot of what was read up to now, and that there will be none.
   *
   * @return how many purges there are with this one
   */
  long beginPurge() {
    long number;
    Follower<V> serving;
    Follower<V> built;
    lock.lock();
    try {
      number = ++purges;
      serving = follower;
      built = beingBuilt;
    } finally {
      lock.unlock();
    }
    serving.purgeSnapshots();
    if (built != null) {
      built.purgeSnapshots();
    }
    serving.deleteAllSnapshots();
    return number;
  }

  /** Returns when the view that is read has begun after that purge. */
  void finishPurge(long number) {
    purging.lock(); // one after the other, so that each build is disturbed once, and ends
    try {
      if (follower.begun() < number) {
        startOver(number);
        rebuilding.lock();
        try {
          if (follower.begun() < number) {
            build();
          }
        } finally {
          rebuilding.unlock();
        }
      }
    } catch (ProjectionClosedException e) {
      if (!closed) {
        throw e;
      }
      follower.drop();
    } finally {
      purging.unlock();
    }
  }

  /** What is being built may hold what is to be purged: it does not take any place any more. */
  private void startOver(long number) {
    Follower<V> disturbed;
    lock.lock();
    try {
      requireOpen();
      oldestAllowed = number;
      disturbed = beingBuilt;
    } finally {
      lock.unlock();
    }
    if (disturbed != null) {
      disturbed.stop();
    }
  }

  /**
   * Drops the view, and builds it anew from the first event. It serves what it has got so far. What
   * has failed runs again after this; effects are not repeated. What was paused is paused. What is
   * parked stays so.
   *
   * @throws ProjectionClosedException if it is closed
   */
  public void reset() {
    rebuilding.lock();
    try {
      Follower<V> old = follower;
      // what it would say from now on would not be of the view that is read
      old.hold();
      try {
        while (tryToReset(old) != Result.IN_PLACE) {
          // there was a purge; the next one has begun after it
        }
      } finally {
        old.release();
      }
      old.close();
    } finally {
      rebuilding.unlock();
    }
  }

  /** What became of a view that was built. */
  private enum Result {
    /** It is read now. */
    IN_PLACE,
    /** There was a purge, and it may have begun before that. */
    PURGED,
    /** It has handled what the other one has parked. */
    CONTRADICTED
  }

  /** Builds until a new view is in place. */
  private void build() {
    Follower<V> old = follower;
    boolean holds = false;
    try {
      for (Result result = tryToBuild(old); result != Result.IN_PLACE; result = tryToBuild(old)) {
        if (result == Result.CONTRADICTED && !holds) {
          old.hold();
          holds = true;
        }
      }
    } finally {
      if (holds) {
        old.release();
      }
    }
    old.close();
  }

  private Result tryToReset(Follower<V> old) {
    Follower<V> fresh = Follower.fresh(projection, name, store, partition);
    try {
      fresh.pause(old.isPaused());
      start(fresh);
      return replace(old, fresh);
    } finally {
      giveUpUnlessRead(fresh);
    }
  }

  private Result tryToBuild(Follower<V> old) {
    Follower<V> fresh = Follower.beside(projection, name, store, partition);
    try {
      start(fresh);
      await(store.head(), null, fresh);
      old.hold();
      try {
        // once more, for all that the old one has said of parked events by now
        await(store.head(), null, fresh);
        fresh.hold();
        try {
          return replace(old, fresh);
        } finally {
          fresh.release();
        }
      } finally {
        old.release();
      }
    } catch (ProjectionException e) {
      if (fresh.begun() < oldestAllowed) {
        return Result.PURGED;
      }
      throw e;
    } finally {
      giveUpUnlessRead(fresh);
    }
  }

  private void giveUpUnlessRead(Follower<V> fresh) {
    beingBuilt = null;
    if (!fresh.equals(follower)) {
      fresh.close();
    }
  }

  /** Starts what is to take the follower's place, so that closing and purging find it, too. */
  private void start(Follower<V> fresh) {
    lock.lock();
    try {
      requireOpen();
      fresh.start(purges, this::followerMoved);
      beingBuilt = fresh;
    } finally {
      lock.unlock();
    }
  }

  /** Lets a follower take the place of the old one, which says nothing meanwhile. */
  private Result replace(Follower<V> old, Follower<V> fresh) {
    old.isRead(false);
    boolean done = false;
    try {
      // first, for what the new one says of parked events is not true of the old view
      old.deleteSnapshots();
      lock.lock();
      try {
        requireOpen();
        if (fresh.begun() < oldestAllowed) {
          return Result.PURGED;
        }
        if (!fresh.takeOver()) {
          return Result.CONTRADICTED;
        }
        done = true;
        if (old.isPaused()) {
          fresh.pause(true);
        }
        Follower<Object> beside = effects;
        if (beside != null && beside.status() == Status.FAILED) {
          effects = effectsAfter(beside.position());
        }
        follower = fresh;
        beingBuilt = null;
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    } finally {
      old.isRead(!done);
    }
    old.stop();
    fresh.isRead(true);
    return Result.IN_PLACE;
  }

  /** Stops following. The view stays as it is. Closing twice does nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    Follower<Object> beside = effects;
    if (beside != null) {
      beside.stop();
    }
    Follower<V> fresh = beingBuilt;
    if (fresh != null) {
      fresh.stop(); // the other one may be held until it ends
    }
    follower.close();
    if (fresh != null) {
      fresh.close();
    }
    if (beside != null) {
      beside.close(); // an effect that waits for the view was let go by the line before
    }
  }

  /** Waits, as an effect, until the view contains the event that it follows from. */
  private void awaitFor(Position target) {
    await(target, null, null);
  }

  /**
   * Waits until a follower has reached the target.
   *
   * @param timeout how long at most; null for any time
   * @param which the follower; null for that of the moment, which may change meanwhile
   */
  private void await(Position target, @Nullable Duration timeout, @Nullable Follower<V> which) {
    long deadline = timeout == null ? 0 : System.nanoTime() + timeout.toNanos();
    while (true) {
      Follower<V> of = which == null ? follower : which;
      boolean reached = closed || of.position().compareTo(target) >= 0;
      long needed = (reached ? target : interest.needed(target)).value();
      lock.lock();
      try {
        nextTarget = Math.min(nextTarget, needed);
        if (of.position().value() >= needed) {
          return;
        }
        if (which == null && !of.equals(follower)) {
          continue;
        }
        of.requireRunning();
        long left = timeout == null ? Long.MAX_VALUE : deadline - System.nanoTime();
        if (timeout != null && left <= 0) {
          throw new ProjectionTimeoutException(name(), target, timeout, of.position());
        }
        var _ = moved.awaitNanos(Math.min(left, LOOK_AGAIN_NANOS));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new CancellationException(
            "interrupted while waiting for the projection " + name() + " to reach " + target);
      } finally {
        lock.unlock();
      }
    }
  }

  private void followerMoved(long position) {
    if (position >= nextTarget) {
      lock.lock();
      try {
        nextTarget = Long.MAX_VALUE;
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ProjectionClosedException(name());
    }
  }
}
