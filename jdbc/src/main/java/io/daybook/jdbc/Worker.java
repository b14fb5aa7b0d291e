package io.daybook.jdbc;

import io.daybook.eventsourcing.projection.Fold;
import io.daybook.eventsourcing.projection.Progress;
import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.subscription.BuildId;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventsourcing.subscription.Parking;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreReadOnlyException;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Does one task under a lease, on a thread of its own: events in, one transaction after another
 * out, each with the checkpoint that it leads to.
 *
 * <p>A thread of the platform: drivers wait inside native code (SQLite), where a virtual thread
 * would keep others from the processor that they need to let go of what is waited for. It is never
 * interrupted, for that closes files under embedded databases.
 */
final class Worker {
  private static final System.Logger LOG = System.getLogger(Worker.class.getName());
  private static final Duration FIRST_INTERRUPTION = Duration.ofMillis(50);
  private static final Duration LONGEST_INTERRUPTION = Duration.ofSeconds(2);

  private final Task task;
  private final Lease lease;
  private final EventStore store;
  private final Database database;
  private final JdbcLeases leases;
  private final JdbcCheckpoints checkpoints;
  private final Outbox outbox;
  private final Duration longestStall;
  private final Runnable moved;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopped = lock.newCondition();
  private final Thread thread;

  // what the thread alone knows
  private long carefulUntil = Position.BEFORE_FIRST.value();
  private long failingPosition = Position.BEFORE_FIRST.value();
  private int failures;
  private long handledInAll;
  private long unknownInAll;
  private long beganNanos;
  private long beganAt;

  // what others may ask
  private volatile long position = UNKNOWN;
  private volatile @Nullable Progress progress;
  private volatile boolean caughtUp;
  private volatile boolean stopping;
  private volatile boolean lost;
  private volatile long unknownEvents;
  private volatile @Nullable ProjectionException failure;
  private volatile @Nullable Subscription subscription;

  static final long UNKNOWN = Long.MIN_VALUE;

  /** The batch has to be done again from the checkpoint, with more care. */
  private static final class AgainException extends Exception {
    private static final long serialVersionUID = 1;

    AgainException() {
      super("again", null, false, false);
    }
  }

