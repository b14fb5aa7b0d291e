package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventsourcing.subscription.Interest;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * it is parked: it stands still, also after a restart, until {@link #retry} or {@link #discard}. An
 * event that cannot be decoded, or assigned to an instance, stops the runner ({@link #status}).
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
  private final ProcessFollower<S> follower;
  private final Interest interest;
  private final RunnerProgress progress;
  private final @Nullable Sharing sharing;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  private ProcessRunner(Builder<S> builder) {
    process = builder.process;
    store = builder.store;
    interest = new Interest(store, process.query());
    sharing = builder.sharing;
    progress =
        new RunnerProgress(process.name(), sharing == null ? Status.RUNNING : Status.STANDING_BY);
    follower =
        new ProcessFollower<>(
            process, store, builder.routes, builder.checkpoints, builder.retry, progress);
    thread = Thread.ofVirtual().name("daybook-process-" + process.name()).unstarted(this::follow);
  }

  /** The process's name. */
  public String name() {
    return process.name();
  }

  /** How it is. */
  public Status status() {
    return progress.status();
  }

  /** Why it failed; nothing if it did not. */
  public Optional<Throwable> failure() {
    return progress.failure();
  }

  /** Everything up to here was dealt with, but for instances that failed or are parked. */
  public Position position() {
    return progress.handled();
  }

  /** How many positions the store is ahead; 0 if none of them concerns the process. */
  public long lag() {
    return interest.lag(position());
  }

  /**
   * How long the first event that was not dealt with yet has been stored; zero if all were. By the
   * clock of this machine.
   */
  public Duration lagTime() {
    return interest.lagTime(position());
  }

  /**
   * Starts an instance; nothing happens if it was asked to start before.
   *
   * @throws IllegalArgumentException if the id is no part of a stream's name
   */
  public void start(String instance) {
    follower.start(instance);
  }

  /**
   * Tries a parked instance again, on the calling thread, with the event that it could not deal
   * with and all that came since. If it fails again, it is parked again.
   *
   * @return whether it is parked no more; true as well if it was not parked
   * @throws ProcessException if the process does not run here: it failed, was closed, or is another
   *     instance's of the application; nothing is lost by that
   */
  public boolean retry(String instance) {
    return resume(instance, false);
  }

  /**
   * Gives up what a parked instance could not deal with, and lets it go on, on the calling thread,
   * with all that came since. If it was a command that could not be sent, the command counts as
   * rejected, with the reason {@code discarded}, and the process may react to that. If it was an
   * event, the instance never sees it.
   *
   * @return whether it is parked no more; false if it could not deal with something else; true as
   *     well if it was not parked
   * @throws ProcessException as {@link #retry} does
   */
  public boolean discard(String instance) {
    return resume(instance, true);
  }

  private boolean resume(String instance, boolean discards) {
    if (status() != Status.RUNNING) {
      throw notHere(instance, progress.failure().orElse(null));
    }
    try {
      return follower
          .resume(instance, discards)
          .orElseThrow(() -> notHere(instance, progress.failure().orElse(null)));
    } catch (LeaseLostException e) {
      throw notHere(instance, e);
    }
  }

  private ProcessException notHere(String instance, @Nullable Throwable cause) {
    return new ProcessException(
        "the instance "
            + instance
            + " stays as it is, since the process "
            + name()
            + " does not run here ("
            + status()
            + "); ask the instance of the application that runs it",
        cause);
  }

  /** All instances of the process, also those that ended, in the order in which they began. */
  public List<ProcessInstance> instances() {
    return InstanceList.of(store, process.name());
  }

  /** The instances that are parked, in the order in which they were. */
  public List<ParkedInstance> parked() {
    return ParkedInstance.list(store, process.name());
  }

  /** The event that a parked instance could not deal with; nothing if it is hidden by now. */
  public Optional<RecordedEvent> causeOf(ParkedInstance instance) {
    return store.find(instance.cause());
  }

  /**
   * Keeps no state of any instance in memory: each is read anew from its events when it reacts the
   * next time. For what was forgotten, for example.
   */
  public void purge() {
    follower.purge();
  }

  /**
   * Waits until everything that is stored and concerns the process is dealt with, also what that
   * leads to; parked instances are waited for no more.
   *
   * @throws ProcessException if it takes longer than that, or the runner fails or is closed
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitIdle(Duration timeout) {
    awaitIdle(System.nanoTime() + timeout.toNanos(), timeout);
  }

  /** The same, until that time of {@link System#nanoTime}, which is the end of that timeout. */
  void awaitIdle(long deadline, Duration timeout) {
    progress.awaitIdle(deadline, timeout, this::lastOfInterest);
  }

  /** Stops, and waits until no instance reacts any more. Closing twice does nothing. */
  @Override
  public void close() {
    closing.countDown();
    follower.stop();
    if (thread.equals(Thread.currentThread())) {
      return;
    }
    try {
      thread.join();
      follower.purge(); // which waits for a parked one that is tried again
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      while (takeTurn()) {
        progress.became(Status.STANDING_BY);
      }
      progress.became(Status.CLOSED);
    } catch (EventStoreClosedException | InterruptedException _) {
      // this is how a runner is meant to end
      progress.became(Status.CLOSED);
    } catch (Throwable e) {
      // an Error, too, must not leave others waiting for ever
      LOG.log(System.Logger.Level.ERROR, "the process " + name() + " stands still", e);
      progress.failed(e);
    }
  }

  /**
   * Runs the process once it is this instance's; whether another took it, so that it waits again.
   */
  private boolean takeTurn() throws InterruptedException {
    if (sharing == null) {
      follower.work();
      return false;
    }
    Ownership ownership = sharing.await(closing).orElse(null);
    if (ownership == null) {
      return false;
    }
    var lost = new AtomicBoolean();
    follower.ownedBy(ownership);
    try (var _ =
        sharing.keep(
            ownership.lease(),
            () -> {
              lost.set(true);
              follower.endTurn();
            })) {
      follower.work();
    } catch (LeaseLostException e) {
      LOG.log(System.Logger.Level.WARNING, e.getMessage());
    } catch (EventStoreClosedException | InterruptedException e) {
      if (!lost.get() || closing.getCount() == 0) {
        throw e;
      }
    } finally {
      sharing.release(ownership.lease());
    }
    return closing.getCount() > 0;
  }

  /** Where the last event stands that concerns the process. */
  long lastOfInterest() {
    return interest.last().value();
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
