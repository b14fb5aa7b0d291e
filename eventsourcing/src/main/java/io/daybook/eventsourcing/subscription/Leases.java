package io.daybook.eventsourcing.subscription;

import java.util.Optional;

/**
 * Who does which work, among several instances of an application. May be used by any number of
 * threads.
 *
 * <p>An owner renews what it has several times within the lease's duration. One that died no longer
 * does so, and is replaced after that duration. One that was only stalled learns by {@link #renew},
 * or by {@link LeaseLostException} from what it tries to write, that it was replaced.
 */
public interface Leases {

  /** Takes that lease if nobody has it, or if its owner has let its duration pass. */
  Optional<Lease> acquire(String name);

  /** Keeps a lease for another duration; false if it is lost. */
  boolean renew(Lease lease);

  /** Gives a lease back, for another to take at once. Does nothing if it is lost. */
  void release(Lease lease);

  /** For an application that has one instance: everything is granted, nothing is ever lost. */
  static Leases unshared() {
    return new Leases() {
      @Override
      public Optional<Lease> acquire(String name) {
        return Optional.of(new Lease(name, "the only instance", 1));
      }

      @Override
      public boolean renew(Lease lease) {
        return true;
      }

      @Override
      public void release(Lease lease) {
        // it is granted to whoever asks
      }
    };
  }
}
