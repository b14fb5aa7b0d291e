package io.daybook.benchmarks;

import java.util.List;

/** A workload, or a part of it, under the name that it has at one of its sizes. */
record Sized(Workload workload, String label, Score score, String shape) implements Workload {
  Sized(Workload workload, String label) {
    this(workload, label, workload.score(), workload.shape());
  }

  @Override
  public String what() {
    return workload.what();
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return workload.fillings(sizes);
  }

  @Override
  public int warmUps(Sizes sizes) {
    return workload.warmUps(sizes);
  }

  @Override
  public void run(Bench bench) throws Exception {
    workload.run(bench);
  }
}
