package io.daybook.engine.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many callers, one sync. Callers enqueue; whoever finds no leader leads: takes all that is queued
 * and commits it as one group. While a group is synced, the next one gathers.
 *
 * <p>A leader rather than a thread of its own, because handing a lone caller's append to another
 * thread and back costs 10 to 20 µs. A leader serves others for a few groups at most, then hands
 * over, so that no caller works for the rest for ever.
 *
 * @param <R> what is committed
 */
public final class GroupCommit<R extends GroupCommit.Request> {
  private static final int MAX_GROUP = 4_096;
  private static final int MAX_ROUNDS = 8;
  private static final int WOKEN_BY_LEADER = 4;

  private final ConcurrentLinkedQueue<R> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean led = new AtomicBoolean();
  private final Consumer<List<R>> committer;

  /** Something to commit. */
  public abstract static class Request {
    private volatile boolean done;
    private @Nullable Thread waiter;

    /** Whether it is committed or refused. */
    public final boolean isFinished() {
      return done;
    }

    /**
     * Marks it as committed or refused, and wakes who waits for it. The outcome was stored before.
     */
    public final void finish() {
      done = true;
      wake();
    }

    private void wake() {
      Thread waiting = waiter;
      if (waiting != null && waiting != Thread.currentThread()) {
        LockSupport.unpark(waiting);
      }
    }
  }

  /**
   * Marks all as committed or refused, and wakes who waits for them: where these are many, on
   * another thread, since waking takes microseconds each, in which the next group can be written.
   */
  public static void finish(Collection<? extends Request> requests) {
    for (Request request : requests) {
      request.done = true;
    }
    if (requests.size() <= WOKEN_BY_LEADER) {
      requests.forEach(Request::wake);
    } else {
      List<Request> woken = List.copyOf(requests);
      Thread.ofVirtual().name("daybook-wake").start(() -> woken.forEach(Request::wake));
    }
  }

  /**
   * The committer finishes every request of each group, whatever happens; it is called by one
   * thread at a time.
   */
  public GroupCommit(Consumer<List<R>> committer) {
    this.committer = committer;
  }

  /**
   * Commits a request, on this thread or another, and returns when it is finished. An interrupt
   * waits until then.
   */
  public void commit(R request) {
    ((Request) request).waiter = Thread.currentThread();
    queue.add(request);
    boolean interrupted = false;
    while (!((Request) request).done) {
      if (led.compareAndSet(false, true)) {
        lead(request);
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Commits a request on another thread. */
  public void submit(R request) {
    queue.add(request);
    if (!led.get()) {
      leadElsewhere();
    }
  }

  /** What is done while no group is committed. */
  public interface Action<E extends Exception> {
    void run() throws E;
  }

  /** Runs an action while no group is committed. */
  public <E extends Exception> void exclusively(Action<E> action) throws E {
    boolean interrupted = false;
    while (!led.compareAndSet(false, true)) {
      interrupted |= Thread.interrupted();
      Thread.onSpinWait();
      LockSupport.parkNanos(this, 10_000);
    }
    try {
      action.run();
    } finally {
      led.set(false);
      wakeNext();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void lead(@Nullable R own) {
    try {
      List<R> group = new ArrayList<>();
      for (int round = 0; round < MAX_ROUNDS || own == null; round++) {
        R request;
        while (group.size() < MAX_GROUP && (request = queue.poll()) != null) {
          group.add(request);
        }
        if (group.isEmpty()) {
          break;
        }
        committer.accept(group);
        group.clear();
      }
    } finally {
      led.set(false);
    }
    wakeNext();
  }

  /**
   * Whoever enqueued after the last look and found this leader still leading must not be forgotten.
   */
  private void wakeNext() {
    R next = queue.peek();
    if (next == null) {
      return;
    }
    Thread waiting = ((Request) next).waiter;
    if (waiting == null) {
      leadElsewhere();
    } else {
      LockSupport.unpark(waiting);
    }
  }

  private void leadElsewhere() {
    Thread.ofVirtual()
        .name("daybook-commit")
        .start(() -> {
          if (!queue.isEmpty() && led.compareAndSet(false, true)) {
            lead(null);
          }
        });
  }
}
