package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessEvent.Parked;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Follows a store, on a virtual thread of its own, and lets the instances of a process react. May
 * be used by any number of threads. Close it when it is no longer needed.
 *
 * <p><b>Exactly once.</b> A reaction is one append to the instance's stream, with event ids that
 * are made of the process, the instance and the event that it reacts to. Then its commands are
 * sent, with ids made of that append, and the outcome of each is recorded; then a checkpoint moves.
 * What is delivered again finds what is done already. That holds for command targets that do a
 * thing once per command id.
 *
 * <p><b>Failures.</b> A rejected command is an outcome, which the process may react to. After any
 * other failure an instance is tried again, after pauses that grow, while the others go on; at last
 * it is parked: it stands still, also after a restart, until {@link #retry}. An event that cannot
 * be decoded, or assigned to an instance, stops the runner ({@link #status}).
 *
 * <p><b>Several instances of an application.</b> One runner of a process works on a store at a
 * time. Which one it is, is agreed on by leases ({@link Builder#sharedBy}): the others stand by,
 * and one of them takes over when the owner dies. One that was only stalled cannot append any more
 * then. Where nothing is shared, run one: a second one does no harm to what is recorded, but both
 * may ask the domain about a command that it rejects to one and allows to the other.
 *
 * @param <S> the state of an instance
 */
public final class ProcessRunner<S> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ProcessRunner.class.getName());
  private static final int EVENTS_PER_CHECKPOINT = 100;

  /** How long a waiting thread relies on being woken before it looks for itself. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How a runner is. */
  public enum Status {
    /** It follows the store. */
    RUNNING,
    /** Another instance of the application runs the process; this one waits for its turn. */
    STANDING_BY,
    /** It stands still: see {@link #failure()}. */
    FAILED,
    /** It stands still since it, or its store, was closed. */
    CLOSED
  }

  private final ProcessManager<S> process;
  private final EventStore store;
  private final Checkpoints checkpoints;
  private final Retry retry;
  private final Query query;
  private final Reactor<S> reactor;
  private final @Nullable Sharing sharing;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Of the turn that is under way. */
  private volatile @Nullable Subscription subscription;

  private volatile Ownership ownership;

  /** Held while an instance reacts. */
  private final ReentrantLock reacting = new ReentrantLock();

  /** Instances that failed and are tried again; under {@link #reacting}. */
  private final Map<String, Failed> failed = new LinkedHashMap<>();

  /** All that is delivered up to here was given to its instances; under {@link #reacting}. */
  private long reached;

  private long checkpointed;
  private int sinceCheckpoint;

  private final ReentrantLock waiting = new ReentrantLock();
  private final Condition moved = waiting.newCondition();

  /** Everything up to here was dealt with, but for what failed. Under {@link #waiting}. */
  private long handled;

  private boolean trouble;
  private volatile Status status;
  private volatile @Nullable Throwable failure;

  /**
   * An instance that has to be tried again.
   *
   * @param cause the event that it could not deal with
   * @param attempts how often it was tried
   * @param dueNanos when it is tried again, by {@link System#nanoTime}
   */
  private record Failed(RecordedEvent cause, int attempts, long dueNanos) {}

  /** An event that an instance could not deal with, and why. */
  private record Failure(RecordedEvent cause, RuntimeException problem) {}

  private ProcessRunner(Builder<S> builder) {
    process = builder.process;
    store = builder.store;
    checkpoints = builder.checkpoints;
    retry = builder.retry;
    query = process.query();
    reactor = new Reactor<>(process, store, builder.routes);
    sharing = builder.sharing;
    status = sharing == null ? Status.RUNNING : Status.STANDING_BY;
    ownership = Ownership.unshared(store, process.name());
    handled = Position.BEFORE_FIRST.value();
    thread = Thread.ofVirtual().name("daybook-process-" + process.name()).unstarted(this::follow);
  }

  /** The process's name. */
  public String name() {
    return process.name();
  }

  /** How it is. */
  public Status status() {
    return status;
  }

  /** Why it failed; nothing if it did not. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Starts an instance; nothing happens if it was asked to start before.
   *
   * @throws IllegalArgumentException if the id is no part of a stream's name
   */
  public void start(String instance) {
    reactor.start(instance);
  }

  /**
   * Tries a parked instance again, on the calling thread, with the event that it could not deal
   * with and all that came since. If it fails again, it is parked again.
   *
   * @return whether it is parked no more; true as well if it was not parked
   */
  public boolean retry(String instance) {
    reacting.lock();
    try {
      Parked parked = reactor.resume(instance).orElse(null);
      if (parked == null) {
        return true;
      }
      Failure again = catchUp(instance, parked.position());
      if (again == null) {
        return true;
      }
      reactor.park(instance, again.cause.id(), again.cause.position().value(), again.problem);
      return false;
    } finally {
      reacting.unlock();
      signal();
    }
  }

  /** All instances of the process, also those that ended, in the order in which they began. */
  public List<ProcessInstance> instances() {
    return InstanceList.of(store, process.name());
  }

  /**
   * Waits until everything that is stored and concerns the process is dealt with, also what that
   * leads to; parked instances are waited for no more.
   *
   * @throws ProcessException if it takes longer than that, or the runner fails or is closed
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitIdle(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      long before;
      boolean busy;
      waiting.lock();
      try {
        before = handled;
        busy = trouble;
      } finally {
        waiting.unlock();
      }
      // what is of interest is looked for after that: nothing that was led to is missed
      if (!busy && lastOfInterest() <= before) {
        return;
      }
      if (status != Status.RUNNING) {
        throw new ProcessException("the process " + name() + " is " + status, failure);
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ProcessException(
            "the process "
                + name()
                + " was not idle after "
                + timeout
                + ", but at position "
                + before,
            null);
      }
      waiting.lock();
      try {
        if (handled == before && busy == trouble) {
          var _ = moved.awaitNanos(Math.min(left, LOOK_AGAIN_NANOS));
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for the process " + name());
      } finally {
        waiting.unlock();
      }
    }
  }

  /** Stops, and waits until no instance reacts any more. Closing twice does nothing. */
  @Override
  public void close() {
    closing.countDown();
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
    if (thread.equals(Thread.currentThread())) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Subscription subscribe() {
    var request = SubscriptionRequest.of(query);
    var checkpoint = checkpoints.load(process.name()).orElse(null);
    if (checkpoint == null) {
      return store.subscribe(request);
    }
    try {
      return store.subscribe(request.after(checkpoint));
    } catch (CheckpointMismatchException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the process {0} reads the store from its start, which changes nothing that is done: {1}",
          process.name(),
          e.getMessage());
      return store.subscribe(request);
    }
  }

  private void follow() {
    Status end = Status.CLOSED;
    try {
      while (takeTurn()) {
        status = Status.STANDING_BY;
        signal();
      }
    } catch (EventStoreClosedException | InterruptedException _) {
      // this is how a runner is meant to end
    } catch (Throwable e) {
      // an Error, too, must not leave others waiting for ever
      failure = e;
      end = Status.FAILED;
      LOG.log(System.Logger.Level.ERROR, "the process " + name() + " stands still", e);
    }
    status = end;
    signal();
  }

  /**
   * Runs the process once it is this instance's; whether another took it, so that it waits again.
   */
  private boolean takeTurn() throws InterruptedException {
    if (sharing == null) {
      work();
      return false;
    }
    var lost = new AtomicBoolean();
    Optional<Ownership> taken = sharing.await(closing);
    if (taken.isEmpty()) {
      return false;
    }
    ownership = taken.get();
    reactor.ownedBy(ownership);
    Thread renewal =
        sharing.keep(
            ownership.lease(),
            closing,
            () -> {
              lost.set(true);
              Subscription current = subscription;
              if (current != null) {
                current.close();
              }
            });
    try {
      work();
    } catch (LeaseLostException e) {
      lost.set(true);
      LOG.log(System.Logger.Level.WARNING, e.getMessage());
    } catch (EventStoreClosedException | InterruptedException e) {
      if (!lost.get() || closing.getCount() == 0) {
        throw e;
      }
    } finally {
      renewal.interrupt();
      sharing.release(ownership.lease());
    }
    return closing.getCount() > 0;
  }

  /** Follows the store until the subscription is closed. */
  private void work() throws InterruptedException {
    try (Subscription messages = begin()) {
      while (true) {
        SubscriptionMessage message = next(messages);
        reacting.lock();
        try {
          if (message != null) {
            handle(message);
            reached = message.position().value();
          }
          retryFailed();
        } finally {
          reacting.unlock();
        }
        arrived(message);
      }
    } catch (EventStoreClosedException | InterruptedException e) {
      saveCheckpoint();
      throw e;
    }
  }

  /** Begins where the checkpoint is. */
  private Subscription begin() {
    Subscription messages = subscribe();
    subscription = messages;
    if (closing.getCount() == 0) {
      messages.close();
    }
    reacting.lock();
    try {
      failed.clear();
      reached = messages.checkpoint().position().value();
      checkpointed = reached;
    } finally {
      reacting.unlock();
    }
    waiting.lock();
    try {
      handled = reached;
      trouble = false;
      status = Status.RUNNING;
      moved.signalAll();
    } finally {
      waiting.unlock();
    }
    return messages;
  }

  /** The next message; null if an instance is to be tried again before there is one. */
  private @Nullable SubscriptionMessage next(Subscription messages) throws InterruptedException {
    if (failed.isEmpty()) {
      return messages.next();
    }
    long due = failed.values().stream().mapToLong(Failed::dueNanos).min().orElseThrow();
    return messages.poll(Duration.ofNanos(Math.max(0, due - System.nanoTime()))).orElse(null);
  }

  private void handle(SubscriptionMessage message) {
    if (!(message instanceof SubscriptionMessage.Delivered(RecordedEvent event))) {
      return;
    }
    for (String id : instancesOf(event)) {
      // one that failed is led through all it missed when it is tried again
      if (!failed.containsKey(id)) {
        Failure problem = react(id, event);
        if (problem != null) {
          fail(id, problem, 1);
        }
      }
    }
  }

  private Iterable<String> instancesOf(RecordedEvent event) {
    try {
      return reactor.instancesOf(event);
    } catch (EventStoreClosedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ProcessException(
          "the process "
              + name()
              + " cannot tell whom the event at position "
              + event.position()
              + " ("
              + event.type()
              + " in "
              + event.stream()
              + ") concerns: "
              + e.getMessage(),
          e);
    }
  }

  private @Nullable Failure react(String id, RecordedEvent event) {
    try {
      var _ = reactor.react(id, event);
      return null;
    } catch (RuntimeException e) {
      requireOpen(e);
      return new Failure(event, e);
    }
  }

  /**
   * Ends the turn if the lease is lost, or if it is this store that is closed, and not another one,
   * of a command's target.
   */
  private void requireOpen(RuntimeException e) {
    if (e instanceof LeaseLostException) {
      throw e;
    }
    if (e instanceof EventStoreClosedException) {
      var _ = store.head();
    }
  }

  /** Takes note of a failure: the instance is tried again, or parked. */
  private void fail(String id, Failure problem, int attempts) {
    RecordedEvent cause = problem.cause;
    if (attempts >= retry.attempts()) {
      try {
        reactor.park(id, cause.id(), cause.position().value(), problem.problem);
        failed.remove(id);
        LOG.log(
            System.Logger.Level.WARNING,
            "the instance " + id + " of the process " + name() + " is parked",
            problem.problem);
        return;
      } catch (RuntimeException e) {
        requireOpen(e);
        // the store itself is in trouble: so nothing is known of the instance, and it goes on
        problem.problem.addSuppressed(e);
      }
    }
    long pause = retry.pauseAfter(attempts).toNanos();
    failed.put(id, new Failed(cause, attempts, System.nanoTime() + pause));
  }

  private void retryFailed() {
    long now = System.nanoTime();
    for (var entry : new ArrayList<>(failed.entrySet())) {
      Failed before = entry.getValue();
      if (before.dueNanos - now <= 0) {
        String id = entry.getKey();
        Failure problem = catchUp(id, before.cause.position().value());
        if (problem == null) {
          failed.remove(id);
        } else {
          boolean same = problem.cause.id().equals(before.cause.id());
          fail(id, problem, same ? before.attempts + 1 : 1);
        }
      }
    }
  }

  /** Leads an instance through what it missed; null if it could deal with all of it. */
  private @Nullable Failure catchUp(String id, long from) {
    long upTo = Math.max(from, reached);
    var request = ReadRequest.of(query).from(new Position(from)).asOf(new Position(upTo));
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        for (String concerned : instancesOf(event)) {
          Failure problem = concerned.equals(id) ? react(id, event) : null;
          if (problem != null) {
            return problem;
          }
        }
      }
    }
    return null;
  }

  private void arrived(@Nullable SubscriptionMessage message) {
    if (message instanceof SubscriptionMessage.Delivered
        && ++sinceCheckpoint >= EVENTS_PER_CHECKPOINT) {
      saveCheckpoint();
    }
    waiting.lock();
    try {
      if (message != null) {
        handled = message.position().value();
      }
      trouble = !failed.isEmpty();
      moved.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  /** Saves how far all instances have come; without it, more is read at the next start. */
  private void saveCheckpoint() {
    sinceCheckpoint = 0;
    try {
      long done = reached;
      for (Failed one : failed.values()) {
        done = Math.min(done, one.cause.position().value() - 1);
      }
      if (done > checkpointed) {
        ownership.save(checkpoints, process.name(), store.checkpointAt(new Position(done)));
        checkpointed = done;
      }
    } catch (EventStoreClosedException _) {
      // the store was faster
    } catch (LeaseLostException _) {
      // the next owner saves his own; this one learns of it from his next append
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "no checkpoint was saved of the process " + name(), e);
    }
  }

  private long lastOfInterest() {
    try (var read = store.read(ReadRequest.of(query).inReverse().limit(1))) {
      for (RecordedEvent event : read) {
        return event.position().value();
      }
    }
    return -1;
  }

  private void signal() {
    waiting.lock();
    try {
      moved.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  /**
   * How a process is run.
   *
   * @param <S> the state of an instance
   */
  public static final class Builder<S> {
    private final ProcessManager<S> process;
    private final EventStore store;
    private Routes routes = Routes.none();
    private Checkpoints checkpoints = Checkpoints.inMemory();
    private @Nullable Sharing sharing;
    private Retry retry = new Retry(10, Duration.ofMillis(20), Duration.ofSeconds(10));

    Builder(ProcessManager<S> process, EventStore store) {
      this.process = process;
      this.store = Objects.requireNonNull(store, "store");
    }

    /**
     * Commands of that class are sent there.
     *
     * @param codec writes them down until they are sent
     * @param target handles them, for example {@code accounts::handle}
     */
    public <C> Builder<S> sending(Class<C> commandClass, Codec<C> codec, CommandTarget<C> target) {
      routes =
          routes.with(
              Objects.requireNonNull(commandClass, "commandClass"),
              Objects.requireNonNull(codec, "codec"),
              Objects.requireNonNull(target, "target"));
      return this;
    }

    /** Where it is kept how far the process has come; in memory if nothing is said. */
    public Builder<S> checkpoints(Checkpoints newCheckpoints) {
      checkpoints = Objects.requireNonNull(newCheckpoints, "checkpoints");
      return this;
    }

    /**
     * Shares the process with other instances of the application: whoever has the lease runs it,
     * the others stand by. Checkpoints are kept where all of them find them, best where the leases
     * are.
     *
     * @param leases the same for all, for example in a database
     * @param look how often the lease is renewed, or asked for: several times within its duration
     * @throws IllegalArgumentException if that is not more than 0
     */
    public Builder<S> sharedBy(Leases leases, Duration look) {
      if (!look.isPositive()) {
        throw new IllegalArgumentException("a lease is looked at after a while, not " + look);
      }
      sharing = new Sharing(store, process.name(), Objects.requireNonNull(leases, "leases"), look);
      return this;
    }

    /**
     * How often, and after which pauses, an instance that failed is tried again before it is
     * parked; 10 attempts within seconds if nothing is said.
     */
    public Builder<S> retrying(Retry newRetry) {
      retry = Objects.requireNonNull(newRetry, "retry");
      return this;
    }

    /**
     * Runs the process until the runner or the store is closed.
     *
     * @throws IllegalStateException if the process reacts to events that no codec of its knows
     */
    public ProcessRunner<S> run() {
      var runner = new ProcessRunner<>(this);
      runner.thread.start();
      return runner;
    }
  }
}
