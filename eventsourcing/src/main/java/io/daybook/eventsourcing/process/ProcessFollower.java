package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessEvent.Parked;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventsourcing.subscription.LeaseLostException;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Follows a store and lets the instances of a process react: one after the other, on the thread
 * that follows, or for an instance that was parked on that of whoever asks for it.
 */
final class ProcessFollower<S> {
  private static final System.Logger LOG = System.getLogger(ProcessRunner.class.getName());
  private static final int EVENTS_PER_CHECKPOINT = 100;

  private final String process;
  private final EventStore store;
  private final Query query;
  private final Reactor<S> reactor;
  private final Checkpoints checkpoints;
  private final Retry retry;
  private final RunnerProgress progress;

  private volatile Ownership ownership;
  private volatile @Nullable Subscription subscription;
  private volatile boolean turnEnded;
  private volatile boolean stopped;

  /** Held while an instance reacts. */
  private final ReentrantLock reacting = new ReentrantLock();

  /** Instances that failed and are tried again; under {@link #reacting}. */
  private final Map<String, Failed> failed = new LinkedHashMap<>();

  /** All that is delivered up to here was given to its instances; under {@link #reacting}. */
  private long reached;

  private long checkpointed;
  private int sinceCheckpoint;

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

  ProcessFollower(
      ProcessManager<S> process,
      EventStore store,
      Routes routes,
      Checkpoints checkpoints,
      Retry retry,
      RunnerProgress progress) {
    this.process = process.name();
    this.store = store;
    this.query = process.query();
    this.reactor = new Reactor<>(process, store, routes);
    this.checkpoints = checkpoints;
    this.retry = retry;
    this.progress = progress;
    this.ownership = Ownership.unshared(store, process.name());
  }

  /** From now on everything is appended as that owner. */
  void ownedBy(Ownership newOwnership) {
    turnEnded = false;
    ownership = newOwnership;
    reactor.ownedBy(newOwnership);
  }

  void start(String instance) {
    reactor.start(instance);
  }

  /** Ends the turn that is under way, or about to begin. */
  void endTurn() {
    turnEnded = true;
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
  }

  /** Ends the turn that is under way, and every later one. */
  void stop() {
    stopped = true;
    endTurn();
  }

  /** Keeps no state of any instance in memory; waits for the one that reacts, on any thread. */
  void purge() {
    reacting.lock();
    try {
      reactor.purge();
    } finally {
      reacting.unlock();
    }
  }

  /** Follows the store until the turn is ended. */
  void work() throws InterruptedException {
    try (Subscription messages = begin()) {
      while (true) {
        // nobody else knows this thread: it was left behind by what handled a command
        var _ = Thread.interrupted();
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
        if (message instanceof SubscriptionMessage.Delivered
            && ++sinceCheckpoint >= EVENTS_PER_CHECKPOINT) {
          saveCheckpoint();
        }
        progress.arrived(message == null ? null : message.position(), !failed.isEmpty());
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
    if (stopped || turnEnded) {
      messages.close();
    }
    Position from = messages.checkpoint().position();
    reacting.lock();
    try {
      failed.clear();
      reached = from.value();
      checkpointed = reached;
    } finally {
      reacting.unlock();
    }
    progress.began(from);
    return messages;
  }

  private Subscription subscribe() {
    var request = SubscriptionRequest.of(query);
    var checkpoint = checkpoints.load(process).orElse(null);
    if (checkpoint == null) {
      return store.subscribe(request);
    }
    try {
      return store.subscribe(request.after(checkpoint));
    } catch (CheckpointMismatchException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the process {0} reads the store from its start, which changes nothing that is done: {1}",
          process,
          e.getMessage());
      return store.subscribe(request);
    }
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
        Failure problem = react(id, event, false);
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
              + process
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

  private @Nullable Failure react(String id, RecordedEvent event, boolean evenIfParked) {
    try {
      reactor.react(id, event, evenIfParked);
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
        reactor.park(id, cause, problem.problem);
        failed.remove(id);
        LOG.log(
            System.Logger.Level.WARNING,
            "the instance " + id + " of the process " + process + " is parked",
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
        long from = before.cause.position().value();
        Failure problem = catchUp(id, from, Math.max(from, reached), false);
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
  private @Nullable Failure catchUp(String id, long from, long upTo, boolean evenIfParked) {
    var request = ReadRequest.of(query).from(new Position(from)).asOf(new Position(upTo));
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        for (String concerned : instancesOf(event)) {
          Failure problem = concerned.equals(id) ? react(id, event, evenIfParked) : null;
          if (problem != null) {
            return problem;
          }
        }
      }
    }
    return null;
  }

  /**
   * Tries a parked instance again, with all that is stored by now.
   *
   * @param discards whether what it could not deal with is given up first
   * @return whether it is parked no more; nothing if this was stopped
   */
  Optional<Boolean> resume(String id, boolean discards) {
    reacting.lock();
    try {
      return stopped ? Optional.empty() : Optional.of(goesOn(id, discards));
    } finally {
      reacting.unlock();
      progress.signal();
    }
  }

  private boolean goesOn(String id, boolean discards) {
    Parked parked = reactor.parked(id).orElse(null);
    if (parked == null) {
      return true;
    }
    long from = reactor.positionOf(id, parked);
    if (discards) {
      reactor.discard(id, parked);
    }
    // it counts as parked until it has caught up: who dies before that finds it as it was, and
    // nothing is lost that a checkpoint has passed
    Failure again = catchUp(id, from, store.head().value(), true);
    if (again == null) {
      reactor.resume(id);
      return true;
    }
    reactor.park(id, again.cause, again.problem);
    return false;
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
        ownership.save(checkpoints, process, store.checkpointAt(new Position(done)));
        checkpointed = done;
      }
    } catch (EventStoreClosedException _) {
      // the store was faster
    } catch (LeaseLostException _) {
      // the next owner saves his own; this one learns of it from his next append
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "no checkpoint was saved of the process " + process, e);
    }
  }
}
