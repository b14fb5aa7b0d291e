package io.daybook.eventsourcing.subscription;

import java.util.Objects;

/**
 * For whom something is parked: a build of a projection's tables, in a database. Two databases may
 * follow one projection from one store, and each numbers its builds for itself, so a number alone
 * would be taken by one for what the other has said.
 *
 * @param database what no other database has; empty for a view in memory, or a process
 * @param number the build, from 1; 0 where there are none
 */
public record BuildId(String database, int number) {
  /** Of a projection in memory, or a process. */
  public static final BuildId IN_MEMORY = new BuildId("", 0);

  /** Checks the number. */
  public BuildId {
    Objects.requireNonNull(database, "database");
    if (number < 0) {
      throw new IllegalArgumentException("the number of a build is at least 0, not " + number);
    }
  }
}
