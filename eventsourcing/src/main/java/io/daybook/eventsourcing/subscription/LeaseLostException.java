package io.daybook.eventsourcing.subscription;

/** What was to be written under a lease was not: another instance has the lease by now. */
public final class LeaseLostException extends RuntimeException {
  private final transient Lease lease;

  /** With the lease that is lost. */
  public LeaseLostException(Lease lease) {
    super(
        "the lease of "
            + lease.name()
            + " (token "
            + lease.token()
            + ", owner "
            + lease.owner()
            + ") was lost to another instance; nothing was written");
    this.lease = lease;
  }

  /** The lease that is lost. */
  public Lease lease() {
    return lease;
  }
}
