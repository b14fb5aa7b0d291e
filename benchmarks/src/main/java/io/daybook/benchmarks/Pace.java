package io.daybook.benchmarks;

import java.util.concurrent.TimeUnit;

/**
 * How long a round goes on: until the time is over or each caller did so many operations. A fast
 * and a slow subject get the same time, so that a run's length can be told.
 *
 * @param nanos the time
 * @param operations of each caller
 */
record Pace(long nanos, int operations) {
  static Pace millis(long millis) {
    return new Pace(TimeUnit.MILLISECONDS.toNanos(millis), Integer.MAX_VALUE);
  }

  /** The same for longer. */
  Pace times(int factor) {
    return new Pace(nanos > Long.MAX_VALUE / factor ? nanos : nanos * factor, operations);
  }

  /** The same for half the time. */
  Pace half() {
    return new Pace(nanos / 2, operations);
  }

  Pace atMost(int newOperations) {
    return new Pace(nanos, Math.min(operations, newOperations));
  }
}
