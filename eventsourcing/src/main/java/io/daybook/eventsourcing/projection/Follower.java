package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.subscription.BuildId;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventsourcing.subscription.Parking;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A view and the thread that leads it through a subscription. The thread alone writes; everything
 * that others read is volatile, and written after what it speaks of.
 *
 * <p>It is the one whose view is read, or one that is built beside it to take its place. For that
 * moment both are {@linkplain #hold held}: neither is in the middle of an event then.
 */
final class Follower<V> {
  private final Projection<V> projection;
  private final String name;
  private final Partition partition;
  private final EventStore store;
  private final Reporter reporter;
  private final ReentrantReadWriteLock viewLock = new ReentrantReadWriteLock();
  private final ReentrantLock gate = new ReentrantLock();
  private final Condition opened = gate.newCondition();

  /**
   * Held while an event is taken, but not while the thread waits in the middle of one; unless it is
   * beside, for what it has decided by then would be of before it took over. Fair, so that who
   * holds it up need not wait for the end of many events.
   */
  private final ReentrantLock step = new ReentrantLock(true);

  private final @Nullable ViewSnapshots<V> snapshots;
  private final Fold<V> fold;
  private @Nullable Parking parking;

  /**
   * Whether an event failed that is not settled yet: handlers may have begun to change the view.
   */
  private boolean unsettled;

  private volatile V view;
  private volatile long position;
  private volatile long begun;
  private volatile long unknown;
  private volatile ReadModel.Status status = ReadModel.Status.CATCHING_UP;
  private volatile boolean beside;
  private volatile boolean paused;
  private volatile boolean closing;
  private volatile @Nullable ProjectionFailedException failure;
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable Thread thread;

  /** One that has not begun, with the view that it will begin with. */
  private Follower(
      Projection<V> projection,
      String name,
      EventStore store,
      Partition partition,
      boolean beside,
      ViewSnapshots.@Nullable Kept<V> kept) {
    this.projection = projection;
    this.beside = beside;
    this.name = name;
    this.partition = partition;
    this.store = store;
    this.reporter = new Reporter(name, projection.following().listener());
    this.snapshots = ViewSnapshots.of(projection, store, name, partition);
    this.fold = projection.foldFrom(kept == null ? projection.emptyView() : kept.view());
    this.view = fold.view();
    this.position = kept == null ? Position.BEFORE_FIRST.value() : kept.position().value();
  }

  /** One that begins with the first event, and whose view will be read. */
  static <V> Follower<V> fresh(
      Projection<V> projection, String name, EventStore store, Partition partition) {
    return new Follower<>(projection, name, store, partition, false, null);
  }

  /** One that begins with the first event, beside the one that is to be replaced by it. */
  static <V> Follower<V> beside(
      Projection<V> projection, String name, EventStore store, Partition partition) {
    return new Follower<>(projection, name, store, partition, true, null);
  }

  /** One that begins where the latest snapshot was taken, and whose view is read. */
  static <V> Follower<V> restored(
      Projection<V> projection, String name, EventStore store, Partition partition) {
    ViewSnapshots<V> snapshots = ViewSnapshots.of(projection, store, name, partition);
    boolean parks =
        projection.following().failures().then() != FailurePolicy.Then.STOP
            || store.streamInfo(DeadLetters.streamOf(projection.name())).isPresent();
    if (snapshots != null && parks) {
      // what is parked from now on is not true of views of another number of partitions
      snapshots.deleteOthers();
    }
    ViewSnapshots.Kept<V> kept = snapshots == null ? null : snapshots.latest();
    var follower = new Follower<>(projection, name, store, partition, false, kept);
    follower.isRead(true);
    return follower;
  }

  /** Begins after that position: what is stored up to there does not concern it. */
  void startAfter(Position from, LongConsumer moved) {
    position = from.value();
    start(moved);
  }

  /**
   * Begins to follow, after so many purges of the read model.
   *
   * @param purges how many, before anything is read
   * @param moved see {@link #start(LongConsumer)}
   */
  void start(long purges, LongConsumer moved) {
    begun = purges;
    start(moved);
  }

  /** How many purges there were before it began: of later ones, it may hold what is to go. */
  long begun() {
    return begun;
  }

  /**
   * Begins to follow.
   *
   * @param moved is told every position that is reached, and the highest one there is when nothing
   *     more will come
   */
  void start(LongConsumer moved) {
    FailurePolicy failures = projection.following().failures();
    // also where nothing more is parked: what was parked stays so until it is replayed or discarded
    parking =
        beside
            ? Parking.beside(store, projection.name(), BuildId.IN_MEMORY, failures)
            : Parking.open(store, projection.name(), BuildId.IN_MEMORY, failures);
    reporter.begins(position, store.head());
    var request =
        SubscriptionRequest.of(projection.followed())
            .after(store.checkpointAt(new Position(position)));
    Subscription messages = store.subscribe(request);
    subscription = messages;
    thread =
        Thread.ofVirtual().name("daybook-projection-" + name).start(() -> follow(messages, moved));
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

  /** How far it has caught up; nothing before the first events. */
  Optional<Progress> progress() {
    return Optional.ofNullable(reporter.latest());
  }

  ReadModel.Status status() {
    ReadModel.Status now = status;
    boolean runs = now == ReadModel.Status.CATCHING_UP || now == ReadModel.Status.LIVE;
    return paused && runs ? ReadModel.Status.PAUSED : now;
  }

  @Nullable ProjectionFailedException failure() {
    return failure;
  }

  /** Throws if nothing more will come. */
  void requireRunning() {
    switch (status) {
      case CATCHING_UP, LIVE, PAUSED -> {}
      case CLOSED -> throw new ProjectionClosedException(name);
      case FAILED -> throw new ProjectionFailedException(name, failureOrUnknown());
    }
  }

  boolean isPaused() {
    return paused;
  }

  /** Lets no handler run any more, or again; waits for the one that runs. */
  void pause(boolean newPaused) {
    gate.lock();
    viewLock.readLock().lock();
    try {
      paused = newPaused;
      opened.signalAll();
    } finally {
      viewLock.readLock().unlock();
      gate.unlock();
    }
  }

  /** Takes nothing more, and does not wait. */
  void stop() {
    closing = true;
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
    gate.lock();
    try {
      paused = false;
      opened.signalAll();
    } finally {
      gate.unlock();
    }
  }

  /** Stops, and waits until no handler runs any more, unless a handler calls this. */
  void close() {
    stop();
    Thread running = thread;
    if (running == null || running.equals(Thread.currentThread())) {
      return;
    }
    try {
      running.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets it take nothing until {@link #release}, by the same thread; what it takes now ends. */
  void hold() {
    step.lock();
  }

  /** Lets it go on. */
  void release() {
    step.unlock();
  }

  /**
   * Says what it has parked, as one whose view is to be read from now on, while it and the one of
   * before are held.
   *
   * @return false if the other has parked, or had discarded, what is in this view
   */
  boolean takeOver() {
    assert !beside || step.isHeldByCurrentThread();
    Parking letters = parking;
    if (letters != null && !letters.takeOver(position(), partition::hasKey)) {
      return false;
    }
    beside = false;
    return true;
  }

  /** Whether its view is the one that is read: snapshots are taken of no other. */
  void isRead(boolean nowIsRead) {
    if (snapshots != null) {
      snapshots.isRead(nowIsRead);
    }
  }

  /** Takes no snapshot of this view from now on. */
  void purgeSnapshots() {
    if (snapshots != null) {
      snapshots.purge();
    }
  }

  /** Deletes what was kept of the views that this one is the latest of. */
  void deleteSnapshots() {
    if (snapshots != null) {
      snapshots.delete();
    }
  }

  /** Deletes what was kept of the projection's views, in however many partitions. */
  void deleteAllSnapshots() {
    if (snapshots != null) {
      snapshots.deleteAll();
    }
  }

  /** Stops, and lets go of its view. */
  void drop() {
    close();
    view = projection.emptyView();
  }

  private void follow(Subscription messages, LongConsumer moved) {
    ReadModel.Status end = ReadModel.Status.CLOSED;
    try (messages) {
      while (true) {
        moved.accept(handle(next(messages)));
      }
    } catch (EventStoreClosedException | InterruptedException _) {
      // this is how a subscription is meant to end
    } catch (ProjectionFailedException e) {
      failure = e;
      end = ReadModel.Status.FAILED;
    } catch (Throwable e) {
      // an Error, too, must not leave others waiting for ever
      failure = closing ? null : new ProjectionFailedException(name, e);
      end = closing ? ReadModel.Status.CLOSED : ReadModel.Status.FAILED;
    }
    if (snapshots != null && !unsettled) {
      snapshots.save(view);
    }
    status = end;
    moved.accept(Long.MAX_VALUE);
    if (end == ReadModel.Status.FAILED) {
      reporter.failed(new ProjectionFailedException(name, failureOrUnknown()));
    }
  }

  /** The next message, once it may be handled. */
  private SubscriptionMessage next(Subscription messages) throws InterruptedException {
    Optional<SubscriptionMessage> ready = messages.poll(Duration.ZERO);
    if (ready.isEmpty()) {
      reporter.idle(position);
      ready = Optional.of(messages.next());
    }
    waitWhilePaused();
    return ready.get();
  }

  private void waitWhilePaused() throws InterruptedException {
    if (!paused) {
      return;
    }
    waiting(() -> {
      while (paused && !closing) {
        opened.await();
      }
    });
    if (closing) {
      throw new InterruptedException("closed while it was paused");
    }
  }

  /** What a thread does that waits at the gate. */
  private interface Waiting {
    void run() throws InterruptedException;
  }

  /** Waits at the gate; whoever holds it does not wait for that. */
  private void waiting(Waiting work) throws InterruptedException {
    boolean inStep = step.isHeldByCurrentThread() && !beside;
    if (inStep) {
      step.unlock();
    }
    gate.lock();
    try {
      work.run();
    } finally {
      gate.unlock();
      if (inStep) {
        step.lock();
      }
    }
  }

  private long handle(SubscriptionMessage message) throws InterruptedException {
    step.lock();
    try {
      if (closing) {
        throw new InterruptedException("closed before it was taken");
      }
      long reached = message.position().value();
      switch (message) {
        case SubscriptionMessage.Delivered(var event) -> take(event);
        case SubscriptionMessage.Progress _ -> {}
        case SubscriptionMessage.CaughtUp _ -> {
          reporter.caughtUp(reached);
          status = ReadModel.Status.LIVE;
        }
        case SubscriptionMessage.FellBehind _ -> {
          status = ReadModel.Status.CATCHING_UP;
        }
      }
      position = reached;
      return reached;
    } finally {
      step.unlock();
    }
  }

  private void take(RecordedEvent event) throws InterruptedException {
    Parking letters = parking;
    if (letters != null && letters.isControl(event)) {
      takeControl(letters, event);
    } else if (partition.has(event)
        && (letters == null
            || letters.isEmpty()
            || !letters.holdsBack(event, partition.key().apply(event)))) {
      FailurePolicy policy = projection.following().failures();
      Throwable error = attempt(event, policy.then() == FailurePolicy.Then.STOP);
      if (error != null && letters != null) {
        letters.park(event, partition.key().apply(event), policy.attempts(), error);
        reporter.parked(event, error);
      }
      handled(event);
    }
  }

  private void takeControl(Parking letters, RecordedEvent control) throws InterruptedException {
    List<RecordedEvent> events = letters.control(control);
    letters.replayUnseen(control, partition::hasKey);
    if (!events.isEmpty() && !partition.has(events.getFirst())) {
      return; // all are of one key
    }
    replay(letters, control, events);
    if (snapshots != null) {
      snapshots.passed(control); // whose replays are in the view
    }
  }

  private void replay(Parking letters, RecordedEvent control, List<RecordedEvent> events)
      throws InterruptedException {
    for (int i = 0; i < events.size(); i++) {
      RecordedEvent event = events.get(i);
      String key = partition.key().apply(event);
      if (i == 0 && letters.hasToWaitAgain(event, key)) {
        letters.waitAgain(control, events, key);
        return;
      }
      Throwable error = attempt(event, false); // that it is missing was known before
      if (error != null) {
        int attempts = projection.following().failures().attempts();
        List<RecordedEvent> behind = events.subList(i + 1, events.size());
        letters.parkAgain(control, event, key, attempts, error, behind);
        reporter.parked(event, error);
        return;
      }
      letters.replayed(control, event);
      reporter.handled(event);
    }
  }

  private void handled(RecordedEvent event) {
    reporter.handled(event);
    if (snapshots != null && snapshots.isDue(event)) {
      snapshots.save(view);
    }
  }

  /**
   * Handles an event as often as it takes; the last error if it is to be parked.
   *
   * @param stops whether that is thrown instead
   */
  private @Nullable Throwable attempt(RecordedEvent event, boolean stops)
      throws InterruptedException {
    FailurePolicy policy = projection.following().failures();
    for (int attempt = 1; ; attempt++) {
      try {
        add(event);
        unsettled = false;
        return null;
      } catch (ProjectionFailedException e) {
        unsettled = true;
        if (closing || e.getCause() instanceof ProjectionClosedException) {
          throw new InterruptedException("closed while an event was tried");
        }
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (attempt >= policy.attempts()) {
          if (stops) {
            throw e;
          }
          unsettled = false;
          return cause;
        }
        Duration pause = policy.pauseAfter(attempt);
        reporter.retrying(event, attempt, pause, cause);
        waitUnlessClosing(pause);
        if (closing) {
          throw new InterruptedException("closed before an event was tried again");
        }
      }
    }
  }

  /** No interrupt ends it, for that could hit a thread that writes to the store. */
  private void waitUnlessClosing(Duration pause) throws InterruptedException {
    waiting(() -> {
      long left = pause.toNanos();
      while (left > 0 && !closing) {
        left = opened.awaitNanos(left);
      }
    });
  }

  private void add(RecordedEvent event) throws InterruptedException {
    while (!addUnlessPaused(event)) {
      waitWhilePaused();
    }
  }

  /** Who pauses takes the lock, too: no handler begins after that. */
  private boolean addUnlessPaused(RecordedEvent event) {
    viewLock.writeLock().lock();
    try {
      if (paused) {
        return false;
      }
      fold.add(event);
      view = fold.view();
      unknown = fold.unknownEvents();
      return true;
    } finally {
      // nobody else knows this thread: a handler has left it behind, and it is to end nothing
      var _ = Thread.interrupted();
      viewLock.writeLock().unlock();
    }
  }

  private Throwable failureOrUnknown() {
    ProjectionFailedException known = failure;
    return known == null ? new IllegalStateException("for an unknown reason") : known;
  }
}
