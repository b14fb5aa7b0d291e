package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.ProcessEvent.TimerFired;
import io.daybook.eventsourcing.subscription.Interest;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamTombstonedException;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fires the timers of all processes in a store when they are due. May be used by any number of
 * threads. Close it when it is no longer needed.
 *
 * <p>A timer is an event in the stream of the instance that scheduled it; when it is due, {@code
 * timer:Fired} is appended there, with an id that is made of the scheduling, so that it is there
 * once, whoever appends it how often. One whose event is hidden by then does not fire. Timers that
 * came due while nobody ran fire at the start. The process is told by its {@link ProcessRunner}.
 * Now and then it is kept in the store which timers are pending, so that a start reads those and
 * what came since.
 *
 * <p>Time is what the clock says. If that is a {@link MovableClock}, its moves are noticed at once;
 * other clocks that jump, the system's for example, are looked at every second.
 */
public final class Timers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Timers.class.getName());
  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final EventStore store;
  private final InstantSource clock;
  private final TimerSnapshots snapshots;
  private final Subscription subscription;
  private final MovableClock.@Nullable Listening listening;
  private final Thread follower;
  private final Thread alarm;

  /** Guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final TimerBook book;
  private boolean caughtUp;
  private long seen;
  private boolean closed;
  private @Nullable Throwable failure;

  private Timers(EventStore store, InstantSource clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.clock = Objects.requireNonNull(clock, "clock");
    snapshots = new TimerSnapshots(store);
    TimerSnapshots.Pending known = snapshots.latest();
    book = known.book();
    seen = known.position().value();
    var request = SubscriptionRequest.of(TimerBook.QUERY);
    subscription =
        store.subscribe(
            known.position().equals(Position.BEFORE_FIRST)
                ? request
                : request.after(store.checkpointAt(known.position())));
    listening = clock instanceof MovableClock movable ? movable.onMove(this::wake) : null;
    follower = Thread.ofVirtual().name("daybook-timers").unstarted(this::follow);
    alarm = Thread.ofVirtual().name("daybook-timers-alarm").unstarted(this::fireWhenDue);
  }

  /** Fires the timers in that store, on virtual threads, until it or the store is closed. */
  public static Timers run(EventStore store, InstantSource clock) {
    var timers = new Timers(store, clock);
    timers.follower.start();
    timers.alarm.start();
    return timers;
  }

  /** The timers that are pending in that store, the earliest first. Needs nobody who fires them. */
  public static List<PendingTimer> pending(EventStore store) {
    return new TimerSnapshots(store).pending();
  }

  /** The timers that are pending, as far as this has seen them; the earliest first. */
  public List<PendingTimer> pending() {
    lock.lock();
    try {
      return book.pending();
    } finally {
      lock.unlock();
    }
  }

  /** Why no timer fires any more; nothing if all is well, or this was closed. */
  public Optional<Throwable> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all timers have fired that are stored and due by the clock.
   *
   * @throws ProcessException if it takes longer than that, or this fails or is closed
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitFired(Duration timeout) {
    awaitFired(System.nanoTime() + timeout.toNanos(), timeout);
  }

  /** The same, until that time of {@link System#nanoTime}, which is the end of that timeout. */
  void awaitFired(long deadline, Duration timeout) {
    long target = lastOfInterest();
    lock.lock();
    try {
      while (seen < target || !caughtUp || !book.due(clock.instant()).isEmpty()) {
        if (closed || failure != null) {
          throw new ProcessException("timers fire no more", failure);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new ProcessException("timers that are due have not fired after " + timeout, null);
        }
        var _ = changed.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for timers");
    } finally {
      lock.unlock();
    }
  }

  /** Fires no more. Closing twice does nothing. */
  @Override
  public void close() {
    if (listening != null) {
      listening.close();
    }
    subscription.close();
    end(null);
    try {
      follower.join();
      alarm.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try (subscription) {
      int sinceSnapshot = 0;
      RecordedEvent last = null;
      while (true) {
        SubscriptionMessage message = subscription.next();
        if (message instanceof SubscriptionMessage.Delivered(var event)) {
          last = event;
          sinceSnapshot++;
        }
        List<UUID> pending = null;
        lock.lock();
        try {
          take(message);
          changed.signalAll();
          if (caughtUp && sinceSnapshot >= Math.max(TimerSnapshots.FEWEST_EVENTS, book.size())) {
            pending = book.scheduled();
          }
        } finally {
          lock.unlock();
        }
        if (pending != null && last != null) {
          snapshots.save(pending, last);
          sinceSnapshot = 0;
        }
      }
    } catch (EventStoreClosedException | InterruptedException _) {
      end(null);
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.ERROR, "timers fire no more", e);
      end(e);
    }
  }

  private void take(SubscriptionMessage message) {
    switch (message) {
      case SubscriptionMessage.Delivered(var event) -> book.add(event);
      // while it is behind, it may not know yet of a timer that it was cancelled
      case SubscriptionMessage.CaughtUp _ -> caughtUp = true;
      case SubscriptionMessage.FellBehind _ -> caughtUp = false;
      case SubscriptionMessage.Progress _ -> {}
    }
    seen = message.position().value();
  }

  private void fireWhenDue() {
    try {
      fireUntilClosed();
    } catch (Throwable e) {
      // a clock that fails, or an Error: who waits for timers has to learn of it
      LOG.log(System.Logger.Level.ERROR, "timers fire no more", e);
      end(e);
    }
  }

  private void fireUntilClosed() {
    long pauseNanos = FIRST_PAUSE_NANOS;
    while (true) {
      List<TimerBook.Entry> due = awaitDue();
      if (due.isEmpty()) {
        return;
      }
      Unfired unfired = null;
      for (TimerBook.Entry entry : due) {
        // one that cannot fire holds up no other
        RuntimeException problem = fires(entry);
        if (problem != null) {
          unfired = unfired == null ? new Unfired(entry, problem, 1) : unfired.andOne();
        }
      }
      if (unfired == null) {
        pauseNanos = FIRST_PAUSE_NANOS;
      } else {
        if (pauseNanos == FIRST_PAUSE_NANOS) {
          unfired.log();
        }
        pause(pauseNanos);
        pauseNanos = Math.min(2 * pauseNanos, LOOK_AGAIN_NANOS);
      }
    }
  }

  /** Timers that did not fire, by the first of them. */
  private record Unfired(TimerBook.Entry first, RuntimeException problem, int count) {
    Unfired andOne() {
      return new Unfired(first, problem, count + 1);
    }

    /** Once, and not each time that it is tried again. */
    void log() {
      LOG.log(
          System.Logger.Level.WARNING,
          count
              + (count == 1 ? " timer" : " timers")
              + " did not fire, "
              + first.timer().timer()
              + " of "
              + first.scheduled().stream()
              + (count == 1 ? ", and is" : " for one, and are")
              + " tried again until it does",
          problem);
    }
  }

  /** Fires a timer; why it is not done with, or null. */
  private @Nullable RuntimeException fires(TimerBook.Entry entry) {
    try {
      fire(entry);
    } catch (EventStoreClosedException _) {
      end(null);
    } catch (StreamTombstonedException _) {
      forget(entry);
    } catch (RuntimeException e) {
      return e;
    }
    return null;
  }

  /** Waits until timers are due; none when this was closed. */
  private List<TimerBook.Entry> awaitDue() {
    lock.lock();
    try {
      while (!closed) {
        Instant next = caughtUp ? book.nextDue() : null;
        Instant now = clock.instant();
        if (next != null && !next.isAfter(now)) {
          return book.due(now);
        }
        long nanos = next == null ? LOOK_AGAIN_NANOS : nanosUntil(now, next);
        var _ = changed.awaitNanos(Math.min(nanos, LOOK_AGAIN_NANOS));
      }
    } catch (InterruptedException _) {
      // nobody else knows this thread
    } finally {
      lock.unlock();
    }
    return List.of();
  }

  private void fire(TimerBook.Entry entry) {
    RecordedEvent scheduled = entry.scheduled();
    if (store.find(scheduled.id()).isEmpty()) {
      forget(entry); // its stream was deleted, which firing it would bring back
      return;
    }
    UUID eventId = DerivedIds.one(scheduled.id().toString(), "fired");
    String name = entry.timer().timer();
    var audit =
        new Recorded<>(entry.timer(), scheduled, ProcessEventCodec.INSTANCE)
            .consequence()
            .withActor("timers");
    Event fired =
        ProcessEventCodec.INSTANCE.encode(eventId, new TimerFired(name, scheduled.id()), audit);
    var _ = store.append(scheduled.stream(), ExpectedRevision.any(), fired);
    forget(entry);
  }

  private void forget(TimerBook.Entry entry) {
    RecordedEvent scheduled = entry.scheduled();
    lock.lock();
    try {
      book.remove(scheduled.stream(), entry.timer().timer(), scheduled.id());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      // nobody else knows this thread
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable Throwable why) {
    lock.lock();
    try {
      if (!closed) {
        failure = why;
      }
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a timer that this has seen is due by the clock, and has not fired. */
  boolean isDue() {
    lock.lock();
    try {
      return !book.due(clock.instant()).isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Where the last event about timers stands. */
  long lastOfInterest() {
    return new Interest(store, TimerBook.QUERY).last().value();
  }

  /** Never more than fits: a timer may be due in a thousand years. */
  private static long nanosUntil(Instant now, Instant due) {
    Duration left = Duration.between(now, due);
    return left.compareTo(Duration.ofSeconds(1)) > 0 ? LOOK_AGAIN_NANOS : left.toNanos();
  }
}
