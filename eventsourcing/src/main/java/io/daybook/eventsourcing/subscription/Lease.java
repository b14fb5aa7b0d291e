package io.daybook.eventsourcing.subscription;

import java.util.Objects;

/**
 * The right to do some work alone, for as long as it is renewed. The token is what makes it safe:
 * whoever takes a lease gets a higher one than all before him, and what is written under a lease is
 * refused, in the transaction that writes it, if the token is not the latest.
 *
 * @param name what the work is
 * @param owner who does it
 * @param token from 1; higher with each owner
 */
public record Lease(String name, String owner, long token) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the token is less than 1
   */
  public Lease {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(owner, "owner");
    if (token < 1) {
      throw new IllegalArgumentException("a lease's token is 1 or more, not " + token);
    }
  }
}
