package io.daybook.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whether a store becomes slower as it grows: loads of a fixed number of streams, and append-64, at
 * several sizes that take turns.
 */
record GrowthWorkload() implements Workload {
  private static final int HOT_STREAMS = 1_000;
  private static final int WRITERS = 64;

  @Override
  public String label() {
    return "growth";
  }

  @Override
  public String what() {
    return "load-100 of 1,000 hot streams, and append-64, at growing sizes of the store";
  }

  @Override
  public Score score() {
    return Score.TIME;
  }

  @Override
  public List<Long> fillings(Sizes sizes) {
    return sizes.growth();
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<FilledStore> stores = new ArrayList<>();
    for (long events : bench.sizes().growth()) {
      stores.add(bench.filled(new DaybookSubject(), events));
    }
    interleave(bench, "growth-load-100-", Score.TIME, stores, GrowthWorkload::load);
    interleave(bench, "growth-append-64-", Score.RATE, stores, GrowthWorkload::append);
  }

  /** A round on a store of some size. */
  private interface Step {
    Measurement measure(Bench bench, FilledStore store, int round) throws Exception;
  }

  private void interleave(
      Bench bench, String prefix, Score score, List<FilledStore> stores, Step step)
      throws Exception {
    for (FilledStore store : stores) {
      bench.warmUp(
          this,
          label(prefix, store),
          score,
          DaybookSubject.NAME,
          store,
          (warming, round) -> step.measure(bench, warming, round));
    }
    for (int round = 1; round <= bench.sizes().rounds(); round++) {
      for (FilledStore store : stores) {
        Measurement measured = step.measure(bench, store, round);
        bench.add(label(prefix, store), score, DaybookSubject.NAME, "round " + round, measured);
      }
    }
  }

  private static String label(String prefix, FilledStore store) {
    return prefix + Sizes.brief(store.filling().events());
  }

  private static Measurement load(Bench bench, FilledStore store, int round) throws Exception {
    var random = new SplittableRandom(round);
    long streams = Math.min(HOT_STREAMS, store.filling().streams());
    return new Timer()
        .run(
            bench.sizes().pace(),
            (_, _) -> ReadWorkload.loadStream(store.subject(), streams, random))
        .measured();
  }

  private static Measurement append(Bench bench, FilledStore store, int round) throws Exception {
    long before = store.subject().head();
    Measurement measured =
        AppendWorkload.singly(
            store.subject(),
            bench.samples(),
            bench.sizes().pace(),
            WRITERS,
            "growth-" + round + "-");
    store.appended(store.subject().head() - before);
    return measured;
  }
}
