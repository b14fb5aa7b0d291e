package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How the instances of an application share a process: whoever has the lease runs it. */
final class Sharing {
  private static final System.Logger LOG = System.getLogger(ProcessRunner.class.getName());

  private final EventStore store;
  private final String process;
  private final Leases leases;
  private final long lookNanos;

  /**
   * By those leases.
   *
   * @param look how often a lease is renewed, or asked for
   */
  Sharing(EventStore store, String process, Leases leases, Duration look) {
    this.store = store;
    this.process = process;
    this.leases = leases;
    this.lookNanos = look.toNanos();
  }

  /** Waits for the right to run the process; nothing if the runner is closed before that. */
  Optional<Ownership> await(CountDownLatch closing) throws InterruptedException {
    do {
      try {
        Optional<Ownership> taken = Ownership.take(store, process, leases);
        if (taken.isPresent()) {
          return taken;
        }
      } catch (EventStoreClosedException e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "nobody can take the process " + process, e);
      }
    } while (!closing.await(lookNanos, TimeUnit.NANOSECONDS));
    return Optional.empty();
  }

  /**
   * Keeps the lease, on a thread of its own, until that is interrupted or the runner is closed.
   *
   * @param lost is run if the lease is lost
   */
  Thread keep(Lease lease, CountDownLatch closing, Runnable lost) {
    return Thread.ofVirtual()
        .name("daybook-lease-" + process)
        .start(() -> {
          try {
            while (!closing.await(lookNanos, TimeUnit.NANOSECONDS)) {
              if (!isRenewed(lease)) {
                lost.run();
                return;
              }
            }
          } catch (InterruptedException _) {
            // the turn has ended
          }
        });
  }

  private boolean isRenewed(Lease lease) {
    try {
      return leases.renew(lease);
    } catch (RuntimeException e) {
      // perhaps it is lost by now: what is appended tells
      LOG.log(System.Logger.Level.WARNING, "the lease of " + process + " is not renewed", e);
      return true;
    }
  }

  /** Lets another instance run the process at once. */
  void release(Lease lease) {
    leases.release(lease);
  }
}
