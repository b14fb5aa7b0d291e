package io.daybook.benchmarks;

/**
 * What one round of a workload came to for one subject; a figure that does not apply is NaN.
 *
 * @param eventsPerSecond events appended or read in a second
 * @param p50Micros the median time of an operation
 * @param p99Micros the time that 99 of 100 operations stay within
 * @param bytesPerEvent the size of the folder by events, after a close
 */
record Measurement(
    double eventsPerSecond, double p50Micros, double p99Micros, double bytesPerEvent) {}
