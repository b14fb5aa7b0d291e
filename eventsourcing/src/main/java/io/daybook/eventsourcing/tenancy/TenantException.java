package io.daybook.eventsourcing.tenancy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's store cannot be had or deleted. Other tenants have nothing to do with it. The message
 * says why, and what to do.
 */
public final class TenantException extends RuntimeException {
  private final String tenant;

  /** With the tenant and what happened. */
  public TenantException(String tenant, String message, @Nullable Throwable cause) {
    super("the store of the tenant " + tenant + " " + message, cause);
    this.tenant = Objects.requireNonNull(tenant, "tenant");
  }

  /** The tenant. */
  public String tenant() {
    return tenant;
  }
}