  Worker(
      Task task,
      Lease lease,
      EventStore store,
      Database database,
      JdbcLeases leases,
      Duration longestStall,
      Runnable moved) {
    this.task = task;
    this.lease = lease;
    this.store = store;
    this.database = database;
    this.leases = leases;
    this.checkpoints = new JdbcCheckpoints(database);
    this.outbox = new Outbox(database);
    this.longestStall = longestStall;
    this.moved = moved;
    this.thread =
        Thread.ofPlatform().daemon().name("daybook-projection-" + task.work()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Lease lease() {
    return lease;
  }

  Task task() {
    return task;
  }

  /** Everything up to here is committed; {@link #UNKNOWN} at first. */
  long position() {
    return position;
  }

  /** How far it has caught up; null before the first commit. */
  @Nullable Progress progress() {
    return progress;
  }

  boolean isCaughtUp() {
    return caughtUp;
  }

  long unknownEvents() {
    return unknownEvents;
  }

  @Nullable ProjectionException failure() {
    return failure;
  }

  /** Whether it ended because another has its lease, or what it does has changed. */
  boolean isLost() {
    return lost;
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Takes nothing more, and does not wait. */
  void stop() {
    stopping = true;
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
    lock.lock();
    try {
      stopped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing runs any more, unless a handler calls this. */
  void join() {
    boolean interrupted = false;
    while (!thread.equals(Thread.currentThread())) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true; // it ends soon, and what it writes must have ended by then
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    task.listener().owned(task.label(), true);
    try {
      Duration pause = FIRST_INTERRUPTION;
      while (!stopping) {
        long before = handledInAll;
        try {
          session();
        } catch (AgainException _) {
          // at once
        } catch (SQLException | SqlFailedException | StoreReadOnlyException e) {
          pause = handledInAll > before ? FIRST_INTERRUPTION : pause;
          if (e instanceof StoreReadOnlyException && pause.equals(FIRST_INTERRUPTION)) {
            // it has room again some day, and then takes what is parked; others write as before
            LOG.log(System.Logger.Level.WARNING, "{0} waits for the store: {1}", task.label(), e);
          }
          task.listener().interrupted(task.label(), pause, e);
          waitUnlessStopping(pause);
          Duration twice = pause.multipliedBy(2);
          pause = twice.compareTo(LONGEST_INTERRUPTION) < 0 ? twice : LONGEST_INTERRUPTION;
        }
      }
    } catch (LeaseLostException _) {
      lost = true;
    } catch (EventStoreClosedException | InterruptedException _) {
      // this is how a subscription is meant to end
    } catch (ProjectionFailedException e) {
      fail(e);
    } catch (Throwable e) {
      fail(new ProjectionFailedException(task.label(), e));
    }
    caughtUp = false;
    task.listener().owned(task.label(), false);
    moved.run();
  }

  private void fail(ProjectionFailedException e) {
    if (!stopping) {
      failure = e;
      task.listener().failed(task.label(), e);
    }
  }

  /** From the checkpoint on, until something comes in between. */
  private void session() throws SQLException, InterruptedException, AgainException {
    Checkpoint stored =
        checkpoints.load(task.work()).orElseThrow(() -> new LeaseLostException(lease));
    var build = new BuildId(database.id(), task.build());
    var parking = Parking.open(store, task.name(), build, task.failures());
    Checkpoint from = settled(parking, stored);
    Query all = task.query().or(Query.stream(parking.stream()));
    beganNanos = System.nanoTime();
    beganAt = from.position().value();
    try (Subscription messages = store.subscribe(SubscriptionRequest.of(all).after(from));
        var sql = new SqlSession(database, new Naming(task.build()), longestStall)) {
      // not before the store has taken the checkpoint for its own
      position = beganAt;
      moved.run();
      subscription = messages;
      new Session(messages, sql, parking, from).run();
    } finally {
      subscription = null;
    }
  }

  /** Says what was decided before this session, by whomever; where to go on after that. */
  private Checkpoint settled(Parking parking, Checkpoint from) {
    List<Outbox.Decided> decided = outbox.of(task.work());
    if (decided.isEmpty()) {
      return from;
    }
    // throws if the checkpoint is another store's, where nothing of it is to be said
    store.subscribe(SubscriptionRequest.of(task.query()).after(from)).close();
    Position reached = from.position();
    parking.say(decided.stream().map(Outbox.Decided::letter).toList());
    for (var each : decided) {
      reached = each.passes().compareTo(reached) > 0 ? each.passes() : reached;
    }
    var next = new Checkpoint(from.storeId(), from.epoch(), reached);
    return database.inTransaction(
        "the checkpoint " + task.work() + " cannot be moved",
        connection -> {
          requireMoved(connection, from, next);
          outbox.remove(connection, task.work());
          leases.fence(connection, lease);
          return next;
        });
  }

  private void requireMoved(Connection connection, Checkpoint from, Checkpoint to)
      throws SQLException {
    if (!checkpoints.move(connection, task.work(), from, to)) {
      throw new LeaseLostException(lease);
    }
  }

  private void waitUnlessStopping(Duration pause) throws InterruptedException {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (left > 0 && !stopping) {
        left = stopped.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** One way through a subscription. */
  private final class Session {
    private final Subscription messages;
    private final SqlSession sql;
    private final Parking parking;
    private final Fold<Sql> fold;
    private Checkpoint committed;
    private long reached;
    private int count;
    private @Nullable RecordedEvent last;

    /** Whether the handlers have seen one of those: only that can be to blame. */
    private boolean tried;

    /** What the fold had counted at the last commit. */
    private long unknownCommitted;

    /** Whether the outbox holds what is said by now, until the checkpoint is past it. */
    private boolean said;

    Session(Subscription messages, SqlSession sql, Parking parking, Checkpoint committed) {
      this.messages = messages;
      this.sql = sql;
      this.parking = parking;
      this.fold = task.projection().foldFrom(sql);
      this.committed = committed;
      this.reached = committed.position().value();
    }

    void run() throws SQLException, InterruptedException, AgainException {
      while (!stopping) {
        Optional<SubscriptionMessage> ready = messages.poll(Duration.ZERO);
        if (ready.isPresent()) {
          take(ready.get());
          continue;
        }
        commit();
        sql.release();
        take(messages.next());
      }
    }

    private void take(SubscriptionMessage message)
        throws SQLException, InterruptedException, AgainException {
      switch (message) {
        case SubscriptionMessage.Delivered(var event) -> {
          if (parking.isControl(event)) {
            control(event);
          } else if (task.has(event)) {
            handle(event);
          }
          reached = event.position().value();
          if (count >= task.batchEvents() || (count > 0 && reached <= carefulUntil)) {
            commit();
          }
        }
        case SubscriptionMessage.Progress(var at) -> reached = at.value();
        case SubscriptionMessage.CaughtUp(var at) -> {
          reached = at.value();
          commit();
          reportProgress(at);
          caughtUp = true;
          moved.run();
          task.listener().caughtUp(task.label(), at);
        }
        case SubscriptionMessage.FellBehind _ -> caughtUp = false;
      }
    }

    private void handle(RecordedEvent event)
        throws SQLException, InterruptedException, AgainException {
      if (count == 0) {
        last = event;
      }
      if (holdsBack(event)) {
        count++;
        last = event;
        return;
      }
      try {
        apply(event);
        tried = true;
      } catch (ProjectionFailedException e) {
        sql.release(); // the connection may be what is broken
        failed(event, count == 0, e.getCause() == null ? e : e.getCause());
      }
      count++;
      last = event;
    }

    /** Lets the handlers see it. Nobody interrupts this thread but they, and not for this. */
    private void apply(RecordedEvent event) {
      try {
        fold.add(event);
      } finally {
        var _ = Thread.interrupted();
      }
    }

    /** Whether it is, or has to be, parked; a commit follows at once then. */
    private boolean holdsBack(RecordedEvent event)
        throws SQLException, InterruptedException, AgainException {
      if (parking.isEmpty()) {
        return false;
      }
      if (parking.knows(event)) {
        return true;
      }
      Optional<Event> letter = parking.waiting(event, task.key().apply(event));
      if (letter.isEmpty()) {
        return false;
      }
      commit(List.of(letter.get()), event.position());
      carefulUntil = Math.max(carefulUntil, event.position().value());
      return true;
    }

    /** Commits what was handled, with the position that it leads to. */
    private void commit() throws SQLException, InterruptedException, AgainException {
      commit(List.of(), committed.position());
    }

    /** The same, together with what is decided about an event that comes after it. */
    private void commit(List<Event> letters, Position passes)
        throws SQLException, InterruptedException, AgainException {
      if (reached == committed.position().value() && count == 0 && letters.isEmpty()) {
        return;
      }
      try {
        sql.flush();
        commitFlushed(letters, passes);
      } catch (SQLException e) {
        sql.release(); // the connection may be what is broken
        RecordedEvent event = last;
        if (event == null || !tried) {
          throw e;
        }
        failed(event, count == 1, e);
        commitFlushed(letters, passes); // without it, for it is parked
      }
    }

    private void commitFlushed(List<Event> letters, Position passes) throws SQLException {
      write(new Position(reached), letters, passes);
      position = reached;
      unknownInAll += fold.unknownEvents() - unknownCommitted;
      unknownCommitted = fold.unknownEvents();
      unknownEvents = unknownInAll;
      reportCommit();
      count = 0;
      tried = false;
      moved.run();
    }

    /**
     * Commits what the connection's transaction holds, where the checkpoint comes to stand, and
     * what is decided about parked events; then says that.
     *
     * @param passes how far the checkpoint may be once it is said
     */
    private void write(Position to, List<Event> letters, Position passes) throws SQLException {
      Connection connection = sql.transaction();
      var next = new Checkpoint(committed.storeId(), committed.epoch(), to);
      requireMoved(connection, committed, next);
      if (said) {
        outbox.remove(connection, task.work());
      }
      outbox.add(connection, task.work(), letters, passes);
      leases.fence(connection, lease);
      sql.commit();
      committed = next;
      parking.say(letters);
      said = !letters.isEmpty();
    }

    /**
     * What becomes of an event that failed. Returns if it was parked, and is passed over.
     *
     * @param alone whether nothing else was in the transaction, so that it is to blame
     */
    private void failed(RecordedEvent event, boolean alone, Throwable cause)
        throws SQLException, InterruptedException, AgainException {
      database.dialect().requireNotPassing(cause);
      if (stopping) {
        throw new InterruptedException("stopped while an event was tried");
      }
      if (!alone) {
        carefulUntil = Math.max(carefulUntil, Math.max(reached, event.position().value()));
        throw new AgainException();
      }
      FailurePolicy policy = task.failures();
      failures = failingPosition == event.position().value() ? failures + 1 : 1;
      failingPosition = event.position().value();
      if (failures < policy.attempts()) {
        Duration pause = policy.pauseAfter(failures);
        task.listener().retrying(task.label(), event, failures, pause, cause);
        carefulUntil = Math.max(carefulUntil, event.position().value());
        waitUnlessStopping(pause);
        throw new AgainException();
      }
      if (policy.then() == FailurePolicy.Then.STOP) {
        probe(); // a database that is out of order is to blame itself
        throw new ProjectionFailedException(task.label(), event, cause);
      }
      Event letter = parking.parked(event, task.key().apply(event), failures, cause);
      write(committed.position(), List.of(letter), event.position());
      task.listener().parked(task.label(), event, cause);
    }

    /** Whether the database commits anything at all under this lease. */
    private void probe() throws SQLException {
      leases.fence(sql.transaction(), lease);
      sql.commit();
    }

    /** Handles what the dead-letter stream asks for, in a transaction of its own. */
    private void control(RecordedEvent control)
        throws SQLException, InterruptedException, AgainException {
      commit();
      List<RecordedEvent> events = parking.control(control);
      decide(parking.replayedUnseen(control, task::hasKey));
      while (!events.isEmpty() && task.has(events.getFirst())) {
        if (replay(control, events)) {
          count = events.size();
          last = events.getLast();
          reached = control.position().value();
          commitFlushed(List.of(), committed.position());
          return;
        }
        events = parking.control(control);
      }
    }

    /** Executes the replays, all or none; whether all. One that fails is parked again. */
    private boolean replay(RecordedEvent control, List<RecordedEvent> events) throws SQLException {
      String key = task.key().apply(events.getFirst()); // all are of one
      if (parking.hasToWaitAgain(events.getFirst(), key)) {
        decide(parking.waitingAgain(control, events, key));
        return false;
      }
      int at = 0;
      Throwable cause;
      try {
        for (; at < events.size(); at++) {
          apply(events.get(at));
          sql.flush();
        }
        at = 0; // only the database could tell whose a late refusal is
        List<Event> letters =
            events.stream().flatMap(each -> parking.replayedBy(control, each).stream()).toList();
        write(committed.position(), letters, control.position());
        return true;
      } catch (ProjectionFailedException e) {
        cause = e.getCause() == null ? e : e.getCause();
      } catch (SQLException e) {
        cause = e;
      }
      sql.release(); // the connection may be what is broken
      database.dialect().requireNotPassing(cause);
      RecordedEvent event = events.get(at);
      List<RecordedEvent> behind = events.subList(at + 1, events.size());
      decide(parking.parkedAgain(control, event, key, 1, cause, behind));
      task.listener().parked(task.label(), event, cause);
      return false;
    }

    /** Commits what is decided about parked events, and nothing else, and says it. */
    private void decide(List<Event> letters) throws SQLException {
      if (!letters.isEmpty()) {
        write(committed.position(), letters, committed.position());
      }
    }

    private void reportCommit() {
      RecordedEvent event = last;
      if (count > 0 && event != null) {
        handledInAll += count;
        Duration waited = Duration.between(event.recordedAt(), Instant.now());
        task.listener()
            .applied(
                task.label(),
                count,
                new Position(reached),
                waited.isNegative() ? Duration.ZERO : waited);
        if (!caughtUp) {
          reportProgress(store.head());
        }
      }
    }

    private void reportProgress(Position target) {
      if (caughtUp) {
        return;
      }
      var now =
          new Progress(
              handledInAll,
              new Position(reached),
              target.value() < reached ? new Position(reached) : target,
              Duration.ofNanos(System.nanoTime() - beganNanos),
              reached - beganAt);
      progress = now;
      task.listener().progress(task.label(), now);
    }
  }
}
