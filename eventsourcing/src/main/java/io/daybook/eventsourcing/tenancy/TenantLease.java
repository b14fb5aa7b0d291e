package io.daybook.eventsourcing.tenancy;

import io.daybook.eventstore.EventStore;

/**
 * Holds a tenant's store open. Close it when done, best by try-with-resources; closing twice does
 * nothing. May be used by any number of threads.
 */
public final class TenantLease implements AutoCloseable {
  private final String tenant;
  private final EventStore store;
  private final Hold hold;

  TenantLease(String tenant, EventStore store, Hold hold) {
    this.tenant = tenant;
    this.store = store;
    this.hold = hold;
  }

  /** The tenant. */
  public String tenant() {
    return tenant;
  }

  /**
   * The tenant's store. It is not to be closed: that is done when nobody holds it. Reads and
   * subscriptions hold it by themselves until they are closed. Used after the end of the lease, it
   * is opened again where need be, as by {@link TenantStores#store}.
   */
  public EventStore store() {
    return store;
  }

  @Override
  public void close() {
    hold.close();
  }
}
