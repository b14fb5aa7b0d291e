package io.daybook.benchmarks;

import java.util.List;

/** A workload under the name that it has at one of its sizes. */
record Sized(Workload workload, String label) implements Workload {
  @Override
  public String what() {
    return workload.what();
  }

  @Override
  public Score score() {
    return workload.score();
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
