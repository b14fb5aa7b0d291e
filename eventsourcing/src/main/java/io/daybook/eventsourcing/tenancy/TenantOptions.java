package io.daybook.eventsourcing.tenancy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/**
 * How many stores of tenants are open, and for how long. Start from {@link #defaults()}.
 *
 * @param maxOpen at most so many stores are open at a time, from 1
 * @param idleAfter a store that nobody held for so long is closed
 * @param maxWait so long at most is waited for room, where {@code maxOpen} stores are held
 * @param clock what idleness is measured by
 */
public record TenantOptions(
    int maxOpen, Duration idleAfter, Duration maxWait, InstantSource clock) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if no store may be open, or a duration is negative
   */
  public TenantOptions {
    Objects.requireNonNull(clock, "clock");
    if (maxOpen < 1) {
      throw new IllegalArgumentException("at least one store is open at a time, not " + maxOpen);
    }
    if (idleAfter.isNegative() || maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "idleAfter and maxWait are not negative: " + idleAfter + ", " + maxWait);
    }
  }

  /** 64 stores, closed after 5 idle minutes; 30 seconds are waited for room. */
  public static TenantOptions defaults() {
    return new TenantOptions(
        64, Duration.ofMinutes(5), Duration.ofSeconds(30), InstantSource.system());
  }

  /** The same with another number of open stores. */
  public TenantOptions maxOpen(int stores) {
    return new TenantOptions(stores, idleAfter, maxWait, clock);
  }

  /** The same, closing a store after another time without use. */
  public TenantOptions idleAfter(Duration duration) {
    return new TenantOptions(maxOpen, duration, maxWait, clock);
  }

  /** The same, waiting for room so long at most. */
  public TenantOptions maxWait(Duration duration) {
    return new TenantOptions(maxOpen, idleAfter, duration, clock);
  }

  /** The same by another clock. */
  public TenantOptions withClock(InstantSource newClock) {
    return new TenantOptions(maxOpen, idleAfter, maxWait, newClock);
  }
}
