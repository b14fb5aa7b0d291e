package io.daybook.benchmarks;

import java.util.List;

/** One thing that is measured. */
interface Workload {
  /** Its name on the command line and in tables. */
  String label();

  /** What is measured, in a line. */
  String what();

  /** What subjects are compared by. */
  Score score();

  /** The sizes of the shared filled stores that it works on. */
  List<Long> fillings(Sizes sizes);

  /**
   * What it asks of subjects: those that were warmed up by a workload of that shape need little
   * more for another.
   */
  default String shape() {
    return label();
  }

  /** How many rounds warm a subject up, at most. */
  default int warmUps(Sizes sizes) {
    return sizes.warmUps();
  }

  /** Measures all subjects, round by round. */
  void run(Bench bench) throws Exception;
}
