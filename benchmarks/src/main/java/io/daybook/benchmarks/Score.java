package io.daybook.benchmarks;

/** What subjects are compared by. */
enum Score {
  /** Events a second. */
  RATE {
    @Override
    double of(Measurement measurement) {
      return measurement.eventsPerSecond();
    }
  },
  /** The median time of an operation: one over it. */
  TIME {
    @Override
    double of(Measurement measurement) {
      return 1 / measurement.p50Micros();
    }
  },
  /** Bytes an event: one over them. */
  BYTES {
    @Override
    double of(Measurement measurement) {
      return 1 / measurement.bytesPerEvent();
    }
  };

  /** Greater is better. */
  abstract double of(Measurement measurement);
}
