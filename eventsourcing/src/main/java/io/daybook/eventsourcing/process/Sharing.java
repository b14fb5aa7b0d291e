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
    boolean told = false;
    do {
      try {
        Optional<Ownership> taken = Ownership.take(store, process, leases);
        if (taken.isPresent()) {
          return taken;
        }
      } catch (EventStoreClosedException e) {
        throw e;
      } catch (RuntimeException e) {
        if (!told) {
          LOG.log(
              System.Logger.Level.WARNING,
              "nobody can take the process " + process + "; it is tried again until somebody can",
              e);
        }
        told = true;
      }
    } while (!closing.await(lookNanos, TimeUnit.NANOSECONDS));
    return Optional.empty();
  }

  /** That a lease is renewed, until this is closed. */
  static final class Renewal implements AutoCloseable {
    /** No interrupt: it could end a database that is kept in files. */
    private final CountDownLatch over = new CountDownLatch(1);

    @Override
    public void close() {
      over.countDown();
    }
  }

  /**
   * Keeps the lease, on a thread of its own, until what this returns is closed.
   *
   * @param lost is run if the lease is lost
   */
  Renewal keep(Lease lease, Runnable lost) {
    var renewal = new Renewal();
    var _ =
        Thread.ofVirtual()
            .name("daybook-lease-" + process)
            .start(() -> {
              try {
                while (!renewal.over.await(lookNanos, TimeUnit.NANOSECONDS)) {
                  if (!isRenewed(lease)) {
                    lost.run();
                    return;
                  }
                }
              } catch (InterruptedException _) {
                // nobody else knows this thread
              }
            });
    return renewal;
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

  /** Lets another instance run the process at once; if that cannot be said, after a while. */
  void release(Lease lease) {
    try {
      leases.release(lease);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the lease of " + process + " is left to run out", e);
    }
  }
}
