package io.daybook.benchmarks;

/**
 * What one round of a workload came to for one subject; a figure that does not apply is NaN.
 *
 * @param eventsPerSecond events appended or read in a second
 * @param p50Micros the median time of an operation
 * @param p99Micros the time that 99 of 100 operations stay within
 * @param bytesPerEvent bytes on the disk, or of the heap, by events
 */
record Measurement(
    double eventsPerSecond, double p50Micros, double p99Micros, double bytesPerEvent) {
  static Measurement ofBytes(double bytesPerEvent) {
    return new Measurement(Double.NaN, Double.NaN, Double.NaN, bytesPerEvent);
  }

  static Measurement ofNanos(long nanos) {
    return new Measurement(Double.NaN, nanos / 1e3, Double.NaN, Double.NaN);
  }
}
