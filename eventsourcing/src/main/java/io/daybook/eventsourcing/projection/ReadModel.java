package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
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
  private final Query query;
  private final ReentrantLock rebuilding = new ReentrantLock();

  /** Guards the replacement of the follower, and those who wait. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition moved = lock.newCondition();

  /**
   * The lowest position that somebody waits for: nobody is woken before. Lowered under the lock, by
   * one who then looks at the position and waits; so no step of a follower goes unnoticed.
   */
  private volatile long nextTarget = Long.MAX_VALUE;

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
    this.query = projection.followed();
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
    Position head = store.head();
    long behind = head.value() - position().value();
    return behind <= 0 || lastOfInterest(head) <= position().value() ? 0 : behind;
  }

  /**
   * How long the first event that is not yet in the view has been stored; zero if all are. By the
   * clock of this machine.
   */
  @Override
  public Duration lagTime() {
    var request = ReadRequest.of(query).from(position().next());
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        if (partition.has(event)) {
          Duration waited = Duration.between(event.recordedAt(), Instant.now());
          return waited.isNegative() ? Duration.ZERO : waited;
        }
      }
    }
    return Duration.ZERO;
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
    follower.pause(paused);
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
   * effect from the event on that it failed at. What was paused is paused.
   *
   * @throws ProjectionFailedException if the new one fails; the old one stays
   * @throws ProjectionClosedException if it or the store is closed meanwhile
   * @throws CancellationException if the waiting thread is interrupted; the old one stays
   */
  @Override
  public void rebuild() {
    rebuilding.lock();
    Follower<V> fresh = Follower.fresh(projection, name, store, partition);
    try {
      start(fresh);
      await(store.head(), null, fresh);
      replaceBy(fresh);
    } finally {
      beingBuilt = null;
      if (!fresh.equals(follower)) {
        fresh.close();
      }
      rebuilding.unlock();
    }
  }

  @Override
  public Optional<Progress> rebuildProgress() {
    Follower<V> fresh = beingBuilt;
    return fresh == null ? Optional.empty() : fresh.progress();
  }

  /**
   * Drops the view, and builds it anew from the first event. It serves what it has got so far. What
   * has failed runs again after this; effects are not repeated. What was paused is paused.
   *
   * @throws ProjectionClosedException if it is closed
   */
  public void reset() {
    rebuilding.lock();
    try {
      Follower<V> fresh = Follower.fresh(projection, name, store, partition);
      fresh.pause(follower.isPaused());
      start(fresh);
      replaceBy(fresh);
    } finally {
      beingBuilt = null;
      rebuilding.unlock();
    }
  }

  /** Starts what is to take the follower's place, so that closing ends it, too. */
  private void start(Follower<V> fresh) {
    lock.lock();
    try {
      requireOpen();
      fresh.start(this::followerMoved);
      beingBuilt = fresh;
    } finally {
      lock.unlock();
    }
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
    follower.close();
    Follower<V> fresh = beingBuilt;
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

  private void replaceBy(Follower<V> fresh) {
    Follower<V> old = follower;
    lock.lock();
    try {
      requireOpen();
      follower = fresh;
      Follower<Object> beside = effects;
      if (beside != null && beside.status() == Status.FAILED) {
        effects = effectsAfter(beside.position());
      }
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    if (old.isPaused()) {
      fresh.pause(true);
    }
    old.close();
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
      long needed = needed(target, of);
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

  /**
   * The position that a follower has to reach so that everything up to the target is in the view. A
   * follower is told of an event that concerns it at once, of one that does not only now and then.
   */
  private long needed(Position target, Follower<V> of) {
    if (of.position().compareTo(target) >= 0 || closed) {
      return target.value();
    }
    try {
      return store.head().compareTo(target) < 0 ? target.value() : lastOfInterest(target);
    } catch (EventStoreClosedException _) {
      return target.value();
    }
  }

  /** The last position up to the target that concerns this projection; -1 if there is none. */
  private long lastOfInterest(Position target) {
    if (target.value() < 0) {
      return -1;
    }
    var request = ReadRequest.of(query).from(target).inReverse().limit(1);
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        return event.position().value();
      }
    }
    return -1;
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
