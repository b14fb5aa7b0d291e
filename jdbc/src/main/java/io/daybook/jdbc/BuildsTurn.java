package io.daybook.jdbc;

import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The turn of the one instance that changes the builds of a projection: a lease that is waited for.
 */
final class BuildsTurn {
  private static final long LOOK_AGAIN_MILLIS = 20;

  /** How often a change is begun whose lease is lost on the way, before that is a failure. */
  private static final int ATTEMPTS = 10;

  private final String projection;
  private final JdbcLeases leases;

  BuildsTurn(String projection, JdbcLeases leases) {
    this.projection = projection;
    this.leases = leases;
  }

  /**
   * Does the work while no other instance changes builds of this projection. It begins anew if the
   * lease is lost, and has to look what there is then.
   */
  void take(Consumer<? super Lease> work) {
    var _ =
        get(lease -> {
          work.accept(lease);
          return true;
        });
  }

  /** The same, with what comes of it. */
  <R> R get(Function<? super Lease, R> work) {
    for (int attempt = 1; ; attempt++) {
      Lease lease = awaitLease();
      try {
        return work.apply(lease);
      } catch (LeaseLostException e) {
        // it stood still between two of its transactions: what is done is done, and the rest is not
        if (attempt == ATTEMPTS) {
          throw e;
        }
      } finally {
        leases.release(lease);
      }
    }
  }

  private Lease awaitLease() {
    String name = projection + "/builds";
    while (true) {
      Optional<Lease> lease = leases.acquire(name);
      if (lease.isPresent()) {
        return lease.get();
      }
      try {
        Thread.sleep(Duration.ofMillis(LOOK_AGAIN_MILLIS));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new CancellationException(
            "interrupted while waiting for another instance to change " + projection);
      }
    }
  }
}
