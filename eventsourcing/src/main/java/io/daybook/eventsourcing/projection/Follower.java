package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A view and the thread that leads it through a subscription. The thread alone writes; everything
 * that others read is volatile, and written after what it speaks of.
 */
final class Follower<V> {
  private final String name;
  private final Fold<V> fold;
  private final ReentrantReadWriteLock viewLock = new ReentrantReadWriteLock();
  private volatile V view;
  private volatile long position = Position.BEFORE_FIRST.value();
  private volatile long unknown;
  private volatile ReadModel.Status status = ReadModel.Status.CATCHING_UP;
  private volatile @Nullable ProjectionFailedException failure;
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable Thread thread;

  Follower(Projection<V> projection) {
    this.name = projection.name();
    this.fold = new Fold<>(projection);
    this.view = fold.view();
  }

  /**
   * Begins to follow.
   *
   * @param moved is told every position that is reached, and the highest one there is when nothing
   *     more will come
   */
  void start(Subscription newSubscription, LongConsumer moved) {
    subscription = newSubscription;
    thread =
        Thread.ofVirtual()
            .name("daybook-projection-" + name)
            .start(() -> follow(newSubscription, moved));
  }

  V view() {
    return view;
  }

  <R> R query(Function<? super V, ? extends R> question) {
    viewLock.readLock().lock();
    try {
      return question.apply(view);
    } finally {
      viewLock.readLock().unlock();
    }
  }

  Position position() {
    return new Position(position);
  }

  long unknown() {
    return unknown;
  }

  ReadModel.Status status() {
    return status;
  }

  @Nullable ProjectionFailedException failure() {
    return failure;
  }

  /** Throws if nothing more will come. */
  void requireRunning() {
    switch (status) {
      case CATCHING_UP, LIVE -> {}
      case CLOSED -> throw new ProjectionClosedException(name);
      case FAILED -> throw new ProjectionFailedException(name, failureOrUnknown());
    }
  }

  /** Stops, and waits until no handler runs any more, unless a handler calls this. */
  void close() {
    Subscription current = subscription;
    Thread running = thread;
    if (current == null || running == null) {
      return;
    }
    current.close();
    if (running.equals(Thread.currentThread())) {
      return;
    }
    try {
      running.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(Subscription messages, LongConsumer moved) {
    ReadModel.Status end = ReadModel.Status.CLOSED;
    try (messages) {
      while (true) {
        moved.accept(handle(messages.next()));
      }
    } catch (EventStoreClosedException | InterruptedException _) {
      // this is how a subscription is meant to end
    } catch (ProjectionFailedException e) {
      failure = e;
      end = ReadModel.Status.FAILED;
    } catch (Throwable e) {
      // an Error, too, must not leave others waiting for ever
      failure = new ProjectionFailedException(name, e);
      end = ReadModel.Status.FAILED;
    }
    status = end;
    moved.accept(Long.MAX_VALUE);
  }

  private long handle(SubscriptionMessage message) {
    switch (message) {
      case SubscriptionMessage.Delivered(var event) -> add(event);
      case SubscriptionMessage.Progress _ -> {}
      case SubscriptionMessage.CaughtUp _ -> status = ReadModel.Status.LIVE;
      case SubscriptionMessage.FellBehind _ -> status = ReadModel.Status.CATCHING_UP;
    }
    long reached = message.position().value();
    position = reached;
    return reached;
  }

  private void add(RecordedEvent event) {
    viewLock.writeLock().lock();
    try {
      fold.add(event);
      view = fold.view();
      unknown = fold.unknown();
    } finally {
      viewLock.writeLock().unlock();
    }
  }

  private Throwable failureOrUnknown() {
    ProjectionFailedException known = failure;
    return known == null ? new IllegalStateException("for an unknown reason") : known;
  }
}
