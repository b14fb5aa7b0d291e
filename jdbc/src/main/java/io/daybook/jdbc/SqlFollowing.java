package io.daybook.jdbc;

import java.time.Duration;
import java.util.Objects;

/**
 * How a read model in tables goes about its work.
 *
 * @param batchEvents how many events at most are in a transaction while there are many, from 1
 * @param lease how long after its death an instance is replaced; it beats four times in that time
 */
public record SqlFollowing(int batchEvents, Duration lease) {
  private static final SqlFollowing STANDARD = new SqlFollowing(4_096, Duration.ofSeconds(3));

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if there is less than one event, or the lease is under 20 ms
   */
  public SqlFollowing {
    Objects.requireNonNull(lease, "lease");
    if (batchEvents < 1) {
      throw new IllegalArgumentException("a batch has 1 event or more, not " + batchEvents);
    }
    if (lease.toMillis() < 20) {
      throw new IllegalArgumentException("a lease lasts 20 ms or more, not " + lease);
    }
  }

  /** 4,096 events, 3 seconds. */
  public static SqlFollowing standard() {
    return STANDARD;
  }

  /** The same with another number of events. */
  public SqlFollowing withBatchEvents(int events) {
    return new SqlFollowing(events, lease);
  }

  /** The same with another duration of leases. */
  public SqlFollowing withLease(Duration duration) {
    return new SqlFollowing(batchEvents, duration);
  }
}
